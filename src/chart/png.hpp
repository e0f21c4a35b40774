// A Picture as PNG, drawn by cairo.
//
//   to_png(picture, 2)     twice as many pixels each way as the picture says
//
// The library is looked for when it is first needed, so that nobody who draws nothing loads it.
// Failure: Error refused where it is not installed, exhausted where it has no memory. Threads: one.
#pragma once

#include <string>

#include "shelduck/chart/picture.hpp"

namespace shelduck::chart {

[[nodiscard]] std::string to_png(const Picture& picture, double scale);

}  // namespace shelduck::chart
