// CountedWords are what is said of one thing, and of several, behind their number.
//
//   constexpr CountedWords kGaps{"row is missing", "rows are missing"};
//   kGaps.after(1)    // "1 row is missing"
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shelduck::cli {

struct CountedWords {
  std::string_view one;
  std::string_view several;

  [[nodiscard]] std::string after(std::size_t count) const {
    return std::to_string(count) + " " + std::string(count == 1 ? one : several);
  }
};

}  // namespace shelduck::cli
