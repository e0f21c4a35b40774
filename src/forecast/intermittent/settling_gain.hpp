// The gain of an average that begins as the mean of what it has seen and settles into exponential
// smoothing: max(gain, 1 / k) for its k-th value.
#pragma once

#include <algorithm>
#include <cstddef>

namespace shelduck::forecast {

[[nodiscard]] inline double settling_gain(double gain, std::size_t k) {
  return std::max(gain, 1 / static_cast<double>(k));
}

}  // namespace shelduck::forecast
