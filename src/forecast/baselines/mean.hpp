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
  // Neumaier 1974: the lost low parts are summed apart.
  double sum = 0;
  double lost = 0;
  std::size_t n = 0;

  [[nodiscard]] double mean() const { return (sum + lost) / static_cast<double>(n); }
  void absorb(double value);

  [[nodiscard]] bool is_whole() const { return n > 0; }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("sum", m.sum), visit("lost", m.lost), visit("n", m.n);
  }
};

// At least one value, all finite.
[[nodiscard]] Fitted<MeanModel> fit_mean(std::span<const double> values);

[[nodiscard]] Centred predict_next(const MeanModel& model);

}  // namespace shelduck::forecast
