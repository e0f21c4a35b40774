// What the tests of complex exponential smoothing share.
#pragma once

#include <array>
#include <vector>

#include "shelduck/forecast/ces/ces.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {

using CesSeries = std::vector<double>;

inline constexpr std::array kCesForms{CesForm::none, CesForm::simple, CesForm::partial,
                                      CesForm::full};

inline CesSeries seasonal_ces(std::size_t n, std::size_t period, unsigned seed) {
  CesSeries values = drifting_series(n, seed);
  for (std::size_t t = 0; t < n; ++t) values[t] += 25 * season_wave(t, period);
  return values;
}

}  // namespace shelduck::forecast
