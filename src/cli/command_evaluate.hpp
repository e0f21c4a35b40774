// Handler of `shelduck forecast evaluate`.
#pragma once

#include "shelduck/cli/handlers.hpp"

namespace shelduck::cli {

// Reads a file of series and scores each model on their test parts; needs no database.
[[nodiscard]] Answer evaluate_file(const Request& request);

}  // namespace shelduck::cli
