// How alike values are to those so many steps before them, at many lags.
//
//   lagged_products(values, 2)     // the sums of v_t v_t, of v_t v_(t-1) and of v_t v_(t-2)
//
// Lags are worked on several at a time, each in the order of t: the sums are those of plain loops,
// bit for bit. Cost: O(n lags). Threads: pure. Values are finite.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shelduck::forecast {

// Of lags 0 to `lags`, at most as many as there are values.
[[nodiscard]] std::vector<double> lagged_products(std::span<const double> values, std::size_t lags);

}  // namespace shelduck::forecast
