#include "shelduck/cli/command_evaluate.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "shelduck/cli/evaluate_answer.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/forecast/evaluation.hpp"
#include "shelduck/forecast/filling.hpp"

namespace shelduck::cli {
namespace {

using forecast::RegularModel;
using interop::FileSeries;

struct EvaluateOptions {
  std::vector<RegularModel> models;  // naive2 is among them
  std::optional<std::size_t> season{};
  std::optional<std::size_t> score_period{};
  std::size_t refit_every = 1;
  std::size_t min_length = 0;
  std::optional<std::size_t> limit{};
  std::vector<double> levels{};
  forecast::Sign sign = forecast::Sign::any;
};

// The models in the order in which they are named; the yardstick comes last unless it is named.
std::vector<RegularModel> models_of(const Request& request) {
  std::vector<RegularModel> models;
  for (const std::string& name : words_of(request.arguments.value("models").value_or(""))) {
    const RegularModel model = model_named("--models", name);
    if (std::ranges::find(models, model) == models.end()) models.push_back(model);
  }
  if (models.empty()) return {forecast::kRegularModels.begin(), forecast::kRegularModels.end()};
  if (std::ranges::find(models, RegularModel::naive2) == models.end()) {
    models.push_back(RegularModel::naive2);
  }
  return models;
}

EvaluateOptions options_of(const Request& request) {
  return {.models = models_of(request),
          .season = size_option(request, "season"),
          .score_period = size_option(request, "score-period"),
          .refit_every = size_option(request, "refit").value(),
          .min_length = size_option(request, "min-length").value(),
          .limit = size_option(request, "limit"),
          .levels = levels_of(request),
          .sign = request.arguments.flag("non-negative") ? forecast::Sign::non_negative
                                                         : forecast::Sign::any};
}

interop::SeriesFile open_evaluated(const Request& request) {
  interop::SeriesFile file = open_series(request);
  for (const std::string_view column : {"split", "horizon", "period"}) file.need_column(column);
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
  std::size_t count = 0;
  while (file.next()) {
    request.cancel.check();
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
struct Waiting {
  std::vector<double> truth;
  std::size_t horizon = 0;
  std::int64_t first_forecast = 0;                  // what came before may be pooled
  std::vector<forecast::Evaluation> evaluations{};  // by model
};

// The models through the series of a file, and what is told of the file itself.
class FileEvaluation {
 public:
  FileEvaluation(const Request& request, EvaluateOptions options)
      : request_(request), options_(std::move(options)), pools_(options_.models.size()) {
    for (const RegularModel model : options_.models) {
      summary_.models.push_back({.model = std::string(to_string(model))});
    }
  }

  FileSummary run() {
    const Sample sample = sample_of(request_, options_.limit);
    interop::SeriesFile file = open_evaluated(request_);
    for (std::size_t number = 0; const auto series = file.next(); ++number) {
      request_.cancel.check();
      if (sample.takes(number)) take(*series, file.time_kind().value());
      request_.progress.update({.label = "evaluate", .done = summary_.series});
    }
    score_intervals();
    return std::move(summary_);
  }

 private:
  void take(const FileSeries& series, interop::TimeKind kind) {
    ++summary_.series;
    require_test_rows(series);
    if (series.train_rows < options_.min_length) {
      ++summary_.too_short;
      return;
    }
    note_shape(series);
    Waiting waiting{.truth = {series.test_y().begin(), series.test_y().end()},
                    .horizon = static_cast<std::size_t>(*series.horizon)};
    const auto times = pooling_times(series.times, kind);
    waiting.first_forecast =
        times.empty() ? std::numeric_limits<std::int64_t>::max() : times[series.train_rows];
    const std::size_t unknown =
        series.train_rows - forecast::from_first_known(series.train_y()).size();
    for (std::size_t i = 0; i < options_.models.size(); ++i) {
      forecast::Evaluation evaluation = evaluated(series, i);
      pools_[i].add(series.id, evaluation.scores, times.subspan(times.empty() ? 0 : unknown));
      evaluation.scores = {};
      waiting.evaluations.push_back(std::move(evaluation));
    }
    waiting_.push_back(std::move(waiting));
  }

  [[nodiscard]] std::size_t score_period(const FileSeries& series) const {
    return options_.score_period.value_or(static_cast<std::size_t>(series.score_period()));
  }

  forecast::Evaluation evaluated(const FileSeries& series, std::size_t i) {
    const std::size_t scale = score_period(series);
    const RegularModel model = options_.models[i];
    const forecast::EvaluationSeries known{
        .train = series.train_y(),
        .test = series.test_y(),
        .horizon = static_cast<std::size_t>(*series.horizon),
        .period = model == RegularModel::naive2 ? scale : options_.season.value_or(scale),
        .score_period = scale};
    const Instant begin = request_.clock();
    forecast::Evaluation evaluation = forecast::evaluate(
        known, model,
        {.refit_every = options_.refit_every, .sign = options_.sign, .levels = options_.levels});
    summary_.models[i].took += request_.clock() - begin;
    summary_.models[i].scores.add(evaluation);
    return evaluation;
  }

  void note_shape(const FileSeries& series) {
    summary_.horizon.take(*series.horizon);
    summary_.score_period.take(static_cast<std::int64_t>(score_period(series)));
  }

  [[nodiscard]] std::size_t yardstick() const {
    return static_cast<std::size_t>(std::ranges::find(options_.models, RegularModel::naive2) -
                                    options_.models.begin());
  }

  void score_intervals() {
    std::size_t horizon = 1;
    for (const Waiting& one : waiting_) horizon = std::max(horizon, one.horizon);
    for (ModelSummary& model : summary_.models) {
      for (const double level : options_.levels) model.levels.emplace_back(level, horizon);
    }
    std::vector<forecast::PooledScores> pooled;
    for (forecast::ScorePool& pool : pools_) pooled.push_back(std::move(pool).sorted());
    for (const Waiting& one : waiting_) {
      request_.cancel.check();
      score_intervals(one, pooled);
    }
  }

  void score_intervals(const Waiting& one, const std::vector<forecast::PooledScores>& pooled) {
    const forecast::PooledScores of_yardstick =
        pooled[yardstick()].known_before(one.first_forecast);
    const auto bounds = [&](std::size_t i) {
      const forecast::PooledScores own = pooled[i].known_before(one.first_forecast);
      return bounds_of(one.evaluations[i], {.own = own, .naive2 = of_yardstick}, options_.levels,
                       options_.sign);
    };
    const std::vector<forecast::LevelBounds> plain = bounds(yardstick());
    for (std::size_t i = 0; i < options_.models.size(); ++i) {
      const Instant begin = request_.clock();
      const std::vector<forecast::LevelBounds> own = bounds(i);
      summary_.models[i].took += request_.clock() - begin;
      const forecast::ScoredTruth known{
          .truth = one.truth, .scale = one.evaluations[i].scale, .horizon = one.horizon};
      for (std::size_t level = 0; level < own.size(); ++level) {
        summary_.models[i].levels[level].add(known, own[level], plain[level]);
      }
    }
  }

  const Request& request_;
  EvaluateOptions options_;
  FileSummary summary_;
  std::vector<forecast::ScorePool> pools_;  // by model
  std::vector<Waiting> waiting_;
};

}  // namespace

Answer evaluate_file(const Request& request) {
  FileSummary summary = FileEvaluation{request, options_of(request)}.run();
  summary.file = request.arguments.positional("FILE").value();
  summary.is_non_negative = request.arguments.flag("non-negative");
  return evaluate_answer(summary);
}

}  // namespace shelduck::cli
