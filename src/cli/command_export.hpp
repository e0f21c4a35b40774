// Handler of `shelduck history export`.
#pragma once

#include "shelduck/cli/handlers.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer export_history(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer export_no_history(const Request& request);

}  // namespace shelduck::cli
