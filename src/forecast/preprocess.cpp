#include "shelduck/forecast/preprocess.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/moments.hpp"
#include "shelduck/forecast/number_text.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kOutlierZ = 3;

Error unpreparable(std::size_t t, double value, const std::string& rule) {
  const std::string field = "values[" + std::to_string(t) + "]";
  const std::string text = number_text(value);
  return Error{ErrorKind::invalid_input,
               "the series cannot be prepared: " + field + " is " + text + ", but must be " + rule,
               {.field = field, .value = text, .rule = rule}};
}

void check_magnitudes(std::span<const double> series) {
  for (std::size_t t = 0; t < series.size(); ++t) {
    if (std::abs(series[t]) > kMagnitudeMax) {
      throw unpreparable(t, series[t], "finite and at most 1e150 in size, or NaN for missing");
    }
  }
}

Moments moments_of_known(std::span<const double> values) {
  Moments moments;
  for (const double value : values) {
    if (!std::isnan(value)) {
      moments.add(value);
    }
  }
  return moments;
}

std::vector<std::size_t> beyond_three_deviations(std::span<const double> values) {
  const Moments moments = moments_of_known(values);
  const double limit = kOutlierZ * moments.sample_deviation().value_or(0);
  std::vector<std::size_t> found;
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (std::abs(values[t] - moments.mean) > limit) {
      found.push_back(t);
    }
  }
  return found;
}

std::vector<double> replaced(std::vector<double> values, std::span<const std::size_t> outliers) {
  for (const std::size_t t : outliers) {
    values[t] = kUnknown;
  }
  const std::vector<double> lines = outliers.empty() ? values : filled(values, Fill::linear);
  for (const std::size_t t : outliers) {
    values[t] = lines[t];
  }
  return values;
}

std::vector<std::size_t> known_only_after(std::span<const double> before,
                                          std::span<const double> after) {
  std::vector<std::size_t> positions;
  for (std::size_t t = 0; t < before.size(); ++t) {
    if (std::isnan(before[t]) && !std::isnan(after[t])) {
      positions.push_back(t);
    }
  }
  return positions;
}

std::vector<double> logs_of(std::vector<double> values) {
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (values[t] <= 0) {
      throw unpreparable(t, values[t], "positive, because its logarithm is asked for");
    }
    values[t] = std::log(values[t]);
  }
  return values;
}

Preprocessing learned(const PreprocessOptions& options, std::span<const double> values) {
  Preprocessing how{.transform = options.transform};
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const double value : values) {
    least = std::isnan(value) ? least : std::min(least, value);
    most = std::isnan(value) ? most : std::max(most, value);
  }
  if (options.scaling == Scaling::none || least > most) {
    return how;
  }
  how.shift = least;
  if (least == most) {
    return how;
  }
  how.unit = most - least;
  if (options.scaling == Scaling::standard) {
    const Moments moments = moments_of_known(values);
    how.shift = moments.mean;
    how.unit = moments.deviation();
  }
  // The squares of differences below 1e-154 vanish.
  how.unit = how.unit > 0 ? how.unit : most - least;
  return how;
}

}  // namespace

double Preprocessing::apply(double y) const {
  return ((transform == Transform::log ? std::log(y) : y) - shift) / unit;
}

double Preprocessing::invert(double value) const {
  const double unscaled = value * unit + shift;
  return transform == Transform::log ? std::exp(unscaled) : unscaled;
}

Preprocessed preprocess(std::span<const double> series, const PreprocessOptions& options) {
  check_magnitudes(series);
  Preprocessed result{.values = {series.begin(), series.end()}};
  if (options.outliers == OutlierRule::replace) {
    result.outliers = beyond_three_deviations(series);
    result.values = replaced(std::move(result.values), result.outliers);
  }
  result.values = filled(result.values, options.fill);
  result.filled = known_only_after(series, result.values);
  if (options.transform == Transform::log) {
    result.values = logs_of(std::move(result.values));
  }
  result.how = learned(options, result.values);
  for (double& value : result.values) {
    value = (value - result.how.shift) / result.how.unit;
  }
  return result;
}

}  // namespace shelduck::forecast
