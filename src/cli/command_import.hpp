// Handler of `shelduck history import`.
#pragma once

#include "shelduck/cli/handlers.hpp"

namespace shelduck::cli {

// Exit code 1 where anything was rejected; the rest is in.
[[nodiscard]] Answer import_history(const Request& request, const interop::ImportTarget& target);

}  // namespace shelduck::cli
