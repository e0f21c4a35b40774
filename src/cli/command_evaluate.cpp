#include "shelduck/cli/command_evaluate.hpp"

#include <algorithm>
#include <utility>

#include "shelduck/cli/evaluate_answer.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/forecast/evaluation.hpp"
#include "shelduck/interop/logs/byte_source.hpp"
#include "shelduck/interop/series_file.hpp"

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
  forecast::Sign sign = forecast::Sign::any;
};

std::string all_names() {
  std::string names;
  for (const RegularModel model : forecast::kRegularModels) {
    names += (names.empty() ? "" : ", ") + std::string(to_string(model));
  }
  return names;
}

RegularModel model_named(const std::string& name) {
  if (const auto model = forecast::parse_regular_model(name)) return *model;
  throw Error{ErrorKind::invalid_input,
              "'" + name + "' is no model",
              {.field = "--models", .value = name, .rule = "one or more of " + all_names()}};
}

// The models in the order in which they are named; the yardstick comes last unless it is named.
std::vector<RegularModel> models_of(const Request& request) {
  std::vector<RegularModel> models;
  const std::string names = request.arguments.value("models").value_or("");
  for (std::size_t from = 0; from < names.size();) {
    const std::size_t comma = std::min(names.find(',', from), names.size());
    const RegularModel model = model_named(names.substr(from, comma - from));
    if (std::ranges::find(models, model) == models.end()) models.push_back(model);
    from = comma + 1;
  }
  if (names.empty())
    models.assign(forecast::kRegularModels.begin(), forecast::kRegularModels.end());
  if (!names.empty() && std::ranges::find(models, RegularModel::naive2) == models.end()) {
    models.push_back(RegularModel::naive2);
  }
  return models;
}

std::optional<std::size_t> size_option(const Request& request, std::string_view name) {
  const auto number = request.arguments.whole_number(name);
  if (!number) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

EvaluateOptions options_of(const Request& request) {
  return {.models = models_of(request),
          .season = size_option(request, "season"),
          .score_period = size_option(request, "score-period"),
          .refit_every = size_option(request, "refit").value(),
          .min_length = size_option(request, "min-length").value(),
          .limit = size_option(request, "limit"),
          .sign = request.arguments.flag("non-negative") ? forecast::Sign::non_negative
                                                         : forecast::Sign::any};
}

interop::SeriesFile open_series(const Request& request) {
  const std::string path = request.paths.at("FILE").front().string();
  interop::SeriesFile file{interop::logs::decompressed(interop::logs::open_file(path)),
                           {.id = request.arguments.value("id").value(),
                            .time = request.arguments.value("time").value(),
                            .value = request.arguments.value("value").value()},
                           request.arguments.positional("FILE").value()};
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
  interop::SeriesFile file = open_series(request);
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

// The models through the series of a file, and what is told of the file itself.
class FileEvaluation {
 public:
  FileEvaluation(const Request& request, EvaluateOptions options)
      : request_(request), options_(std::move(options)) {
    for (const RegularModel model : options_.models) {
      summary_.models.push_back({.model = std::string(to_string(model))});
    }
  }

  FileSummary run() {
    const Sample sample = sample_of(request_, options_.limit);
    interop::SeriesFile file = open_series(request_);
    for (std::size_t number = 0; const auto series = file.next(); ++number) {
      request_.cancel.check();
      if (sample.takes(number)) take(*series);
      request_.progress.update({.label = "evaluate", .done = summary_.series});
    }
    return std::move(summary_);
  }

 private:
  void take(const FileSeries& series) {
    ++summary_.series;
    require_test_rows(series);
    if (series.train_rows < options_.min_length) {
      ++summary_.too_short;
      return;
    }
    note_shape(series);
    for (std::size_t i = 0; i < options_.models.size(); ++i) {
      score(series, options_.models[i], summary_.models[i]);
    }
  }

  [[nodiscard]] std::size_t score_period(const FileSeries& series) const {
    return options_.score_period.value_or(static_cast<std::size_t>(series.score_period()));
  }

  void score(const FileSeries& series, RegularModel model, ModelSummary& summary) {
    const std::size_t scale = score_period(series);
    const forecast::EvaluationSeries known{
        .train = series.train_y(),
        .test = series.test_y(),
        .horizon = static_cast<std::size_t>(*series.horizon),
        .period = model == RegularModel::naive2 ? scale : options_.season.value_or(scale),
        .score_period = scale};
    const Instant begin = request_.clock();
    summary.scores.add(forecast::evaluate(
        known, model, {.refit_every = options_.refit_every, .sign = options_.sign}));
    summary.took += request_.clock() - begin;
  }

  void note_shape(const FileSeries& series) {
    summary_.horizon.take(*series.horizon);
    summary_.score_period.take(static_cast<std::int64_t>(score_period(series)));
  }

  const Request& request_;
  EvaluateOptions options_;
  FileSummary summary_;
};

}  // namespace

Answer evaluate_file(const Request& request) {
  FileSummary summary = FileEvaluation{request, options_of(request)}.run();
  summary.file = request.arguments.positional("FILE").value();
  summary.is_non_negative = request.arguments.flag("non-negative");
  return evaluate_answer(summary);
}

}  // namespace shelduck::cli
