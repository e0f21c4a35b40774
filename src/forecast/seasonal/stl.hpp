// Season and trend by loess: y = season + trend + remainder, the season changing slowly.
//
//   const StlParts parts = stl(values, {.period = 12, .season_window = 11});
//   values[t] - parts.season[t]     // seasonally adjusted
//
// Two rounds without robustness weights: the season's loess of degree 0 over `season_window`
// cycles, that of the trend of degree 1 over the next odd number from 1.5 m / (1 - 1.5 /
// season_window), that of the low pass of degree 1 over the next odd number from m.
// Source: Cleveland, Cleveland, McRae, Terpenning 1990.
// Cost: some 8 n m. Threads: pure. Failure: Error invalid_input for a period below 2, a window that
// is even or below 3, and fewer than 2 period + 1 values. Values are finite.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shelduck::forecast {

struct StlShape {
  std::size_t period = 2;
  std::size_t season_window = 11;  // cycles
};

struct StlParts {
  std::vector<double> season;
  std::vector<double> trend;
};

[[nodiscard]] StlParts stl(std::span<const double> values, const StlShape& shape);

}  // namespace shelduck::forecast
