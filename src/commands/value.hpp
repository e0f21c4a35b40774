// Readers of option values; each gives nothing for a text that breaks the type's rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shelduck::commands {

[[nodiscard]] std::optional<bool> read_switch(std::string_view text);  // 1 true yes on, 0 false...
[[nodiscard]] std::optional<std::int64_t> read_integer(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> read_whole(std::string_view text);  // from 0
[[nodiscard]] std::optional<double> read_number(std::string_view text);       // finite, from 0
[[nodiscard]] std::optional<double> read_level(std::string_view text);        // 0.9 for 0.9 and 90
[[nodiscard]] std::optional<std::int64_t> read_age(std::string_view text);    // seconds
[[nodiscard]] std::optional<std::uint64_t> read_address(std::string_view text);
// Unix seconds up to the end of the year 9999, or an instant in UTC where it names no offset; a
// fraction is cut off.
[[nodiscard]] std::optional<std::int64_t> read_moment(std::string_view text);

// UTC, Z, an offset, or a name made like one of the time zone database; whether that database knows
// it is found out where it is used.
[[nodiscard]] bool is_zone(std::string_view text);

}  // namespace shelduck::commands
