// A number of a series as an error shows it: the shortest text that reads back as the same number.
//
//   number_text(1e200)    "1e+200", where std::to_string writes 201 digits
#pragma once

#include <array>
#include <charconv>
#include <string>

namespace shelduck::forecast {

[[nodiscard]] inline std::string number_text(double number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

}  // namespace shelduck::forecast
