#include "shelduck/cli/command_evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "shelduck/cli/evaluate_answer.hpp"
#include "shelduck/cli/evaluate_options.hpp"
#include "shelduck/cli/global_lags.hpp"
#include "shelduck/cli/score_rows.hpp"
#include "shelduck/cli/series_progress.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/cli/series_runs.hpp"
#include "shelduck/cli/series_seasons.hpp"
#include "shelduck/cli/spilled_evidence.hpp"
#include "shelduck/cli/stopwatch.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/parallel.hpp"
#include "shelduck/forecast/evaluation.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/series.hpp"
#include "shelduck/interop/spill_file.hpp"

namespace shelduck::cli {
namespace {

using forecast::RegularModel;
using interop::FileSeries;

constexpr CountedWords kTrainGaps{
    "train row between the others is missing and was filled linearly",
    "train rows between the others are missing and were filled linearly"};
constexpr CountedWords kTrainEmpty{
    "train row between the others has no value and was filled linearly",
    "train rows between the others have no value and were filled linearly"};
constexpr CountedWords kTrainBehind{
    "train row behind the last known value of its series has none: the forecast begins there",
    "train rows behind the last known value of their series have none: forecasts begin there"};

void need_evaluated_columns(const interop::SeriesFile& file) {
  for (const std::string_view column : {"split", "horizon", "period"}) file.need_column(column);
}

interop::SeriesFile open_evaluated(const Request& request) {
  interop::SeriesFile file = open_series(request);
  need_evaluated_columns(file);
  return file;
}

// Which series are taken of a file: every step-th of the first ones.
struct Sample {
  std::size_t step = 1;
  std::size_t size = 0;

  [[nodiscard]] bool takes(std::size_t number) const {
    return number % step == 0 && number / step < size;
  }
};

Sample sample_of(const Request& request, const std::optional<std::size_t>& limit) {
  if (!limit) return {.step = 1, .size = static_cast<std::size_t>(-1)};
  interop::SeriesFile file = open_evaluated(request);
  SeriesProgress progress{request.progress, "count"};
  std::size_t count = 0;
  while (file.next()) {
    request.cancel.check();
    progress.begin({.series = 1, .read = file.read_so_far()});
    ++count;
  }
  return {.step = std::max<std::size_t>(1, count / *limit), .size = *limit};
}

void require_test_rows(const FileSeries& series) {
  if (series.horizon && series.test_rows() >= static_cast<std::size_t>(*series.horizon)) return;
  throw Error{ErrorKind::invalid_input,
              "series '" + series.id + "', line " + std::to_string(series.line) + ", has " +
                  std::to_string(series.test_rows()) + " test rows for a horizon of " +
                  std::to_string(series.horizon.value_or(0)),
              {.field = "horizon",
               .value = std::to_string(series.horizon.value_or(0)),
               .rule = "at most as many steps as the series has test rows"}};
}

// A series that waits for the scores of the others.
struct WaitingSeries {
  std::string id;
  std::vector<double> truth;
  std::size_t horizon = 0;
  std::int64_t first_forecast = 0;  // what came before may be pooled
  bool is_irregular = false;
  std::vector<forecast::Evaluation> evaluations{};  // by method
};

// The methods on one series, in their order.
struct EvaluatedSeries {
  SeriesHistory history{};
  std::size_t missing_covariates = 0;
  forecast::StepCovariates covariates{};  // of equal steps, where a method knows them
  std::vector<forecast::Evaluation> evaluations{};
  std::vector<Spent> took{};
};

void put_evaluation(interop::SpillFile& spill, const forecast::Evaluation& evaluation) {
  spill.put(evaluation.points);
  spill.put(std::vector{evaluation.scale.value_or(forecast::kUnknown)});
  spill.put(std::uint64_t{evaluation.origins.size()});
  for (const forecast::OriginForecast& origin : evaluation.origins) {
    spill.put(std::uint64_t{origin.steps});
    spill.put(static_cast<std::uint64_t>(origin.status));
    spill.put(std::uint64_t{origin.behind});
    put_evidence(spill, origin.evidence);
  }
}

forecast::Evaluation take_evaluation(interop::SpillFile& spill) {
  forecast::Evaluation evaluation{.points = spill.numbers()};
  const double scale = spill.numbers().front();
  if (!std::isnan(scale)) evaluation.scale = scale;
  evaluation.origins.resize(spill.number());
  for (forecast::OriginForecast& origin : evaluation.origins) {
    origin.steps = spill.number();
    origin.status = static_cast<forecast::OriginStatus>(spill.number());
    origin.behind = spill.number();
    origin.evidence = take_evidence(spill);
  }
  return evaluation;
}

// The methods through the series of a file, and what is told of the file itself.
class FileEvaluation {
 public:
  FileEvaluation(const Request& request, EvaluateOptions options)
      : request_(request),
        options_(std::move(options)),
        spill_(request.temporary),
        pools_(options_.methods.size()),
        pools_of_runs_(options_.methods.size()) {
    for (const Method& method : options_.methods) {
      summary_.models.push_back(
          {.model = method.name, .refit_every = options_.refit_every_of(method)});
    }
    if (request_.output) rows_.emplace(request_, options_.levels, options_.sign);
  }

  FileSummary run() {
    evaluate_all();
    score_intervals();
    add_notes();
    if (rows_) rows_->finish();
    return std::move(summary_);
  }

 private:
  void evaluate_all() {
    const Sample sample = sample_of(request_, options_.limit);
    if (options_.is_global) learn(sample);
    interop::SeriesFile file = open_evaluated(request_);
    SeriesProgress progress{request_.progress, "evaluate"};
    std::size_t number = 0;
    for (auto some = file.next_some(kRowsTogether, std::nullopt); !some.empty();
         some = file.next_some(kRowsTogether, std::nullopt)) {
      std::erase_if(some, [&](const FileSeries& series) {
        return !sample.takes(number++) || !is_evaluated(series);
      });
      progress.begin({.series = some.size(),
                      .read = file.read_so_far(),
                      .pieces_each = options_.methods.size()});
      std::vector<EvaluatedSeries> evaluated(some.size());
      const interop::TimeKind kind = file.time_kind().value();
      parallel_for(some.size(), options_.threads,
                   [&](std::size_t i) { evaluated[i] = evaluate_one(some[i], kind, progress); });
      for (std::size_t i = 0; i < some.size(); ++i) {
        put_aside(some[i], evaluated[i], kind);
      }
    }
  }

  void learn(const Sample& sample) {
    global_ = learnt_globally(
        request_,
        [&](const FileSeries& series, interop::TimeKind kind,
            std::size_t number) -> std::optional<TrainPart> {
          const bool is_taken = sample.takes(number) && series.train_rows >= options_.min_length;
          if (!is_taken || !series.horizon || series.test_rows() == 0) return std::nullopt;
          SeriesHistory history = history_of(series, kind);
          const SeriesSeasons seasons = series_seasons(series, history, options_.seasons);
          if (!seasons.longer.empty()) return std::nullopt;
          const auto times = pooling_times(history.whole.times, kind);
          TrainPart part{.period = seasons.period,
                         .horizon = static_cast<std::size_t>(*series.horizon)};
          part.times.assign(times.begin(), times.end());
          if (!times.empty()) part.first_forecast = series.times[series.train_rows];
          part.values = std::move(history.whole.values);
          return part;
        });
    const std::string_view reason = reason_of_nothing_learnt(global_);
    if (!reason.empty()) summary_.notes.emplace_back(reason);
  }

  bool is_evaluated(const FileSeries& series) {
    ++summary_.series;
    require_test_rows(series);
    const bool is_long_enough = series.train_rows >= options_.min_length;
    summary_.too_short += is_long_enough ? 0 : 1;
    return is_long_enough;
  }

  [[nodiscard]] std::size_t score_period(const FileSeries& series) const {
    const auto of_file = static_cast<std::size_t>(series.score_period());
    return std::max<std::size_t>(1, options_.score_period.value_or(of_file));
  }

  [[nodiscard]] EvaluatedSeries evaluate_one(const FileSeries& series, interop::TimeKind kind,
                                             SeriesProgress& progress) const {
    EvaluatedSeries result;
    const Stopwatch search{request_.clock};
    result.history = history_of(series, kind);
    const SeriesSeasons seasons = series_seasons(series, result.history, options_.seasons);
    const forecast::Series rows = options_.has_runs_model(result.history.is_irregular)
                                      ? runs_of(series, kind, options_.covariates)
                                      : forecast::Series{};
    result.missing_covariates = missing_covariates(rows);
    if (options_.knows_covariates(result.history.is_irregular)) {
      result.covariates = step_covariates(series, result.history, options_.covariates);
    }
    const Spent of_search = search.spent();
    for (std::size_t i = 0; i < options_.methods.size(); ++i) {
      request_.cancel.check();
      const Instant begin = request_.clock();
      const Stopwatch watch{request_.clock};
      forecast::EvaluationSeries known = known_of(series, result.history, seasons, i);
      const auto of_runs = options_.methods[i].runs_model(result.history.is_irregular);
      if (!of_runs && options_.methods[i].knows_covariates()) known.covariates = result.covariates;
      const forecast::EvaluationOptions how{
          .refit_every = options_.refit_every_of(options_.methods[i]),
          .sign = options_.sign,
          .levels = options_.levels,
          .intervals = options_.intervals,
          .check = [this] { request_.cancel.check(); },
          .is_late = [this, begin] { return is_late(begin); }};
      result.evaluations.push_back(
          of_runs ? forecast::evaluate(known, {.rows = rows, .kind = *of_runs}, how)
                  : forecast::evaluate(known, options_.methods[i].models, how));
      result.took.push_back(watch.spent());
      if (i != yardstick()) result.took.back() += of_search;
      progress.advance();
    }
    return result;
  }

  [[nodiscard]] bool is_late(Instant begin) const {
    return options_.timeout && request_.clock() - begin >= *options_.timeout;
  }

  [[nodiscard]] forecast::EvaluationSeries known_of(const FileSeries& series,
                                                    const SeriesHistory& history,
                                                    const SeriesSeasons& seasons,
                                                    std::size_t i) const {
    const std::size_t scale = score_period(series);
    return {.train = history.whole.values,
            .test = series.test_y(),
            .horizon = static_cast<std::size_t>(*series.horizon),
            .period = i == yardstick() ? scale : seasons.period,
            .longer = seasons.longer,
            .score_period = scale,
            .scaled_by = series.train_y(),
            .pooled = global_.weights(seasons.period),
            .calendar = step_calendar(history, series.times.front()),
            .within = options_.methods[i].within};
  }

  void put_aside(const FileSeries& series, const EvaluatedSeries& evaluated,
                 interop::TimeKind kind) {
    ++waiting_;
    longest_horizon_ = std::max(longest_horizon_, static_cast<std::size_t>(*series.horizon));
    summary_.horizon.take(*series.horizon);
    summary_.score_period.take(static_cast<std::int64_t>(score_period(series)));
    count(series, evaluated);
    summary_.missing +=
        std::ranges::count_if(series.test_y(), [](double y) { return std::isnan(y); });
    const auto times = pooling_times(series.times, kind);
    const auto of_values = pooling_times(evaluated.history.whole.times, kind);
    spill_.put(series.id);
    spill_.put(std::vector<double>(series.test_y().begin(), series.test_y().end()));
    spill_.put(static_cast<std::uint64_t>(*series.horizon));
    spill_.put(static_cast<std::uint64_t>(times.empty() ? std::numeric_limits<std::int64_t>::max()
                                                        : times[series.train_rows]));
    spill_.put(std::uint64_t{evaluated.history.is_irregular ? 1U : 0U});
    const std::span<const double> values{evaluated.history.whole.values};
    const std::size_t unknown = values.size() - forecast::from_first_known(values).size();
    for (std::size_t i = 0; i < options_.methods.size(); ++i) {
      const forecast::Evaluation& evaluation = evaluated.evaluations[i];
      summary_.models[i].took += evaluated.took[i];
      summary_.origins_most = std::max(summary_.origins_most, evaluation.origins.size());
      summary_.models[i].scores.add(evaluation);
      if (options_.methods[i].runs_model(evaluated.history.is_irregular)) {
        pools_of_runs_[i].add(series.id, evaluation.scores, times);
      } else {
        pools_[i].add(series.id, evaluation.scores,
                      of_values.subspan(of_values.empty() ? 0 : unknown));
      }
      put_evaluation(spill_, evaluation);
    }
  }

  void count(const FileSeries& series, const EvaluatedSeries& evaluated) {
    gaps_ += evaluated.history.whole.gaps;
    const auto since = forecast::from_first_known(series.train_y());
    const auto between = forecast::up_to_last_known(since);
    const bool is_irregular = evaluated.history.is_irregular;
    behind_ += is_irregular ? 0 : since.size() - between.size();
    empty_ += is_irregular ? 0 : missing_values(between);
    missing_covariates_ += evaluated.missing_covariates;
    irregular_ += is_irregular ? 1 : 0;
    filled_covariates_ += static_cast<std::size_t>(std::ranges::count_if(
        evaluated.covariates.entries, [](double entry) { return std::isnan(entry); }));
    of_newest_ +=
        std::ranges::any_of(evaluated.evaluations, &forecast::Evaluation::is_of_newest) ? 1 : 0;
    for (const Method& method : options_.methods) {
      const bool is_told = method.runs_model(is_irregular) || method.knows_covariates();
      if (!is_told && method.name != kYardstick) uncovered_[method.name] += 1;
    }
  }

  void add_notes() {
    const auto note = [&](std::size_t count, const CountedWords& words) {
      if (count > 0) summary_.notes.push_back(words.after(count));
    };
    if (options_.is_without_lightgbm) {
      summary_.notes.emplace_back(
          "lightgbm is left out: its library cannot be loaded (make setup)");
    }
    note(gaps_, kTrainGaps);
    note(empty_, kTrainEmpty);
    note(behind_, kTrainBehind);
    note(of_newest_, kOfNewest);
    note(irregular_, kTakenAsEqualSteps);
    note(missing_covariates_, kMissingCovariates);
    note(filled_covariates_, kFilledCovariates);
    if (options_.covariates.empty()) return;
    for (const auto& [method, series] : uncovered_) {
      const std::string words =
          "series: " + method + " knows no covariates and forecasts without them";
      note(series, {.one = words, .several = words});
    }
  }

  [[nodiscard]] std::size_t yardstick() const {
    return static_cast<std::size_t>(std::ranges::find(options_.methods, kYardstick, &Method::name) -
                                    options_.methods.begin());
  }

  void score_intervals() {
    for (ModelSummary& model : summary_.models) {
      for (const double level : options_.levels) model.levels.emplace_back(level, longest_horizon_);
    }
    std::vector<forecast::PooledScores> pooled;
    for (forecast::ScorePool& pool : pools_) pooled.push_back(std::move(pool).sorted());
    std::vector<forecast::PooledScores> of_runs;
    for (forecast::ScorePool& pool : pools_of_runs_) of_runs.push_back(std::move(pool).sorted());
    spill_.rewind();
    for (std::size_t i = 0; i < waiting_; ++i) {
      request_.cancel.check();
      request_.progress.update({.label = "score",
                                .done = static_cast<std::int64_t>(i),
                                .total = static_cast<std::int64_t>(waiting_)});
      const WaitingSeries next = next_waiting();
      std::vector<forecast::PooledScores> of_methods = pooled;
      for (std::size_t m = 0; m < of_methods.size(); ++m) {
        if (options_.methods[m].runs_model(next.is_irregular)) of_methods[m] = of_runs[m];
      }
      score_intervals(next, of_methods);
    }
  }

  WaitingSeries next_waiting() {
    WaitingSeries next{.id = spill_.text(), .truth = spill_.numbers()};
    next.horizon = spill_.number();
    next.first_forecast = static_cast<std::int64_t>(spill_.number());
    next.is_irregular = spill_.number() != 0;
    for (std::size_t i = 0; i < options_.methods.size(); ++i) {
      next.evaluations.push_back(take_evaluation(spill_));
    }
    return next;
  }

  void score_intervals(const WaitingSeries& one,
                       const std::vector<forecast::PooledScores>& pooled) {
    const forecast::PooledScores of_yardstick =
        pooled[yardstick()].known_before(one.first_forecast);
    const auto bounds = [&](std::size_t i) {
      const forecast::PooledScores own = pooled[i].known_before(one.first_forecast);
      return bounds_of(one.evaluations[i], {.own = own, .naive2 = of_yardstick}, options_.levels,
                       options_.sign);
    };
    const std::vector<forecast::LevelBounds> plain = bounds(yardstick());
    for (std::size_t i = 0; i < options_.methods.size(); ++i) {
      const Stopwatch watch{request_.clock};
      const std::vector<forecast::LevelBounds> own = bounds(i);
      summary_.models[i].took += watch.spent();
      const forecast::ScoredTruth known{
          .truth = one.truth, .scale = one.evaluations[i].scale, .horizon = one.horizon};
      for (std::size_t level = 0; level < own.size(); ++level) {
        summary_.models[i].levels[level].add(known, own[level], plain[level]);
      }
      if (rows_) {
        rows_->add(summary_.models[i].model, {.unique_id = one.id, .truth = one.truth},
                   one.evaluations[i], own);
      }
    }
  }

  const Request& request_;
  EvaluateOptions options_;
  FileSummary summary_;
  GlobalLags global_;
  interop::SpillFile spill_;
  std::vector<forecast::ScorePool> pools_;  // by method
  std::vector<forecast::ScorePool> pools_of_runs_;
  std::size_t gaps_ = 0;
  std::size_t empty_ = 0;   // train rows between known ones
  std::size_t behind_ = 0;  // train rows behind the last known ones
  std::size_t irregular_ = 0;
  std::size_t missing_covariates_ = 0;
  std::size_t filled_covariates_ = 0;             // of equal steps
  std::size_t of_newest_ = 0;                     // series
  std::map<std::string, std::size_t> uncovered_;  // series, by the method that uses no covariates
  std::size_t waiting_ = 0;                       // series in the spill file
  std::size_t longest_horizon_ = 1;
  std::optional<ScoreRows> rows_;
};

}  // namespace

Answer evaluate_file(const Request& request) {
  const EvaluateOptions options = evaluate_options(request);
  const auto evaluate = [&](const Request& whole) {
    FileSummary summary = FileEvaluation{whole, options}.run();
    summary.file = whole.arguments.positional("FILE").value();
    summary.is_non_negative = whole.arguments.flag("non-negative");
    summary.interval = whole.arguments.value("interval").value();
    return evaluate_answer(summary);
  };
  return on_whole_series(request, {.check_columns = need_evaluated_columns, .answer = evaluate});
}

}  // namespace shelduck::cli
