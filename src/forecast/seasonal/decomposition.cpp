#include "shelduck/forecast/seasonal/decomposition.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/moments.hpp"
#include "shelduck/forecast/seasonal/lagged_products.hpp"
#include "shelduck/forecast/seasonal/window_sums.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kNormalQuantile = 1.645;  // two-sided 90 %
constexpr std::size_t kPeriodsToTest = 3;
constexpr std::size_t kPeriodsToDecompose = 2;

std::vector<double> centred_on_mean(std::span<const double> values) {
  Moments moments;
  for (const double value : values) {
    moments.add(value);
  }
  std::vector<double> centred(values.size());
  std::transform(values.begin(), values.end(), centred.begin(),
                 [&](double value) { return value - moments.mean; });
  return centred;
}

void check_decomposable(std::span<const double> values, std::size_t period, SeasonalForm form) {
  if (period < 2 || values.size() / kPeriodsToDecompose < period) {
    throw Error{ErrorKind::invalid_input,
                "a season of " + std::to_string(period) + " steps cannot be read from " +
                    std::to_string(values.size()) + " values",
                {.field = "period",
                 .value = std::to_string(period),
                 .rule = "at least 2, and at most half the number of values"}};
  }
  if (form == SeasonalForm::additive) {
    return;
  }
  const auto bad = std::find_if(values.begin(), values.end(), [](double y) { return !(y > 0); });
  if (bad != values.end()) {
    const std::string field = "values[" + std::to_string(bad - values.begin()) + "]";
    throw Error{ErrorKind::invalid_input,
                "a multiplicative season needs positive values, but " + field + " is " +
                    std::to_string(*bad),
                {.field = field, .value = std::to_string(*bad), .rule = "positive"}};
  }
}

std::vector<double> centred_moving_average(std::span<const double> values, std::size_t period) {
  const std::size_t half = period / 2;
  std::vector<double> weights(2 * half + 1, 1);
  if (period % 2 == 0) weights.front() = weights.back() = 0.5;
  std::vector<double> trend(values.size(), kUnknown);
  const std::vector<double> sums = window_sums(values, weights);
  for (std::size_t t = 0; t < sums.size(); ++t) {
    trend[t + half] = sums[t] / static_cast<double>(period);
  }
  return trend;
}

double mean_over(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

std::vector<double> normalised(std::vector<double> indices, SeasonalForm form) {
  const double mean = mean_over(indices);
  for (double& index : indices) {
    index = form == SeasonalForm::additive ? index - mean : std::max(index / mean, kIndexFloor);
  }
  return indices;
}

std::vector<double> indices_of(std::span<const double> values, std::span<const double> trend,
                               std::size_t period, SeasonalForm form) {
  std::vector<Moments> phases(period);
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (!std::isnan(trend[t])) {
      phases[t % period].add(form == SeasonalForm::additive ? values[t] - trend[t]
                                                            : values[t] / trend[t]);
    }
  }
  std::vector<double> indices(period);
  std::transform(phases.begin(), phases.end(), indices.begin(),
                 [](const Moments& phase) { return phase.mean; });
  return normalised(std::move(indices), form);
}

}  // namespace

bool is_seasonal(std::span<const double> values, std::size_t period) {
  if (period < 2 || values.size() / kPeriodsToTest < period) {
    return false;
  }
  const std::vector<double> centred = centred_on_mean(values);
  const std::vector<double> products = lagged_products(centred, period);
  const double variance = products[0];
  double squares = 0;
  for (std::size_t lag = 1; lag < period; ++lag) {
    const double correlation = products[lag] / variance;
    squares += correlation * correlation;
  }
  const double limit =
      kNormalQuantile * std::sqrt((1 + 2 * squares) / static_cast<double>(values.size()));
  // A constant series divides by zero, and NaN is above no limit.
  return std::abs(products[period] / variance) > limit;
}

double Seasonality::index(std::size_t t) const {
  if (indices.empty()) {
    return form == SeasonalForm::additive ? 0 : 1;
  }
  return indices[t % indices.size()];
}

double Seasonality::remove(double value, std::size_t t) const {
  return form == SeasonalForm::additive ? value - index(t) : value / index(t);
}

double Seasonality::restore(double adjusted, std::size_t t) const {
  return form == SeasonalForm::additive ? adjusted + index(t) : adjusted * index(t);
}

Decomposition decompose(std::span<const double> values, std::size_t period, SeasonalForm form) {
  check_decomposable(values, period, form);
  Decomposition result{.trend = centred_moving_average(values, period), .season = {.form = form}};
  result.season.indices = indices_of(values, result.trend, period, form);
  return result;
}

Seasonality tested_season(std::span<const double> values, std::size_t period) {
  if (!is_seasonal(values, period)) return {};
  const bool positive = std::ranges::all_of(values, [](double y) { return y > 0; });
  return decompose(values, period, positive ? SeasonalForm::multiplicative : SeasonalForm::additive)
      .season;
}

}  // namespace shelduck::forecast
