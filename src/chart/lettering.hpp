// Words of a chart: how wide they are, and how they are shortened.
//
//   text_width("history", kTextSize)    // pixels, in an ordinary font without serifs
//   cut_to(title, 80)                   // at most so many code points, the last of them three dots
//
// What is not UTF-8 becomes so. Threads: pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "shelduck/chart/picture.hpp"

namespace shelduck::chart {

inline constexpr double kTextSize = 12.5;

[[nodiscard]] double text_width(std::string_view text, double size);

[[nodiscard]] std::string cut_to(std::string_view text, std::size_t characters);

// Words of the ordinary size.
struct Label {
  Point at{};
  std::string text{};
  std::string_view colour{};
  Anchor anchor = Anchor::start;
};
void write(Picture& picture, Label label);

}  // namespace shelduck::chart
