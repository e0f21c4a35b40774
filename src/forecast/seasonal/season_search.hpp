// The seasons that a series has, found by themselves.
//
//   seasons_of(values, std::array{24UZ, 168UZ})    // {24, 168}: those of the likely ones, and
//   seasons_of(values, {})                         // those that the autocorrelation shows
//
// Likely    from the calendar or a file: tried in ascending order
// Found     where none of these passes: hills of the autocorrelation of the differences, in which a
//           trend or a random walk has none; up to kFoundSeasonMax
// Second    of more than kLongerSeason times the first, which is taken out before (stl.hpp): two or
//           three of it are mostly its echo; a whole multiple where one is near. kSeasonsMax in all
// Short     the first season, a likely one of up to kPlainSeasonMax steps: the first that passes.
//           Untested it does where fewer than kToldCycles of it are there: no test can tell, and
//           models that are given a season in vain lose little. With more it has to pass at
//           kPlainErrors (docs/decisions/0026)
// Test      of period m: n >= kSeasonCyclesMin m, and the autocorrelation at lag m, over its pairs,
//           of the values beside their moving average over m is more than z of Bartlett's standard
//           errors sqrt((1 + 2 sum of r(k)^2) / pairs), k up to the first negative r; z =
//           kLikelyErrors for other likely periods, kFoundErrors for found ones, of which there are
//           many to choose from. None below kSearchedSeasonMin: the moving average leaves such a
//           trace
//
// The newest kSearchedValuesMax values are looked at, or as many as kSeasonCyclesMin + 1 cycles of
// the longest likely period take, at most kIterativeValuesMax. Cost: O(n kFoundSeasonMax), O(n m)
// for a likely period. Threads: pure. Values are finite.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shelduck::forecast {

inline constexpr std::size_t kSeasonsMax = 2;
inline constexpr std::size_t kSearchedSeasonMin = 4;
inline constexpr std::size_t kLongerSeason = 4;
inline constexpr std::size_t kSeasonCyclesMin = 3;
inline constexpr std::size_t kSearchedValuesMax = 4096;
inline constexpr std::size_t kFoundSeasonMax = 400;
inline constexpr std::size_t kToldCycles = 4;
inline constexpr double kPlainErrors = 0.5;
inline constexpr double kLikelyErrors = 1.645;
inline constexpr double kFoundErrors = 3;

// By the test of a likely period, at kLikelyErrors.
[[nodiscard]] bool has_season(std::span<const double> values, std::size_t period);

// Ascending.
[[nodiscard]] std::vector<std::size_t> seasons_of(std::span<const double> values,
                                                  std::span<const std::size_t> likely);

}  // namespace shelduck::forecast
