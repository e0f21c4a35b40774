// UTF-8 as input from outside needs it: checked, repaired, and measured in terminal columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shelduck {

[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

// The text with every byte that is no UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

// Code points; combining marks and wide characters are not told apart.
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;

}  // namespace shelduck
