// The origins from which the past errors behind intervals are taken: the newest third of the
// values, at most kOriginsMax, and none before what a score is measured with is known.
//
//   first_scored_origin(365, 7)     // 244
//
// Why a third: docs/decisions/0007. Threads: pure.
#pragma once

#include <algorithm>
#include <cstddef>

namespace shelduck::forecast {

inline constexpr std::size_t kOriginsMax = 512;
inline constexpr std::size_t kNewestPart = 3;
// Before so many seasonal differences are known an origin has no measure.
inline constexpr std::size_t kDifferencesMin = 3;

// The season over which values are compared: 1 where they are too few for `period`.
[[nodiscard]] constexpr std::size_t compared_period(std::size_t n, std::size_t period) noexcept {
  return period > 1 && n > period + kDifferencesMin ? period : 1;
}

// Of n values; it may lie behind the last one.
[[nodiscard]] constexpr std::size_t first_scored_origin(std::size_t n,
                                                        std::size_t period) noexcept {
  return std::max(compared_period(n, period) + kDifferencesMin,
                  n - std::min(n / kNewestPart, kOriginsMax));
}

}  // namespace shelduck::forecast
