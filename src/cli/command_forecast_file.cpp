#include "shelduck/cli/command_forecast_file.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "shelduck/cli/forecast_rows.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/intervals/interval_bounds.hpp"
#include "shelduck/interop/series_rhythm.hpp"
#include "shelduck/interop/spill_file.hpp"

namespace shelduck::cli {
namespace {

using forecast::IntervalEvidence;
using forecast::OriginScores;
using forecast::TrainedRegular;
using interop::FileSeries;

constexpr std::size_t kFailuresNamed = 5;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

struct FileOptions {
  forecast::RegularModel model;
  std::optional<std::size_t> horizon{};
  std::optional<std::size_t> season{};
  std::vector<double> levels{};
  forecast::Sign sign = forecast::Sign::any;
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
  return {.model = model_named("--model", request.arguments.value("model").value()),
          .horizon = horizon_option(request),
          .season = size_option(request, "season"),
          .levels = levels_of(request),
          .sign = request.arguments.flag("non-negative") ? forecast::Sign::non_negative
                                                         : forecast::Sign::any};
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

void put_evidence(interop::SpillFile& spill, const IntervalEvidence& own) {
  spill.put(own.units);
  spill.put(own.deviations);
  spill.put(std::uint64_t{own.degrees});
  spill.put(std::uint64_t{own.need});
  spill.put(std::vector<double>(own.counts.begin(), own.counts.end()));
  for (const auto& of_level : own.radii) {
    std::vector<double> radii;
    for (const auto& radius : of_level) radii.push_back(radius.value_or(kNothing));
    spill.put(radii);
  }
}

IntervalEvidence take_evidence(interop::SpillFile& spill, std::size_t levels) {
  IntervalEvidence own{.units = spill.numbers(), .deviations = spill.numbers()};
  own.degrees = spill.number();
  own.need = spill.number();
  for (const double count : spill.numbers()) own.counts.push_back(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < levels; ++i) {
    auto& radii = own.radii.emplace_back();
    for (const double radius : spill.numbers()) {
      radii.push_back(radius == radius ? std::optional{radius} : std::nullopt);
    }
  }
  return own;
}

class FileForecast {
 public:
  FileForecast(const Request& request, FileOptions options)
      : request_(request), options_(std::move(options)), spill_(request.temporary) {}

  Answer run() {
    fit_all();
    spill_.rewind();
    const forecast::PooledScores pooled = std::move(pool_).sorted();
    ForecastRows rows{request_, options_.levels.front()};
    for (std::size_t i = 0; i < forecast_; ++i) {
      request_.cancel.check();
      request_.progress.update({.label = "write", .done = static_cast<std::int64_t>(i)});
      rows.add(next_row(pooled));
    }
    Answer answer = rows.finished();
    add_notes(answer);
    return answer;
  }

 private:
  void fit_all() {
    interop::SeriesFile file = open_series(request_);
    while (const auto series = file.next()) {
      request_.cancel.check();
      request_.progress.update({.label = "forecast", .done = static_cast<std::int64_t>(forecast_)});
      test_rows_ += series->test_rows();
      fit_one(*series, file.time_kind().value());
    }
  }

  void fit_one(const FileSeries& series, interop::TimeKind kind) {
    const std::size_t horizon = horizon_of(series, options_);
    if (series.train_rows == 0) return fail(series.id, "no train row");
    const interop::SeriesRhythm rhythm = rhythm_of(series, kind);
    const interop::GapFreeValues whole = without_gaps(series, rhythm);
    gaps_ += whole.gaps;
    const auto known = forecast::from_first_known(whole.values);
    if (known.empty()) return fail(series.id, "no known value");
    const std::vector<double> values = forecast::filled(known, forecast::Fill::linear);
    const std::size_t period = options_.season.value_or(
        static_cast<std::size_t>(std::max<std::int64_t>(1, series.period.value_or(1))));
    const auto fitted = forecast::fit({.values = values, .period = period}, options_.model);
    if (const auto* few = std::get_if<forecast::NotEnough>(&fitted)) {
      return fail(series.id, "has " + std::to_string(few->have) + " values, needs " +
                                 std::to_string(few->need));
    }
    put_aside(series, rhythm, std::get<TrainedRegular>(fitted),
              {.values = values,
               .times = pooling_times(std::span{whole.times}.last(values.size()), kind),
               .horizon = horizon});
  }

  struct Known {
    const std::vector<double>& values;
    std::span<const std::int64_t> times;
    std::size_t horizon;
  };

  void put_aside(const FileSeries& series, const interop::SeriesRhythm& rhythm,
                 const TrainedRegular& trained, const Known& known) {
    const OriginScores scores = origin_scores(trained, known.values, known.horizon);
    pool_.add(series.id, scores, known.times);
    spill_.put(series.id);
    spill_.put(static_cast<std::uint64_t>(
        known.times.empty() ? std::numeric_limits<std::int64_t>::max() : known.times.back() + 1));
    spill_.put(std::uint64_t{trained.n});
    spill_.put(forecast::forecast(trained, known.horizon).points);
    for (std::size_t h = 1; h <= known.horizon; ++h) spill_.put(rhythm.time_after(series, h));
    put_evidence(spill_, forecast::evidence_of(scores, options_.levels));
    ++forecast_;
  }

  SeriesForecast next_row(const forecast::PooledScores& pooled) {
    SeriesForecast row{.unique_id = spill_.text(), .model = std::string(to_string(options_.model))};
    const auto next_time = static_cast<std::int64_t>(spill_.number());
    row.n = spill_.number();
    row.points = spill_.numbers();
    for (std::size_t h = 0; h < row.points.size(); ++h) row.ds.push_back(spill_.text());
    const IntervalEvidence own = take_evidence(spill_, options_.levels.size());
    row.interval_need = own.need;
    row.bounds =
        bounds_of(row.points, own, pooled.known_before(next_time), options_.levels, options_.sign);
    if (options_.sign == forecast::Sign::non_negative) {
      for (double& point : row.points) point = std::max(0.0, point);
    }
    return row;
  }

  void fail(const std::string& id, const std::string& reason) {
    if (failed_++ < kFailuresNamed) {
      failures_.push_back("no forecast for series '" + id + "': " + reason);
    }
  }

  void add_notes(Answer& answer) const {
    answer.notes.insert(answer.notes.end(), failures_.begin(), failures_.end());
    if (failed_ > kFailuresNamed) {
      answer.notes.push_back("and for " + std::to_string(failed_ - kFailuresNamed) + " others");
    }
    if (test_rows_ > 0) {
      answer.notes.push_back(std::to_string(test_rows_) +
                             " rows whose split is test were left out: `shelduck forecast "
                             "evaluate` scores models on them");
    }
    if (gaps_ > 0) {
      answer.notes.push_back(std::to_string(gaps_) +
                             " rows between the others are missing and were filled linearly");
    }
    if (forecast_ == 0) answer.exit_code = 1;
  }

  const Request& request_;
  FileOptions options_;
  interop::SpillFile spill_;
  forecast::ScorePool pool_;
  std::size_t forecast_ = 0;
  std::size_t failed_ = 0;
  std::size_t test_rows_ = 0;
  std::size_t gaps_ = 0;
  std::vector<std::string> failures_;
};

}  // namespace

Answer forecast_file(const Request& request) {
  return FileForecast{request, file_options_of(request)}.run();
}

}  // namespace shelduck::cli
