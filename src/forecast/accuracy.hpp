// Accuracy of forecasts over a horizon: the measures of the M4 competition and their relatives.
//
//   const auto scale = mase_scale(train, period);           // nothing: the series is excluded
//   const PointAccuracy p = point_accuracy(truth, points, scale);
//   const IntervalAccuracy i = interval_accuracy(truth, bounds, {.level = 0.9, .scale = scale});
//   const auto owa = overall_weighted_average(means_of_model, means_of_naive2);
//
// scale     mean |y_t - y_(t-m)| over train, in which missing values before the first known one are
//           cut, those between known ones are filled linearly and those at the end hold the last
// smape     mean of 200 |y - f| / (|y| + |f|), percent; a step where both are 0 counts as 0
// mae, rmse mean absolute and root mean squared error
// mase      mae / scale
// mape      mean of 100 |y - f| / |y|, percent, over the steps where y is not 0
// msis      mean of u - l + 2/a (l - y)+ + 2/a (y - u)+, over scale; a = 1 - level
// coverage  share of the steps with l <= y <= u;  width: mean u - l, over scale
// pooled    over all scored steps of several series: rmse_scaled, the root of the mean squared
// error
//           over |mean y|, and bias, sum (f - y) over |sum y|, so that more than 0 is too much
// owa       (smape / smape of the yardstick + mase / mase of the yardstick) / 2, of means over sets
//
// A missing truth (NaN) is not scored, and counted. Source: Makridakis, Spiliotis, Assimakopoulos
// 2020 (M4); Hyndman and Koehler 2006 (mase); Gneiting and Raftery 2007, eq. 43 (interval score).
// Threads: pure. Failure: Error invalid_input for spans of different length, an infinite truth, a
// forecast that is not finite, a lower bound above the upper one, a level outside (0, 1).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace shelduck::forecast {

// A period of 0 counts as 1. Nothing where the scale is not a finite positive number: a constant
// series, or no pair of values one period apart.
[[nodiscard]] std::optional<double> mase_scale(std::span<const double> train, std::size_t period);

// Of errors that are f - y.
struct ErrorTotals {
  std::size_t scored = 0;
  double errors = 0;
  double squares = 0;
  double truths = 0;

  void add(double truth, double point);
  void add(const ErrorTotals& others);
  // Nothing where the truths sum up to 0, or the result is not finite.
  [[nodiscard]] std::optional<double> rmse_scaled() const;
  [[nodiscard]] std::optional<double> bias() const;
};

struct PointAccuracy {
  std::size_t scored = 0;
  std::size_t missing = 0;
  std::size_t zero_truths = 0;  // scored steps that mape leaves out
  // All absent where no step is scored; mase also without a scale, mape also if every truth is 0.
  std::optional<double> smape{};
  std::optional<double> mae{};
  std::optional<double> rmse{};
  std::optional<double> mase{};
  std::optional<double> mape{};
  ErrorTotals totals{};  // for what is pooled over series
};

[[nodiscard]] PointAccuracy point_accuracy(std::span<const double> truth,
                                           std::span<const double> points,
                                           std::optional<double> scale = {});

// Borrowed from the caller for the time of the call.
struct BoundSpans {
  std::span<const double> lower;
  std::span<const double> upper;
};

struct IntervalMeasure {
  double level;  // fraction
  std::optional<double> scale{};
};

struct IntervalAccuracy {
  std::size_t scored = 0;
  std::size_t missing = 0;
  std::size_t covered = 0;
  // Absent where no step is scored; width and msis also without a scale.
  std::optional<double> coverage{};
  std::optional<double> width{};
  std::optional<double> msis{};
};

[[nodiscard]] IntervalAccuracy interval_accuracy(std::span<const double> truth,
                                                 const BoundSpans& bounds,
                                                 const IntervalMeasure& measure);

// Means over the series of a set of per-series means.
struct SetMeans {
  double smape;
  double mase;
};

// Nothing unless both means of the yardstick are finite and positive.
[[nodiscard]] std::optional<double> overall_weighted_average(const SetMeans& model,
                                                             const SetMeans& yardstick);

}  // namespace shelduck::forecast
