// A Table as text: aligned, and no wider than the terminal where that can be done.
#pragma once

#include <string>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

[[nodiscard]] std::string table_text(const Table& table, const Terminal& terminal);

}  // namespace shelduck::cli
