#include "shelduck/forecast/remaining.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/number_text.hpp"

namespace shelduck::forecast {
namespace {

// Progress is combined on the scale on which its error is multiplicative; an identity response
// becomes one near its centre: d log T = dT / m.
struct LogView {
  double centre;  // log of the predicted duration
  double spread;  // of log T, per unit of score
};

LogView log_view(const Predictive& predictive) {
  const double predicted = std::max(point_of(predictive), 1e-9);
  const double scale =
      predictive.response.kind == ResponseKind::log ? 1.0 : predictive.response.unit / predicted;
  return {.centre = std::log(predicted), .spread = predictive.next.spread * scale};
}

double mean_square(const std::vector<double>& scores) {
  double sum = 0;
  for (const double score : scores) {
    sum += score * score;
  }
  return scores.empty() ? 1.0 : sum / static_cast<double>(scores.size());
}

Predictive sharpened(const Predictive& predictive, const Elapsed& elapsed) {
  if (!elapsed.progress || *elapsed.progress >= 1) {
    return predictive;
  }
  const double done = *elapsed.progress;
  const LogView view = log_view(predictive);
  // A history without any error is still believed to be wrong by kProgressNoise / 10.
  const double prior = std::max(view.spread * view.spread * mean_square(predictive.scores),
                                kProgressNoise * kProgressNoise / 100);
  Predictive result = predictive;
  result.response = {.kind = ResponseKind::log};
  result.next = {.centre = view.centre, .spread = view.spread};
  if (done <= 0 || elapsed.elapsed <= 0) {
    return result;
  }
  const double start = kStartUp * std::exp(view.centre) / elapsed.elapsed;
  const double rest = kProgressNoise * (1 - done);
  const double noise = rest * rest / done * (1 + start * start);
  // Work that takes longer than predicted shows by how much the prediction errs at least.
  const double exceeded = std::max(0.0, std::log(elapsed.elapsed) - view.centre);
  const double doubt = prior + exceeded * exceeded;
  const double weight = doubt / (doubt + noise);  // of the progress
  const double seen = std::log(elapsed.elapsed / done);
  const double left = (1 - weight) * (1 - weight) * prior + weight * weight * noise;
  result.next.centre = view.centre + weight * (seen - view.centre);
  result.next.spread = view.spread * std::sqrt(left / prior);
  return result;
}

}  // namespace

void check(const Elapsed& elapsed) {
  if (!(elapsed.elapsed >= 0) || !std::isfinite(elapsed.elapsed)) {
    throw Error{ErrorKind::invalid_input,
                "the remaining time needs an elapsed time of at least 0 seconds, but it is " +
                    number_text(elapsed.elapsed),
                {.field = "elapsed",
                 .value = number_text(elapsed.elapsed),
                 .rule = "finite and at least 0"}};
  }
  if (elapsed.progress && !(*elapsed.progress >= 0 && *elapsed.progress <= 1)) {
    throw Error{
        ErrorKind::invalid_input,
        "progress is the fraction that is done, 0 to 1, but is " + number_text(*elapsed.progress),
        {.field = "progress",
         .value = number_text(*elapsed.progress),
         .rule = "0 <= progress <= 1"}};
  }
}

RemainingDistribution::RemainingDistribution(const Predictive& predictive, const Elapsed& elapsed)
    : whole_((check(elapsed), sharpened(predictive, elapsed))),
      elapsed_(elapsed.elapsed),
      finished_(elapsed.progress.value_or(0) >= 1) {}

double RemainingDistribution::quantile(double p) const {
  if (finished_) {
    return 0;
  }
  return whole_.quantile_above(elapsed_, p) - elapsed_;
}

bool RemainingDistribution::beyond_history() const {
  return !finished_ && elapsed_ > whole_.largest_supported();
}

Remaining remaining_time(const Predictive& predictive, const Elapsed& elapsed,
                         const IntervalOptions& options) {
  const RemainingDistribution rest{predictive, elapsed};
  Remaining result{.forecast = interval(predictive, options),
                   .beyond_history = rest.beyond_history()};
  Forecast& forecast = result.forecast;
  forecast.point = rest.quantile(0.5);
  if (forecast.lower) {
    const double tail = (1 - options.working_level.value_or(options.level)) / 2;
    forecast.lower = rest.quantile(tail);
    forecast.upper = rest.quantile(1 - tail);
  }
  return result;
}

}  // namespace shelduck::forecast
