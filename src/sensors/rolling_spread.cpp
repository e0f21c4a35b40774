#include "shelduck/sensors/rolling_spread.hpp"

namespace shelduck::sensors {

// Distances from the middle grow to either side: the smaller of both next ones is the next in
// order, so half a walk finds their median.
Spread RollingSpread::spread() const {
  const std::size_t middle = (sorted_.size() - 1) / 2;
  const std::int32_t median = sorted_[middle];
  std::size_t below = middle;      // the next on the left is below - 1
  std::size_t above = middle + 1;  // the next on the right
  std::int32_t distance = 0;
  for (std::size_t taken = 0; taken < middle; ++taken) {
    const bool has_below = below > 0;
    const bool has_above = above < sorted_.size();
    const bool is_below =
        has_below && (!has_above || median - sorted_[below - 1] <= sorted_[above] - median);
    distance = is_below ? median - sorted_[--below] : sorted_[above++] - median;
  }
  return {static_cast<double>(median), static_cast<double>(distance)};
}

}  // namespace shelduck::sensors
