#include "shelduck/forecast/accuracy.hpp"

#include <cmath>
#include <string>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/conformal.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/number_text.hpp"
#include "shelduck/forecast/scoring.hpp"

namespace shelduck::forecast {
namespace {

Error unscorable(const std::string& field, double value, const std::string& rule) {
  const std::string text = number_text(value);
  return Error{ErrorKind::invalid_input,
               "the forecast cannot be scored: " + field + " is " + text + ", but must be " + rule,
               {.field = field, .value = text, .rule = rule}};
}

std::string step_of(std::string_view name, std::size_t step) {
  return std::string{name} + "[" + std::to_string(step) + "]";
}

void check_steps(std::string_view name, std::span<const double> forecasts, std::size_t steps) {
  if (forecasts.size() != steps) {
    const std::string rule = "as many as there are truths, " + std::to_string(steps);
    throw Error{
        ErrorKind::invalid_input,
        "the forecast cannot be scored: " + std::string{name} + " has " +
            std::to_string(forecasts.size()) + " steps, but must have " + rule,
        {.field = std::string{name}, .value = std::to_string(forecasts.size()), .rule = rule}};
  }
  for (std::size_t h = 0; h < steps; ++h) {
    if (!std::isfinite(forecasts[h])) {
      throw unscorable(step_of(name, h), forecasts[h], "finite");
    }
  }
}

void check_truths(std::span<const double> truth) {
  for (std::size_t h = 0; h < truth.size(); ++h) {
    if (std::isinf(truth[h])) {
      throw unscorable(step_of("truth", h), truth[h], "finite, or NaN for missing");
    }
  }
}

std::optional<double> over(double sum, std::size_t count) {
  return count == 0 ? std::nullopt : std::optional{sum / static_cast<double>(count)};
}

std::optional<double> finite_ratio(double value, double unit) {
  const double ratio = value / unit;
  return unit > 0 && std::isfinite(ratio) ? std::optional{ratio} : std::nullopt;
}

std::optional<double> in_units_of(std::optional<double> value, std::optional<double> scale) {
  return value && scale ? std::optional{*value / *scale} : std::nullopt;
}

double symmetric_percentage(double truth, double point) {
  const double size = std::abs(truth) + std::abs(point);
  return size == 0 ? 0 : 200 * (std::abs(truth - point) / size);
}

}  // namespace

std::optional<double> mase_scale(std::span<const double> train, std::size_t period) {
  const std::vector<double> whole = filled(from_first_known(train), Fill::linear);
  const std::size_t lag = period == 0 ? 1 : period;
  if (whole.size() <= lag) {
    return std::nullopt;
  }
  double sum = 0;
  for (std::size_t t = lag; t < whole.size(); ++t) {
    sum += std::abs(whole[t] - whole[t - lag]);
  }
  const double scale = sum / static_cast<double>(whole.size() - lag);
  return std::isfinite(scale) && scale > 0 ? std::optional{scale} : std::nullopt;
}

void ErrorTotals::add(double truth, double point) {
  const double error = point - truth;
  ++scored;
  errors += error;
  squares += error * error;
  truths += truth;
}

void ErrorTotals::add(const ErrorTotals& others) {
  scored += others.scored;
  errors += others.errors;
  squares += others.squares;
  truths += others.truths;
}

std::optional<double> ErrorTotals::rmse_scaled() const {
  const auto n = static_cast<double>(scored);
  return finite_ratio(std::sqrt(squares / n), std::abs(truths) / n);
}

std::optional<double> ErrorTotals::bias() const { return finite_ratio(errors, std::abs(truths)); }

PointAccuracy point_accuracy(std::span<const double> truth, std::span<const double> points,
                             std::optional<double> scale) {
  check_steps("points", points, truth.size());
  check_truths(truth);
  PointAccuracy result;
  double symmetric = 0;
  double absolute = 0;
  double percentage = 0;
  for (std::size_t h = 0; h < truth.size(); ++h) {
    if (std::isnan(truth[h])) {
      ++result.missing;
      continue;
    }
    ++result.scored;
    result.totals.add(truth[h], points[h]);
    const double error = std::abs(truth[h] - points[h]);
    symmetric += symmetric_percentage(truth[h], points[h]);
    absolute += error;
    if (truth[h] == 0) {
      ++result.zero_truths;
    } else {
      percentage += 100 * (error / std::abs(truth[h]));
    }
  }
  result.smape = over(symmetric, result.scored);
  result.mae = over(absolute, result.scored);
  result.mase = in_units_of(result.mae, scale);
  result.mape = over(percentage, result.scored - result.zero_truths);
  if (const std::optional<double> square = over(result.totals.squares, result.scored)) {
    result.rmse = std::sqrt(*square);
  }
  return result;
}

IntervalAccuracy interval_accuracy(std::span<const double> truth, const BoundSpans& bounds,
                                   const IntervalMeasure& measure) {
  check_level(measure.level);
  check_steps("lower", bounds.lower, truth.size());
  check_steps("upper", bounds.upper, truth.size());
  check_truths(truth);
  IntervalAccuracy result;
  double width = 0;
  double score = 0;
  for (std::size_t h = 0; h < truth.size(); ++h) {
    const double lower = bounds.lower[h];
    const double upper = bounds.upper[h];
    if (lower > upper) {
      throw unscorable(step_of("lower", h), lower,
                       "not above the upper bound, " + std::to_string(upper));
    }
    if (std::isnan(truth[h])) {
      ++result.missing;
      continue;
    }
    ++result.scored;
    result.covered += lower <= truth[h] && truth[h] <= upper ? 1U : 0U;
    width += upper - lower;
    score += interval_score(measure.level, lower, upper, truth[h]);
  }
  result.coverage = over(static_cast<double>(result.covered), result.scored);
  result.width = in_units_of(over(width, result.scored), measure.scale);
  result.msis = in_units_of(over(score, result.scored), measure.scale);
  return result;
}

std::optional<double> overall_weighted_average(const SetMeans& model, const SetMeans& yardstick) {
  const auto usable = [](double value) { return std::isfinite(value) && value > 0; };
  if (!usable(yardstick.smape) || !usable(yardstick.mase)) {
    return std::nullopt;
  }
  return (model.smape / yardstick.smape + model.mase / yardstick.mase) / 2;
}

}  // namespace shelduck::forecast
