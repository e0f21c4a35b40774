#include "shelduck/cli/fitted_series.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <variant>

#include "shelduck/cli/series_runs.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/forecast/automatic.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/run_forecast.hpp"
#include "shelduck/forecast/timed_out.hpp"
#include "shelduck/interop/series_rhythm.hpp"

namespace shelduck::cli {
namespace {

using forecast::OriginScores;
using forecast::TrainedRegular;
using interop::FileSeries;

Choice choice_of(const TrainedRegular& trained) {
  Choice choice;
  if (trained.problem) choice.problem = to_string(*trained.problem);
  for (const forecast::TrainedMember& member : trained.members) {
    choice.members.emplace_back(to_string(member.kind));
  }
  return choice;
}

Choice choice_of_runs(forecast::ModelKind kind) {
  using forecast::ModelKind;
  Choice choice{.problem = std::string{kIrregularProblem}};
  if (kind != ModelKind::together) choice.members.emplace_back(to_string(kind));
  if (kind == ModelKind::together) {
    for (const ModelKind member : forecast::kTogetherKinds) {
      choice.members.emplace_back(to_string(member));
    }
  }
  return choice;
}

FittedSeries failed(std::string reason) { return {.reason = std::move(reason)}; }

FittedSeries too_few(const forecast::NotEnough& few) {
  constexpr CountedWords kValues{"value", "values"};
  return failed("has " + kValues.after(few.have) + ", needs " + std::to_string(few.need));
}

// `known`: of the series and of the coming steps.
OriginScores scores_of(const TrainedRegular& trained, const forecast::RegularSeries& learnt_from,
                       const forecast::StepCovariates& known, const ForecastOptions& options) {
  const std::size_t horizon = learnt_from.horizon;
  if (options.intervals == forecast::IntervalMethod::fast) {
    return origin_scores(trained, learnt_from.values, horizon, known);
  }
  return refit_scores(
      trained, {.series = learnt_from, .kinds = options.method.models, .known = known}, horizon);
}

// Without what is to come.
SeriesHistory up_to_last_known(SeriesHistory history) {
  const std::size_t known = forecast::up_to_last_known(history.whole.values).size();
  history.whole.values.resize(known);
  history.whole.times.resize(known);
  return history;
}

bool is_any_knowing(const TrainedRegular& trained) {
  return std::ranges::any_of(trained.members, [](const forecast::TrainedMember& member) {
    return forecast::knows_covariates(member.kind);
  });
}

// `steps` are those of the series.
FittedSeries forecast_of_steps(KnownSteps steps, forecast::RegularSeries series,
                               const ForecastOptions& options) {
  const std::size_t n = series.values.size();
  const std::size_t horizon = series.horizon;
  const forecast::StepCovariates known = filled(std::move(steps.covariates), n);
  series.covariates = known.part(0, n);
  const auto fit = forecast::fit(series, options.method.models);
  if (const auto* few = std::get_if<forecast::NotEnough>(&fit)) return too_few(*few);
  const auto& trained = std::get<TrainedRegular>(fit);
  FittedSeries result{.empty = steps.empty,
                      .gaps = steps.gaps,
                      .n = n - steps.empty - steps.gaps,
                      .ds = std::move(steps.ds)};
  result.choice = choice_of(trained);
  result.outliers = trained.outliers.size();
  result.is_of_newest = skipped(trained) > 0;
  result.points = forecast::forecast(trained, horizon, known.part(n, horizon)).points;
  result.scores = scores_of(trained, series, known, options);
  result.coming_rows = steps.taken;
  result.missing_covariates = steps.missing;
  result.is_without_covariates = !trained.covariates.empty() && !is_any_knowing(trained);
  return result;
}

// Throws where nobody waits any more, and TimedOut when more than the time of a series has passed
// since it was made.
forecast::StopCheck timer_of(const ForecastOptions& options) {
  if (!options.timeout) return options.check;
  return [&options, begin = options.clock()] {
    options.check();
    if (options.clock() - begin >= *options.timeout) throw forecast::TimedOut{};
  };
}

FittedSeries fitted_steps(const FileSeries& series, const SeriesHistory& history,
                          const ForecastOptions& options, const GlobalLags& global) {
  const forecast::StopCheck timer = timer_of(options);
  const std::size_t horizon = horizon_of(series, options);
  KnownSteps steps =
      known_steps(series, history, {.names = options.covariates, .horizon = horizon});
  if (steps.values.empty()) return failed("no known value");
  const SeriesSeasons seasons = series_seasons(series, up_to_last_known(history), options.seasons);
  const auto times = pooling_times(steps.times, history.rhythm.kind);
  const std::vector<std::int64_t> known_times(times.begin(), times.end());
  forecast::RegularSeries learnt_from{
      .values = steps.values,
      .period = seasons.period,
      .longer = seasons.longer,
      .horizon = horizon,
      .pooled = global.weights(seasons.period),
      .calendar = step_calendar(history, steps.times.front()),
      .within = options.method.within,
      .keeps_past = options.intervals == forecast::IntervalMethod::fast,
      .check = timer};
  FittedSeries result;
  try {
    result = forecast_of_steps(std::move(steps), std::move(learnt_from), options);
  } catch (const Error& error) {
    // A reason not to forecast this series, but not against the others.
    if (error.kind() != ErrorKind::invalid_input) throw;
    return failed(error.what());
  }
  if (!result.reason.empty()) return result;
  result.behind = series.train_rows - rows_up_to_last_known(series);
  result.times = known_times;
  if (!known_times.empty()) result.next_time = known_times.back() + 1;
  return result;
}

FittedSeries fitted_runs(const FileSeries& series, const SeriesHistory& history,
                         const ForecastOptions& options, forecast::ModelKind kind) {
  timer_of(options)();
  const std::size_t horizon = horizon_of(series, options);
  ComingRuns runs = coming_runs(series, history, {.names = options.covariates, .horizon = horizon});
  if (runs.known == 0) return failed("no known value");
  std::variant<forecast::RunForecast, forecast::NotEnough> found;
  try {
    found = forecast_runs(runs.rows, {.known = runs.known, .horizon = horizon}, kind);
  } catch (const Error& error) {
    // A reason not to forecast this series, but not against the others.
    if (error.kind() != ErrorKind::invalid_input) throw;
    return failed(error.what());
  }
  if (const auto* few = std::get_if<forecast::NotEnough>(&found)) return too_few(*few);
  auto& forecast = std::get<forecast::RunForecast>(found);
  FittedSeries result{.n = forecast.n,
                      .points = std::move(forecast.points),
                      .ds = std::move(runs.ds),
                      .scores = std::move(forecast.scores)};
  result.choice = choice_of_runs(forecast.kind);
  result.is_of_runs = true;
  result.coming_rows = runs.taken;
  result.missing_covariates = missing_covariates(runs.rows);
  const auto times = pooling_times(series.times, history.rhythm.kind);
  result.times.assign(times.begin(), times.end());
  if (!times.empty()) {
    result.next_time = runs.taken > 0 ? times[runs.known] : times[runs.known - 1] + 1;
  }
  return result;
}

}  // namespace

FittedSeries fitted_series(const FileSeries& series, interop::TimeKind kind,
                           const ForecastOptions& options, const GlobalLags& global) {
  static_cast<void>(horizon_of(series, options));
  if (series.train_rows == 0) return failed("no train row");
  const SeriesHistory history = history_of(series, kind);
  const auto of_runs = options.method.runs_model(history.is_irregular);
  FittedSeries result;
  try {
    result = of_runs ? fitted_runs(series, history, options, *of_runs)
                     : fitted_steps(series, history, options, global);
  } catch (const forecast::TimedOut& late) {
    return failed(std::string(late.what()) + ", it took longer than --timeout");
  }
  result.is_irregular = history.is_irregular;
  if (result.reason.empty()) {
    result.evidence = forecast::evidence_of(result.scores, options.levels);
  }
  return result;
}

std::optional<TrainPart> train_part_of(const FileSeries& series, interop::TimeKind kind,
                                       const ForecastOptions& options) {
  if (series.train_rows == 0) return std::nullopt;
  SeriesHistory history = up_to_last_known(history_of(series, kind));
  if (options.method.runs_model(history.is_irregular)) return std::nullopt;
  interop::GapFreeValues& whole = history.whole;
  const SeriesSeasons seasons = series_seasons(series, history, options.seasons);
  if (!seasons.longer.empty()) return std::nullopt;
  TrainPart part{.period = seasons.period, .horizon = horizon_of(series, options)};
  const auto times = pooling_times(whole.times, kind);
  part.times.assign(times.begin(), times.end());
  if (!times.empty()) part.first_forecast = times.back() + 1;
  part.values = std::move(whole.values);
  return part;
}

}  // namespace shelduck::cli
