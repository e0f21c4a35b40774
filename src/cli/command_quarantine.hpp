// Handlers of `shelduck db quarantine ...`.
#pragma once

#include "shelduck/cli/handlers.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer list_quarantine(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer list_no_quarantine(const Request& request);
[[nodiscard]] Answer retry_quarantine(const Request& request, store::Store& store);
[[nodiscard]] Answer drop_quarantine(const Request& request, store::Store& store);

}  // namespace shelduck::cli
