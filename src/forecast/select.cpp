#include "shelduck/forecast/select.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>

#include "shelduck/forecast/conformal.hpp"

namespace shelduck::forecast {
namespace {

// What competes must be ahead by this share of a standard error of the paired differences, which
// keeps noise out.
constexpr double kAheadBy = 0.5;

struct Trial {
  ModelKind kind;
  RunModelState state;
  Backtest backtest;
  Response response;  // on which the backtest stands
};

template <class Model>
Trial trial(ModelKind kind, Fitted<Model> fitted, const Response& response = {}) {
  return {kind, std::move(fitted.model), std::move(fitted.backtest), response};
}

Trial trial_of_recent(const Series& series) {
  Fitted<RecentMedian> fitted = fit_recent_median(series);
  const Response response = fitted.model.response;
  return trial(ModelKind::recent_median, std::move(fitted), response);
}

Trial trial_of_together(FittedTogether fitted) {
  const Response response = fitted.model.regression.response;
  return {ModelKind::together, std::move(fitted.model), std::move(fitted.backtest), response};
}

Trial fit(ModelKind kind, const Series& series) {
  switch (kind) {
    case ModelKind::recent_median:
      return trial_of_recent(series);
    case ModelKind::mean:
      return trial(kind, fit_mean(series.values));
    case ModelKind::ses:
      return trial(kind, fit_ses(series.values));
    case ModelKind::regression: {
      Fitted<RegressionModel> fitted = fit_regression(series);
      const Response response = fitted.model.response;
      return trial(kind, std::move(fitted), response);
    }
    case ModelKind::together:
      return trial_of_together(fit_together(series));
    case ModelKind::automatic:
    case ModelKind::median:
    case ModelKind::ensemble:
      break;
  }
  return trial(ModelKind::median, fit_median(series.values));
}

Trial trial(SequenceModel model) {
  Backtest backtest = backtest_of(model);
  const Response response = model.response;
  return {ModelKind::ensemble, std::move(model), std::move(backtest), response};
}

// What the trial would have forecast for each value, on the scale of the data.
std::vector<double> one_step_points(const Trial& trial, std::size_t n) {
  std::vector<double> points(n, kUnknown);
  for (std::size_t i = 0; i < trial.backtest.steps.size(); ++i) {
    points[trial.backtest.first + i] = trial.response.from_scale(trial.backtest.steps[i].centre);
  }
  return points;
}

std::vector<double> on_scale(std::span<const double> values, const Response& common) {
  std::vector<double> scaled(values.size());
  std::transform(values.begin(), values.end(), scaled.begin(),
                 [&](double value) { return common.to_scale(value); });
  return scaled;
}

// Absolute one-step errors after the warm-up, on the common scale, on which `truth` already is.
std::vector<double> losses(const Trial& trial, std::span<const double> truth,
                           const Response& common) {
  std::vector<double> loss;
  loss.reserve(truth.size());
  for (std::size_t t = std::max(kTogetherWarmUp, trial.backtest.first); t < truth.size(); ++t) {
    const double centre = trial.backtest.steps[t - trial.backtest.first].centre;
    if (trial.response == common) {
      loss.push_back(std::abs(truth[t] - centre));
      continue;
    }
    const double point = trial.response.from_scale(centre);
    const double clipped = common.kind == ResponseKind::log ? std::max(0.0, point) : point;
    loss.push_back(std::abs(truth[t] - common.to_scale(clipped)));
  }
  return loss;
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

// How far `loss` is ahead of `best`, with the standard error of the mean of the differences.
Candidate compared(ModelKind kind, std::span<const double> best, std::span<const double> loss) {
  std::vector<double> ahead(loss.size());
  std::transform(best.begin(), best.end(), loss.begin(), ahead.begin(), std::minus<>{});
  const double mean = mean_of(ahead);
  double squares = 0;
  for (const double difference : ahead) {
    squares += (difference - mean) * (difference - mean);
  }
  const double n = static_cast<double>(ahead.size());
  return {.kind = kind,
          .loss = mean_of(loss),
          .ahead_by = mean,
          .standard_error = std::sqrt(squares / (n * std::max(1.0, n - 1)))};
}

struct Choice {
  Trial trial;
  std::vector<Candidate> candidates;
};

// It replaces the choice so far where it is ahead of it over the origins that it has.
void let_compete(Choice& choice, Trial sequence, const Series& series) {
  const Response common = natural_response(series.values);
  const std::vector<double> truth = on_scale(series.values, common);
  const std::vector<double> best = losses(choice.trial, truth, common);
  const std::vector<double> loss = losses(sequence, truth, common);
  if (loss.size() > best.size()) return;
  choice.candidates.push_back(compared(sequence.kind, std::span{best}.last(loss.size()), loss));
  const Candidate& compared = choice.candidates.back();
  if (compared.ahead_by > kAheadBy * compared.standard_error) choice.trial = std::move(sequence);
}

Choice choose(const Series& series) {
  if (series.values.size() < kTogetherFrom) return {fit(ModelKind::median, series), {}};
  FittedTogether fitted = fit_together(series);
  const OfMembers shares = fitted.model.weights.shares();
  std::vector<Candidate> candidates{{.kind = ModelKind::together, .loss = fitted.error}};
  for (std::size_t k = 0; k < kTogetherMembers; ++k) {
    candidates.push_back(
        {.kind = kTogetherKinds.at(k), .loss = fitted.errors[k], .weight = shares[k]});
  }
  return {trial_of_together(std::move(fitted)), std::move(candidates)};
}

std::vector<Centred> centres_of(const RegressionModel& state, std::span<const NextRun> runs) {
  return predict_runs(state, runs);
}

std::vector<Centred> centres_of(const RecentMedian& state, std::span<const NextRun> runs) {
  std::vector<Centred> centres;
  for (const NextRun& next : runs) centres.push_back(predict_next(state, next));
  return centres;
}

std::vector<Centred> centres_of(const TogetherModel& state, std::span<const NextRun> runs) {
  return predict_runs(state, runs);
}

template <class Level>
std::vector<Centred> centres_of(const Level& state, std::span<const NextRun> runs) {
  return std::vector<Centred>(runs.size(), predict_next(state));
}

}  // namespace

std::string_view to_string(ModelKind kind) noexcept {
  switch (kind) {
    case ModelKind::automatic:
      return "auto";
    case ModelKind::together:
      return "together";
    case ModelKind::recent_median:
      return "recent_median";
    case ModelKind::mean:
      return "mean";
    case ModelKind::median:
      return "median";
    case ModelKind::ses:
      return "ses";
    case ModelKind::regression:
      return "regression";
    case ModelKind::ensemble:
      return "ensemble";
  }
  return "";
}

namespace {

TrainedModel trained_by(Choice choice, const Series& series) {
  const std::size_t n = series.values.size();
  Trial& chosen = choice.trial;
  TrainedModel model{.kind = chosen.kind, .n = n, .response = chosen.response};
  model.one_step = one_step_points(chosen, n);
  if (chosen.kind == ModelKind::median && n < kLeaveOneOutBelow) {
    chosen.backtest = leave_one_out_median(series.values);
  }
  model.scores = backtest_scores(chosen.backtest, series.values, chosen.response);
  model.state = std::move(chosen.state);
  for (const Covariate& column : series.covariates) {
    model.columns.push_back({.name = column.name, .values = {}, .kind = column.kind});
  }
  model.candidates = std::move(choice.candidates);
  return model;
}

std::optional<NotEnough> too_few(const Series& series) {
  const std::size_t n = series.values.size();
  if (n >= kSamplesNeeded) return std::nullopt;
  return NotEnough{.have = n, .need = kSamplesNeeded};
}

}  // namespace

std::variant<TrainedModel, NotEnough> train(const Series& series, ModelKind kind) {
  check(series);
  if (const auto few = too_few(series)) return *few;
  if (kind == ModelKind::ensemble) {
    auto fitted = fit_sequence(series.values);
    if (const auto* few = std::get_if<NotEnough>(&fitted)) return *few;
    return trained_by({trial(std::get<SequenceModel>(std::move(fitted))), {}}, series);
  }
  if (kind == ModelKind::automatic) return trained_by(choose(series), series);
  return trained_by({fit(kind, series), {}}, series);
}

std::variant<TrainedModel, NotEnough> train(const Series& series,
                                            const std::optional<SequenceModel>& fitted_before) {
  check(series);
  if (const auto few = too_few(series)) return *few;
  Choice choice = choose(series);
  if (fitted_before) {
    auto now = continued(*fitted_before, series.values);
    if (now) let_compete(choice, trial(*std::move(now)), series);
  }
  return trained_by(std::move(choice), series);
}

bool TrainedModel::is_whole() const {
  return one_step.size() == n && scores.size() <= n &&
         (kind == ModelKind::median) == std::holds_alternative<MedianModel>(state);
}

namespace {

bool absorb(RunModelState& state, const Run& run) {
  return std::visit(
      [&](auto& model) {
        using Model = std::decay_t<decltype(model)>;
        if constexpr (requires { absorb(model, run.known, run.value); }) {
          return absorb(model, run.known, run.value);
        } else if constexpr (std::is_same_v<Model, SequenceModel>) {
          return absorb(model, run.value);
        } else {
          model.absorb(run.value);
          return true;
        }
      },
      state);
}

}  // namespace

std::optional<TrainedModel> update(TrainedModel model, const Run& run) {
  check(run.known, model.columns);
  check(Series{.values = {run.value}});
  if (model.kind == ModelKind::median && model.n < kLeaveOneOutBelow) return std::nullopt;
  const Centred centred = predict_runs(model, std::span{&run.known, 1}).front();
  if (!absorb(model.state, run)) return std::nullopt;
  model.one_step.push_back(model.response.from_scale(centred.centre));
  model.scores.push_back((model.response.to_scale(run.value) - centred.centre) / centred.spread);
  ++model.n;
  return model;
}

std::vector<Centred> predict_runs(const TrainedModel& model, std::span<const NextRun> runs) {
  for (const NextRun& next : runs) check(next, model.columns);
  return std::visit([&](const auto& state) { return centres_of(state, runs); }, model.state);
}

Predictive predict(const TrainedModel& model, const NextRun& next) {
  return {.model = std::string{to_string(model.kind)},
          .n = model.n,
          .response = model.response,
          .next = predict_runs(model, std::span{&next, 1}).front(),
          .scores = model.scores};
}

std::variant<Forecast, NotEnough> forecast_next(const Series& series, const NextRun& next,
                                                const IntervalOptions& options) {
  check_level(options.level);
  auto trained = train(series);
  if (const auto* few = std::get_if<NotEnough>(&trained)) {
    return *few;
  }
  return interval(predict(std::get<TrainedModel>(trained), next), options);
}

}  // namespace shelduck::forecast
