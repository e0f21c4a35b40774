// Picture is a drawing as data: a background and shapes that lie upon each other in their order.
// What it is written as, SVG or PNG, is decided by to_svg() and to_png().
//
//   Picture picture{.width = 960, .height = 480, .background = "#ffffff"};
//   picture.shapes.push_back(Line{.points = {{0, 0}, {10, 5}}, .colour = "#24292f"});
//   write(to_svg(picture));
//
// Units: pixels, from the upper left corner. Colours: "#rrggbb". Texts: UTF-8 of any kind; what
// cannot be shown is drawn as U+FFFD. All of it is plain data.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace shelduck::chart {

struct Point {
  double x = 0;
  double y = 0;
};

struct Line {
  std::vector<Point> points{};
  std::string_view colour{};
  double width = 1;
  bool is_dashed = false;
  std::string_view role{};  // what it shows, for who reads the file; "" for mere decoration
};

struct Area {
  std::vector<Point> points{};  // closed by itself
  std::string_view colour{};
  double opacity = 1;
  std::string_view role{};
};

struct Dot {
  Point at{};
  double radius = 2;
  std::string_view colour{};
};

enum class Anchor { start, middle, end };

struct Text {
  Point at{};  // on the base line
  std::string text{};
  std::string_view colour{};
  double size = 12;
  Anchor anchor = Anchor::start;
  bool is_bold = false;
};

using Shape = std::variant<Line, Area, Dot, Text>;

struct Picture {
  int width = 0;
  int height = 0;
  std::string_view background{};
  std::string title{};  // what a reader of the file without eyes is told
  std::vector<Shape> shapes{};
};

// The text without what neither XML nor a font has: controls and the codes that are no characters.
[[nodiscard]] std::string showable(std::string_view text);

}  // namespace shelduck::chart
