// The inner product of two columns of one length, in four sums beside each other: one alone waits
// for each of its additions.
//
//   product_of(std::array{1.0, 2.0}, std::array{3.0, 4.0})   // 11
//
// Threads: pure. Private to this room.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/arima/arima_lanes.hpp"

namespace shelduck::forecast {

[[nodiscard]] inline double product_of(std::span<const double> a, std::span<const double> b) {
  ArimaLanes sums{};
  std::size_t t = 0;
  for (; t + 4 <= a.size(); t += 4) {
    sums += ArimaLanes{.low = {a[t], a[t + 1]}, .high = {a[t + 2], a[t + 3]}} *
            ArimaLanes{.low = {b[t], b[t + 1]}, .high = {b[t + 2], b[t + 3]}};
  }
  double rest = 0;
  for (; t < a.size(); ++t) rest += a[t] * b[t];
  return (lane(sums, 0) + lane(sums, 1)) + (lane(sums, 2) + lane(sums, 3)) + rest;
}

}  // namespace shelduck::forecast
