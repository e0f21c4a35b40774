// What a value of an option must be, and whether a text is one.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "shelduck/commands/table.hpp"

namespace shelduck::commands {

// As rules say it: "one of a, b".
[[nodiscard]] std::string one_of(std::span<const std::string_view> words);

// The rule a value of this type keeps, as errors and help state it.
[[nodiscard]] std::string rule_of(const Option& option);

// Throws Error(invalid_input) unless `text` is a value of `option`; `field` is what the error names
// (`--days`, SHELDUCK_DAYS, days in config.toml).
void check_value(const Option& option, std::string_view text, std::string_view field);

}  // namespace shelduck::commands
