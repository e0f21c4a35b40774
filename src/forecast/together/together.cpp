#include "shelduck/forecast/together/together.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace shelduck::forecast {
namespace {

constexpr std::size_t kMedianAt = 2;

// What each member says of one run, on the response scale.
using SaidByMembers = std::array<Centred, kTogetherMembers>;

// A level of the data as the others are measured; data that are never negative have positive ones.
Centred on_response(const Centred& level, const Response& response) {
  constexpr double kLeast = std::numeric_limits<double>::denorm_min();
  const bool is_log = response.kind == ResponseKind::log;
  return {.centre = response.to_scale(is_log ? std::max(kLeast, level.centre) : level.centre),
          .spread = level.spread};
}

Centred weighed(const SaidByMembers& said, const OfMembers& shares) {
  Centred sum{.centre = 0, .spread = 0};
  for (std::size_t k = 0; k < kTogetherMembers; ++k) {
    sum.centre += shares[k] * said[k].centre;
    sum.spread += shares[k] * said[k].spread;
  }
  return sum;
}

Centred combined_centre(const SaidByMembers& said, const MemberWeights& weights, std::size_t n) {
  return n < kTogetherFrom ? said[kMedianAt] : weighed(said, weights.shares());
}

OfMembers errors_of(const SaidByMembers& said, double truth) {
  OfMembers errors{};
  for (std::size_t k = 0; k < kTogetherMembers; ++k) errors[k] = std::abs(truth - said[k].centre);
  return errors;
}

// Adds up the errors of the last step.
void note(FittedTogether& fitted, const SaidByMembers& said, double truth) {
  const OfMembers errors = errors_of(said, truth);
  fitted.model.weights.add(errors);
  fitted.error += std::abs(truth - fitted.backtest.steps.back().centre);
  for (std::size_t k = 0; k < kTogetherMembers; ++k) fitted.errors[k] += errors[k];
}

SaidByMembers said_of_next(const TogetherModel& model, const Centred& by_regression,
                           const NextRun& run) {
  const Response& response = model.regression.response;
  return {by_regression, predict_next(model.recent, run),
          on_response(predict_next(model.median), response),
          on_response(predict_next(model.ses), response)};
}

}  // namespace

FittedTogether fit_together(const Series& series) {
  Fitted<RegressionModel> regression = fit_regression(series);
  Fitted<RecentMedian> recent = fit_recent_median(series);
  FittedTogether fitted{
      .model = {.regression = std::move(regression.model), .recent = std::move(recent.model)},
      .backtest = {.first = 1},
      .error = 0,
      .errors = {}};
  TogetherModel& model = fitted.model;
  const Response& response = model.regression.response;
  fitted.backtest.steps.reserve(series.values.size());
  for (std::size_t t = 0; t < series.values.size(); ++t) {
    if (t > 0) {
      const SaidByMembers said{regression.backtest.steps[t - 1], recent.backtest.steps[t - 1],
                               on_response(predict_next(model.median), response),
                               on_response(predict_next(model.ses), response)};
      fitted.backtest.steps.push_back(combined_centre(said, model.weights, t));
      if (t >= kTogetherWarmUp) note(fitted, said, response.to_scale(series.values[t]));
    }
    model.median.absorb(series.values[t]);
    model.ses.absorb(series.values[t]);
  }
  const auto origins =
      static_cast<double>(std::max(series.values.size(), kTogetherWarmUp + 1) - kTogetherWarmUp);
  fitted.error /= origins;
  for (double& error : fitted.errors) error /= origins;
  return fitted;
}

std::vector<Centred> predict_runs(const TogetherModel& model, std::span<const NextRun> runs) {
  std::vector<Centred> centres = predict_runs(model.regression, runs);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const SaidByMembers said = said_of_next(model, centres[i], runs[i]);
    centres[i] = combined_centre(said, model.weights, model.median.n());
  }
  return centres;
}

bool absorb(TogetherModel& model, const NextRun& run, double value) {
  const SaidByMembers said = said_of_next(model, predict_next(model.regression, run), run);
  if (!absorb(model.recent, run, value) || !absorb(model.regression, run, value)) return false;
  if (model.median.n() >= kTogetherWarmUp) {
    model.weights.add(errors_of(said, model.regression.response.to_scale(value)));
  }
  model.median.absorb(value);
  model.ses.absorb(value);
  return true;
}

}  // namespace shelduck::forecast
