// Filling of missing values (NaN) in a series of equal steps.
//
//   const std::vector<double> whole = filled(values, Fill::linear);
//
//   forward   the last known value; before the first known one, that one
//   backward  the next known value; after the last known one, that one
//   linear    on the line between the known neighbours; the nearest known value at both ends
//   mean      the mean of the known values
//   zero      0
//   none      missing values stay
//
// Known values keep their bits. Cost O(n). Threads: pure.
// Failure: Error invalid_input for an infinite value, and for a series without any known value
// under every rule but zero and none.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shelduck::forecast {

enum class Fill { forward, backward, linear, mean, zero, none };

[[nodiscard]] std::vector<double> filled(std::span<const double> values, Fill rule);

// The values from the first known one on; empty if nothing is known.
[[nodiscard]] std::span<const double> from_first_known(std::span<const double> values) noexcept;

// The same up to the last known one.
[[nodiscard]] std::span<const double> up_to_last_known(std::span<const double> values) noexcept;

}  // namespace shelduck::forecast
