// Which points of the line protocol are readings, as a flag, a variable or config.toml says it.
//
//   line_mappings("rtl_433");                               // those of a preset
//   line_mappings("{measurement = \"*\", node = [...]}");   // the one of an inline table of TOML
//
// Threads: any. Failure: Error(invalid_input) that names key, value and rule.
#pragma once

#include <string_view>
#include <vector>

#include "shelduck/wire/line_mapping.hpp"

namespace shelduck::commands {

// Empty for a word that is no preset.
[[nodiscard]] std::vector<wire::LineMapping> line_mappings(std::string_view text);

}  // namespace shelduck::commands
