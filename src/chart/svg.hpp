// A Picture as SVG: text that scales, small, and readable in any browser, word processor or editor.
//
//   to_svg(picture)   "<svg xmlns=... viewBox="0 0 960 480" ...>...</svg>\n"
//
// A line or area with a role is a <path> of that class. Pure.
#pragma once

#include <string>

#include "shelduck/chart/picture.hpp"

namespace shelduck::chart {

[[nodiscard]] std::string to_svg(const Picture& picture);

}  // namespace shelduck::chart
