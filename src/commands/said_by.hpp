// Who said the value of an option, for errors about it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "shelduck/commands/parse.hpp"

namespace shelduck::commands {

// "--backend", or the variable or configuration file that said it instead.
[[nodiscard]] std::string said_by(const ParsedCommand& resolved, std::string_view option);

// Throws invalid_input where flag or environment want another engine than the file has ("duckdb",
// "sqlite"). A configuration file speaks of new databases; who says it here and now means this one.
void require_wanted_backend(const ParsedCommand& resolved, const std::filesystem::path& database,
                            std::string_view found);

}  // namespace shelduck::commands
