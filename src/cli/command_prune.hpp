// Handler of `shelduck history prune`.
#pragma once

#include "shelduck/cli/handlers.hpp"

namespace shelduck::cli {

// Needs --older-than, --keep-size or both; of both the later cut-off counts.
[[nodiscard]] Answer prune_history(const Request& request, store::Store& store);

}  // namespace shelduck::cli
