// The mean of all values as the forecast of the next one.
//
//   f(n+1) = (y_1 + ... + y_n) / n          error spread sqrt(1 + 1/n), for independent errors
//
// Source: textbook (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2).
// Backtest: expanding mean, from the second value. Cost O(n); sums are compensated (Neumaier).
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/backtest.hpp"

namespace shelduck::forecast {

struct MeanModel {
  double mean = 0;
  std::size_t n = 0;
};

// At least one value, all finite.
[[nodiscard]] Fitted<MeanModel> fit_mean(std::span<const double> values);

[[nodiscard]] Centred predict_next(const MeanModel& model);

}  // namespace shelduck::forecast
