// Runs of known values as they can be seen: what lies in one column of pixels becomes its first,
// least, greatest and last, and a value that is not known ends a run.
//
//   for (const std::vector<Point>& run : pixel_runs(placed)) ...   // x in pixels
//
// Threads: pure.
#pragma once

#include <vector>

#include "shelduck/chart/picture.hpp"

namespace shelduck::chart {

[[nodiscard]] bool is_known(const Point& point);

[[nodiscard]] std::vector<std::vector<Point>> pixel_runs(const std::vector<Point>& points);

}  // namespace shelduck::chart
