// Weighted sums of the values in a window that moves along a series.
//
//   window_sums(values, std::array{0.25, 0.5, 0.25})   // [t]: w_0 v_t + w_1 v_(t+1) + w_2 v_(t+2)
//
// Places are worked on several at a time, each window in its order: the sums are those of plain
// loops, bit for bit. Cost: O(n window). Threads: pure. Values are finite.
#pragma once

#include <span>
#include <vector>

namespace shelduck::forecast {

// One for each whole window; none where it is longer than the series, or empty.
[[nodiscard]] std::vector<double> window_sums(std::span<const double> values,
                                              std::span<const double> weights);

}  // namespace shelduck::forecast
