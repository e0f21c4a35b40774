#include "shelduck/cli/command_forecast_file.hpp"

#include <algorithm>
#include <compare>
#include <limits>
#include <map>
#include <utility>
#include <variant>

#include "shelduck/cli/forecast_rows.hpp"
#include "shelduck/cli/global_lags.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/cli/series_runs.hpp"
#include "shelduck/cli/series_seasons.hpp"
#include "shelduck/cli/spilled_evidence.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/parallel.hpp"
#include "shelduck/forecast/automatic.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/intervals/interval_bounds.hpp"
#include "shelduck/forecast/run_forecast.hpp"
#include "shelduck/interop/series_rhythm.hpp"
#include "shelduck/interop/spill_file.hpp"

namespace shelduck::cli {
namespace {

using forecast::IntervalEvidence;
using forecast::OriginScores;
using forecast::TrainedRegular;
using interop::FileSeries;

constexpr std::size_t kFailuresNamed = 5;
constexpr std::int64_t kAtAnyTime = std::numeric_limits<std::int64_t>::max();

struct FileOptions {
  Method method;
  std::optional<std::size_t> horizon{};
  NamedSeasons seasons{};
  std::vector<double> levels{};
  forecast::Sign sign = forecast::Sign::any;
  std::size_t threads = 1;
  bool is_global = false;
  std::vector<std::string> covariates{};
};

// What forecast a series: the models, and where they were chosen by themselves, for which problem.
struct Choice {
  std::string problem{};
  std::vector<std::string> members{};

  auto operator<=>(const Choice&) const = default;
};

// What the fit of one series leaves behind: of a failure only its reason.
struct FittedSeries {
  std::string reason{};
  std::size_t gaps = 0;
  std::size_t n = 0;
  std::vector<double> points{};
  std::vector<std::string> ds{};
  OriginScores scores{};
  IntervalEvidence evidence{};
  std::vector<std::int64_t> times{};  // of the values, for the pool
  std::int64_t next_time = kAtAnyTime;
  Choice choice{};
  bool is_irregular = false;
  bool is_of_runs = false;
  std::size_t coming_rows = 0;
  std::size_t missing_covariates = 0;
};

std::optional<std::size_t> horizon_option(const Request& request) {
  const auto horizon = size_option(request, "horizon");
  if (!horizon || *horizon <= forecast::kHorizonMax) return horizon;
  throw Error{ErrorKind::invalid_input,
              "--horizon is " + std::to_string(*horizon),
              {.field = "--horizon",
               .value = std::to_string(*horizon),
               .rule = "at most " + std::to_string(forecast::kHorizonMax) + " steps"}};
}

FileOptions file_options_of(const Request& request) {
  Method method = method_named("--model", request.arguments.value("model").value());
  const bool global = is_global(request, std::span{&method, 1});
  std::vector<std::string> covariates = covariates_of(request, std::span{&method, 1});
  return {.method = std::move(method),
          .horizon = horizon_option(request),
          .seasons = named_seasons(request),
          .levels = levels_of(request),
          .sign = request.arguments.flag("non-negative") ? forecast::Sign::non_negative
                                                         : forecast::Sign::any,
          .threads = threads_of(request),
          .is_global = global,
          .covariates = std::move(covariates)};
}

std::size_t horizon_of(const FileSeries& series, const FileOptions& options) {
  if (options.horizon) return *options.horizon;
  if (series.horizon) return static_cast<std::size_t>(*series.horizon);
  throw Error{ErrorKind::invalid_input,
              "nobody says how many steps to forecast",
              {.field = "--horizon",
               .rule = "a number of steps, here or as a column `horizon` of the file",
               .hint = "--horizon 12"}};
}

// "ces, dotm and theta together, equally weighted".
std::string combination_words(const std::vector<std::string>& members) {
  if (members.size() == 1) return members.front();
  std::string words;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) words += i + 1 == members.size() ? " and " : ", ";
    words += members[i];
  }
  return words + " together, equally weighted,";
}

std::string problem_words(const Choice& choice) {
  return choice.problem.empty() ? "" : " (" + choice.problem + ")";
}

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
  Choice choice{.problem = "irregular"};
  if (kind != ModelKind::together) choice.members.emplace_back(to_string(kind));
  if (kind == ModelKind::together) {
    for (const ModelKind member : kRunModels) choice.members.emplace_back(to_string(member));
  }
  return choice;
}

FittedSeries failed(std::string reason) { return {.reason = std::move(reason)}; }

std::optional<TrainPart> train_part_of(const FileSeries& series, interop::TimeKind kind,
                                       const FileOptions& options) {
  if (series.train_rows == 0) return std::nullopt;
  SeriesHistory history = history_of(series, kind);
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

// A value that no model takes is a reason not to forecast this series, but not against the others.
std::variant<TrainedRegular, forecast::NotEnough, std::string> fit_of(
    const forecast::RegularSeries& series, const Method& method) {
  try {
    auto fit = forecast::fit(series, method.models);
    if (const auto* few = std::get_if<forecast::NotEnough>(&fit)) return *few;
    return std::get<TrainedRegular>(std::move(fit));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input) throw;
    return std::string(error.what());
  }
}

FittedSeries too_few(const forecast::NotEnough& few) {
  return failed("has " + std::to_string(few.have) + " values, needs " + std::to_string(few.need));
}

FittedSeries fitted_steps(const FileSeries& series, const SeriesHistory& history,
                          const FileOptions& options, const GlobalLags& global) {
  const std::size_t horizon = horizon_of(series, options);
  const auto known = forecast::from_first_known(history.whole.values);
  if (known.empty()) return failed("no known value");
  const std::vector<double> values = forecast::filled(known, forecast::Fill::linear);
  const SeriesSeasons seasons = series_seasons(series, history, options.seasons);
  const auto fit = fit_of({.values = values,
                           .period = seasons.period,
                           .longer = seasons.longer,
                           .horizon = horizon,
                           .pooled = global.weights(seasons.period)},
                          options.method);
  if (const auto* reason = std::get_if<std::string>(&fit)) return failed(*reason);
  if (const auto* few = std::get_if<forecast::NotEnough>(&fit)) return too_few(*few);
  const auto& trained = std::get<TrainedRegular>(fit);
  FittedSeries result{.gaps = history.whole.gaps, .n = trained.n};
  result.choice = choice_of(trained);
  result.points = forecast::forecast(trained, horizon).points;
  for (std::size_t h = 1; h <= horizon; ++h) {
    result.ds.push_back(history.rhythm.time_after(series, h));
  }
  result.scores = origin_scores(trained, values, horizon);
  const auto times =
      pooling_times(std::span{history.whole.times}.last(values.size()), history.rhythm.kind);
  result.times.assign(times.begin(), times.end());
  if (!times.empty()) result.next_time = times.back() + 1;
  return result;
}

FittedSeries fitted_runs(const FileSeries& series, const SeriesHistory& history,
                         const FileOptions& options, forecast::ModelKind kind) {
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

[[noreturn]] void refuse_regular(const FileSeries& series, const FileOptions& options) {
  throw Error{ErrorKind::invalid_input,
              "series '" + series.id + "', line " + std::to_string(series.line) +
                  ", has equal steps, for which " + options.method.name + " uses no covariates",
              {.field = "--covariates",
               .value = options.covariates.front(),
               .rule = "with regression or recent_median, or where times have no common step",
               .hint = "--model regression"}};
}

FittedSeries fitted_series(const FileSeries& series, interop::TimeKind kind,
                           const FileOptions& options, const GlobalLags& global) {
  static_cast<void>(horizon_of(series, options));
  if (series.train_rows == 0) return failed("no train row");
  const SeriesHistory history = history_of(series, kind);
  const auto of_runs = options.method.runs_model(history.is_irregular);
  if (!of_runs && !options.covariates.empty()) refuse_regular(series, options);
  FittedSeries result = of_runs ? fitted_runs(series, history, options, *of_runs)
                                : fitted_steps(series, history, options, global);
  result.is_irregular = history.is_irregular;
  if (result.reason.empty()) {
    result.evidence = forecast::evidence_of(result.scores, options.levels);
  }
  return result;
}

class FileForecast {
 public:
  FileForecast(const Request& request, FileOptions options, const ForecastTaker& taker)
      : request_(request), options_(std::move(options)), taker_(taker), spill_(request.temporary) {}

  void run() {
    fit_all();
    spill_.rewind();
    const Pools pools{.steps = std::move(pool_).sorted(),
                      .runs = std::move(pool_of_runs_).sorted()};
    for (std::size_t i = 0; i < forecast_; ++i) {
      request_.cancel.check();
      request_.progress.update({.label = "write", .done = static_cast<std::int64_t>(i)});
      taker_.forecast(next_row(pools));
    }
  }

  void add_notes(Answer& answer) const {
    add_members(answer);
    answer.notes.insert(answer.notes.end(), failures_.begin(), failures_.end());
    if (failed_ > kFailuresNamed) {
      answer.notes.push_back("and for " + std::to_string(failed_ - kFailuresNamed) + " others");
    }
    if (test_rows_ > 0) {
      answer.notes.push_back(std::to_string(test_rows_) +
                             " rows whose split is test were left out: `shelduck forecast "
                             "evaluate` scores models on them");
    }
    add_notes_of_runs(answer);
    if (gaps_ > 0) {
      answer.notes.push_back(std::to_string(gaps_) +
                             " rows between the others are missing and were filled linearly");
    }
    if (forecast_ == 0) answer.exit_code = 1;
  }

 private:
  struct Pools {
    forecast::PooledScores steps;
    forecast::PooledScores runs;
  };

  void fit_all() {
    GlobalLags global;
    if (options_.is_global) {
      global = learnt_globally(request_,
                               [&](const FileSeries& series, interop::TimeKind kind, std::size_t) {
                                 return train_part_of(series, kind, options_);
                               });
      if (global.is_empty()) failures_.emplace_back(kNothingLearnt);
    }
    interop::SeriesFile file = open_series(request_);
    for (auto some = file.next_some(kRowsTogether, options_.horizon); !some.empty();
         some = file.next_some(kRowsTogether, options_.horizon)) {
      std::vector<FittedSeries> fitted(some.size());
      parallel_for(some.size(), options_.threads, [&](std::size_t i) {
        request_.cancel.check();
        fitted[i] = fitted_series(some[i], file.time_kind().value(), options_, global);
      });
      for (std::size_t i = 0; i < some.size(); ++i) put_aside(some[i], fitted[i]);
      request_.progress.update({.label = "forecast", .done = static_cast<std::int64_t>(forecast_)});
    }
  }

  void put_aside(const FileSeries& series, const FittedSeries& fitted) {
    count(series, fitted);
    if (!fitted.reason.empty()) return fail(series.id, fitted.reason);
    (fitted.is_of_runs ? pool_of_runs_ : pool_).add(series.id, fitted.scores, fitted.times);
    spill_.put(series.id);
    spill_.put(std::uint64_t{fitted.is_of_runs ? 1U : 0U});
    spill_.put(static_cast<std::uint64_t>(fitted.next_time));
    spill_.put(std::uint64_t{fitted.n});
    spill_.put(fitted.points);
    for (const std::string& ds : fitted.ds) spill_.put(ds);
    put_evidence(spill_, fitted.evidence);
    ++series_by_choice_[fitted.choice];
    ++forecast_;
  }

  void count(const FileSeries& series, const FittedSeries& fitted) {
    const std::size_t train_rows_to_come =
        std::min(fitted.coming_rows, series.train_rows - rows_up_to_last_known(series));
    test_rows_ += series.test_rows() - (fitted.coming_rows - train_rows_to_come);
    coming_rows_ += fitted.coming_rows;
    gaps_ += fitted.gaps;
    missing_covariates_ += fitted.missing_covariates;
    as_equal_steps_ += fitted.is_irregular && !fitted.is_of_runs ? 1 : 0;
  }

  SeriesForecast next_row(const Pools& pools) {
    SeriesForecast row{.unique_id = spill_.text(), .model = options_.method.name};
    const forecast::PooledScores& pooled = spill_.number() != 0 ? pools.runs : pools.steps;
    const auto next_time = static_cast<std::int64_t>(spill_.number());
    row.n = spill_.number();
    row.points = spill_.numbers();
    for (std::size_t h = 0; h < row.points.size(); ++h) row.ds.push_back(spill_.text());
    const IntervalEvidence own = take_evidence(spill_);
    row.interval_need = own.need;
    row.bounds =
        bounds_of(row.points, own, pooled.known_before(next_time), options_.levels, options_.sign);
    if (options_.sign == forecast::Sign::non_negative) {
      for (double& point : row.points) point = std::max(0.0, point);
    }
    return row;
  }

  void fail(const std::string& id, const std::string& reason) {
    taker_.failure(id, reason);
    if (failed_++ < kFailuresNamed) {
      failures_.push_back("no forecast for series '" + id + "': " + reason);
    }
  }

  // What was combined, where the user did not name a single model.
  void add_members(Answer& answer) const {
    std::vector<std::string> named;
    for (const auto model : options_.method.models) named.emplace_back(to_string(model));
    if (options_.method.models.empty()) named.push_back(options_.method.name);
    for (const auto& [choice, series] : series_by_choice_) {
      if (choice.members == named) continue;
      answer.notes.push_back(options_.method.name + " is " + combination_words(choice.members) +
                             " for " + std::to_string(series) + " series" + problem_words(choice));
    }
  }

  void add_notes_of_runs(Answer& answer) const {
    if (coming_rows_ > 0) {
      answer.notes.push_back("of " + std::to_string(coming_rows_) +
                             " rows behind the last known value the time was used" +
                             (options_.covariates.empty() ? "" : ", and the covariates"));
    }
    if (missing_covariates_ > 0) {
      answer.notes.push_back(std::to_string(missing_covariates_) + std::string(kMissingCovariates));
    }
    if (as_equal_steps_ > 0) {
      answer.notes.push_back(std::to_string(as_equal_steps_) + std::string(kTakenAsEqualSteps));
    }
  }

  const Request& request_;
  FileOptions options_;
  const ForecastTaker& taker_;
  interop::SpillFile spill_;
  forecast::ScorePool pool_;
  forecast::ScorePool pool_of_runs_;
  std::size_t forecast_ = 0;
  std::size_t failed_ = 0;
  std::size_t test_rows_ = 0;
  std::size_t gaps_ = 0;
  std::size_t coming_rows_ = 0;
  std::size_t missing_covariates_ = 0;
  std::size_t as_equal_steps_ = 0;  // irregular series
  std::vector<std::string> failures_;
  std::map<Choice, std::size_t> series_by_choice_;
};

}  // namespace

Answer forecast_file(const Request& request) {
  const FileOptions options = file_options_of(request);
  return on_whole_series(request, [&](const Request& whole) {
    ForecastRows rows{whole, options.levels};
    const ForecastTaker taker{.forecast = [&](const SeriesForecast& row) { rows.add(row); },
                              .failure = [](const std::string&, const std::string&) {}};
    FileForecast forecast{whole, options, taker};
    forecast.run();
    Answer answer = rows.finished();
    forecast.add_notes(answer);
    return answer;
  });
}

Answer forecast_for(const Request& request, const ForecastTaker& taker) {
  FileForecast forecast{request, file_options_of(request), taker};
  forecast.run();
  Answer answer{.shape = Answer::Shape::written, .document = {}};
  forecast.add_notes(answer);
  return answer;
}

}  // namespace shelduck::cli
