// What the tests of the theta models share.
#pragma once

#include <array>
#include <vector>

#include "shelduck/forecast/series_for_test.hpp"
#include "shelduck/forecast/theta/theta.hpp"

namespace shelduck::forecast {

using ThetaValues = std::vector<double>;

inline constexpr std::array kThetaForms{ThetaForm::stm, ThetaForm::otm, ThetaForm::dstm,
                                        ThetaForm::dotm};

inline ThetaValues seasonal_theta(std::size_t n, std::size_t period, unsigned seed) {
  ThetaValues values = drifting_series(n, seed);
  for (std::size_t t = 0; t < n; ++t) values[t] *= 1 + 0.4 * season_wave(t, period);
  return values;
}

}  // namespace shelduck::forecast
