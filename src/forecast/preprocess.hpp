// Preparation of a series of equal steps for a model, and the way back for what the model says.
//
//   const Preprocessed ready = preprocess(values, {.transform = Transform::log,
//                                                  .scaling = Scaling::standard});
//   const double point = ready.how.invert(model_says(ready.values));
//
// In this order:
//   outliers   a known value whose distance from the mean of the known values is more than 3 sample
//              standard deviations (|Z| > 3) is put on the line between its known neighbours that
//              are none, or takes the nearest of them at an end. One pass: mean and deviation are
//              those of the values as given. |Z| cannot exceed (n - 1) / sqrt(n), so fewer than 11
//              known values never have an outlier.
//   fill       missing values (NaN) by one of the rules of filling.hpp
//   transform  natural logarithm
//   scaling    minmax  (y - min) / (max - min), within [0, 1]
//              standard  (y - mean) / deviation, the deviation with divisor n
//              A constant series becomes 0; its inverse adds the constant again.
//
// The inverse never decreases, so a bound stays a bound. It is exact up to rounding: within 1e-12
// of the largest |value| where there is no log.
// Threads: pure, results are plain data. Failure: Error invalid_input that names field, value and
// rule for infinite values or values beyond kMagnitudeMax, no known value, and a log of a value
// that is not positive.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/filling.hpp"

namespace shelduck::forecast {

enum class OutlierRule { keep, replace };
enum class Transform { none, log };
enum class Scaling { none, minmax, standard };

struct PreprocessOptions {
  OutlierRule outliers = OutlierRule::keep;
  Fill fill = Fill::linear;
  Transform transform = Transform::none;
  Scaling scaling = Scaling::none;
};

// value = (g(y) - shift) / unit, where g is the identity or the logarithm.
struct Preprocessing {
  Transform transform = Transform::none;
  double shift = 0;
  double unit = 1;  // > 0

  [[nodiscard]] double apply(double y) const;
  [[nodiscard]] double invert(double value) const;
};

struct Preprocessed {
  std::vector<double> values;  // as long as the series; NaN only with Fill::none
  Preprocessing how{};
  std::vector<std::size_t> outliers{};  // positions that were replaced
  std::vector<std::size_t> filled{};    // positions that were missing and are not any more
};

[[nodiscard]] Preprocessed preprocess(std::span<const double> series,
                                      const PreprocessOptions& options = {});

}  // namespace shelduck::forecast
