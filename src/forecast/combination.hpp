// The combination of several forecasts of one series: at each step the middle of their points, with
// equal weights.
//
//   const Path path = combined(paths);
//   middle(points)       // the median; of an even number the mean of the two in the middle
//
// The middle lets no member that runs away decide. Deviations are the mean of those that members
// state: their errors have much in common, so that a combination is hardly surer than its members.
// Source: Petropoulos and Svetunkov 2020 (the median of four simple models, sixth of the M4
// competition). Threads: pure. Failure: none; at least one path, all of one length.
#pragma once

#include <span>
#include <vector>

#include "shelduck/forecast/path.hpp"

namespace shelduck::forecast {

[[nodiscard]] double middle(std::span<double> values);  // reorders them
[[nodiscard]] Path combined(std::span<const Path> paths);

}  // namespace shelduck::forecast
