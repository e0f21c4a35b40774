#include "shelduck/cli/command_forecast_file.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "shelduck/cli/fitted_series.hpp"
#include "shelduck/cli/forecast_options.hpp"
#include "shelduck/cli/forecast_rows.hpp"
#include "shelduck/cli/global_lags.hpp"
#include "shelduck/cli/series_progress.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/cli/series_runs.hpp"
#include "shelduck/cli/spilled_evidence.hpp"
#include "shelduck/core/parallel.hpp"
#include "shelduck/forecast/intervals/score_pool.hpp"
#include "shelduck/interop/spill_file.hpp"

namespace shelduck::cli {
namespace {

using forecast::IntervalEvidence;
using interop::FileSeries;

constexpr std::size_t kFailuresNamed = 5;

constexpr CountedWords kLeftOut{
    "row whose split is test was left out: `shelduck forecast evaluate` scores models on it",
    "rows whose split is test were left out: `shelduck forecast evaluate` scores models on them"};
constexpr CountedWords kBehind{
    "row behind the last known value of its series is empty: the forecast begins there",
    "rows behind the last known value of their series are empty: the forecasts begin there"};
constexpr CountedWords kGaps{"row between the others is missing and was filled linearly",
                             "rows between the others are missing and were filled linearly"};
constexpr CountedWords kEmpty{"row between the others has no value and was filled linearly",
                              "rows between the others have no value and were filled linearly"};
constexpr CountedWords kComingTimes{"row behind the last known value the time was used",
                                    "rows behind the last known value the time was used"};
constexpr CountedWords kComingCovariates{
    "row behind the last known value the covariates were used",
    "rows behind the last known value the covariates were used"};
constexpr CountedWords kWithoutCovariates{
    "series was forecast by a model that knows no covariates",
    "series were forecast by a model that knows no covariates"};
constexpr CountedWords kSeasonUnseen{
    "series is shorter than a season of --season, which is not seen there",
    "series are shorter than a season of --season, which is not seen there"};

void add_note(Answer& answer, std::size_t count, const CountedWords& words) {
  if (count > 0) answer.notes.push_back(words.after(count));
}

// Of three points and more the mean leaves two out (combination.hpp).
std::string_view weight_words(const Choice& choice) {
  if (choice.problem == kIrregularProblem) return "weighted by past errors,";
  return choice.members.size() < 3
             ? "equally weighted,"
             : "equally weighted without the lowest and the highest of each step,";
}

// "naive and ces together, equally weighted,".
std::string combination_words(const Choice& choice) {
  const std::vector<std::string>& members = choice.members;
  if (members.size() == 1) return members.front();
  std::string words;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) words += i + 1 == members.size() ? " and " : ", ";
    words += members[i];
  }
  return words + " together, " + std::string(weight_words(choice));
}

std::string problem_words(const Choice& choice) {
  return choice.problem.empty() ? "" : " (" + choice.problem + ")";
}

class FileForecast {
 public:
  FileForecast(const Request& request, ForecastOptions options, const ForecastTaker& taker)
      : request_(request), options_(std::move(options)), taker_(taker), spill_(request.temporary) {}

  void run() {
    fit_all();
    spill_.rewind();
    const Pools pools{.steps = std::move(pool_).sorted(),
                      .runs = std::move(pool_of_runs_).sorted()};
    for (std::size_t i = 0; i < forecast_; ++i) {
      request_.cancel.check();
      request_.progress.update({.label = "write",
                                .done = static_cast<std::int64_t>(i),
                                .total = static_cast<std::int64_t>(forecast_)});
      taker_.forecast(next_row(pools));
    }
  }

  void add_notes(Answer& answer) const {
    add_members(answer);
    if (!nothing_learnt_.empty()) answer.notes.emplace_back(nothing_learnt_);
    add_note(answer, test_rows_, kLeftOut);
    add_notes_of_runs(answer);
    add_note(answer, behind_, kBehind);
    add_note(answer, gaps_, kGaps);
    add_note(answer, empty_, kEmpty);
    add_note(answer, outliers_, kOutliers);
    add_note(answer, of_newest_, kOfNewest);
    add_errors(answer);
  }

 private:
  struct Pools {
    forecast::PooledScores steps;
    forecast::PooledScores runs;
  };

  void fit_all() {
    GlobalLags global;
    if (options_.is_global) {
      require_horizon(open_series(request_), options_);
      global = learnt_globally(request_,
                               [&](const FileSeries& series, interop::TimeKind kind, std::size_t) {
                                 return train_part_of(series, kind, options_);
                               });
      nothing_learnt_ = reason_of_nothing_learnt(global);
    }
    interop::SeriesFile file = open_series(request_);
    require_horizon(file, options_);
    SeriesProgress progress{request_.progress, "forecast"};
    for (auto some = file.next_some(kRowsTogether, options_.horizon); !some.empty();
         some = file.next_some(kRowsTogether, options_.horizon)) {
      progress.begin({.series = some.size(), .read = file.read_so_far()});
      std::vector<FittedSeries> fitted(some.size());
      parallel_for(some.size(), options_.threads, [&](std::size_t i) {
        request_.cancel.check();
        fitted[i] = fitted_series(some[i], file.time_kind().value(), options_, global);
        progress.advance();
      });
      for (std::size_t i = 0; i < some.size(); ++i) put_aside(some[i], fitted[i]);
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
    spill_.put(fitted.choice.problem);
    spill_.put(std::uint64_t{fitted.choice.members.size()});
    for (const std::string& member : fitted.choice.members) spill_.put(member);
    ++series_by_choice_[fitted.choice];
    ++forecast_;
  }

  // It is shorter than a season that was named.
  [[nodiscard]] bool has_no_season(const FileSeries& series) const {
    const NamedSeasons& named = options_.seasons;
    return !named.empty() && named.back() > 1 && series.train_rows < named.back();
  }

  void count(const FileSeries& series, const FittedSeries& fitted) {
    const std::size_t train_rows_to_come =
        std::min(fitted.coming_rows, series.train_rows - rows_up_to_last_known(series));
    test_rows_ += series.test_rows() - (fitted.coming_rows - train_rows_to_come);
    (fitted.is_of_runs ? coming_rows_ : coming_steps_) += fitted.coming_rows;
    // Where covariates are named they are told as those of coming steps.
    behind_ += options_.covariates.empty() ? fitted.behind : 0;
    gaps_ += fitted.gaps;
    empty_ += fitted.empty;
    (fitted.is_of_runs ? missing_covariates_ : filled_covariates_) += fitted.missing_covariates;
    without_covariates_ += fitted.is_without_covariates ? 1 : 0;
    unseen_seasons_ += has_no_season(series) ? 1 : 0;
    outliers_ += fitted.outliers;
    of_newest_ += fitted.is_of_newest ? 1 : 0;
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
    row.problem = spill_.text();
    row.members.resize(spill_.number());
    for (std::string& member : row.members) member = spill_.text();
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

  void add_errors(Answer& answer) const {
    answer.errors.insert(answer.errors.end(), failures_.begin(), failures_.end());
    if (failed_ > kFailuresNamed) {
      answer.errors.push_back("and for " + std::to_string(failed_ - kFailuresNamed) + " others");
    }
    if (forecast_ == 0) answer.exit_code = 1;
  }

  // What was combined, where the user did not name a single model.
  void add_members(Answer& answer) const {
    std::vector<std::string> named;
    for (const auto model : options_.method.models) named.emplace_back(to_string(model));
    if (options_.method.models.empty()) named.push_back(options_.method.name);
    for (const auto& [choice, series] : series_by_choice_) {
      if (choice.members == named) continue;
      answer.notes.push_back(options_.method.name + " is " + combination_words(choice) + " for " +
                             std::to_string(series) + " series" + problem_words(choice));
    }
  }

  void add_notes_of_runs(Answer& answer) const {
    if (coming_rows_ > 0) {
      answer.notes.push_back("of " + kComingTimes.after(coming_rows_) +
                             (options_.covariates.empty() ? "" : ", and the covariates"));
    }
    if (coming_steps_ > 0) answer.notes.push_back("of " + kComingCovariates.after(coming_steps_));
    add_note(answer, missing_covariates_, kMissingCovariates);
    add_note(answer, filled_covariates_, kFilledCovariates);
    add_note(answer, without_covariates_, kWithoutCovariates);
    add_note(answer, as_equal_steps_, kTakenAsEqualSteps);
    add_note(answer, unseen_seasons_, kSeasonUnseen);
  }

  const Request& request_;
  ForecastOptions options_;
  const ForecastTaker& taker_;
  interop::SpillFile spill_;
  forecast::ScorePool pool_;
  forecast::ScorePool pool_of_runs_;
  std::size_t forecast_ = 0;
  std::size_t failed_ = 0;
  std::size_t test_rows_ = 0;
  std::size_t behind_ = 0;
  std::size_t gaps_ = 0;
  std::size_t empty_ = 0;
  std::size_t coming_rows_ = 0;
  std::size_t missing_covariates_ = 0;
  std::size_t coming_steps_ = 0;
  std::size_t filled_covariates_ = 0;
  std::size_t without_covariates_ = 0;  // series
  std::size_t as_equal_steps_ = 0;      // irregular series
  std::size_t unseen_seasons_ = 0;      // series
  std::size_t outliers_ = 0;            // values
  std::size_t of_newest_ = 0;           // series
  std::vector<std::string> failures_;
  std::string_view nothing_learnt_;  // with --global
  std::map<Choice, std::size_t> series_by_choice_;
};

}  // namespace

Answer forecast_file(const Request& request) {
  const ForecastOptions options = forecast_options(request);
  const auto forecast_all = [&](const Request& whole) {
    ForecastRows rows{whole, options.levels};
    const ForecastTaker taker{.forecast = [&](const SeriesForecast& row) { rows.add(row); },
                              .failure = [](const std::string&, const std::string&) {}};
    FileForecast forecast{whole, options, taker};
    forecast.run();
    Answer answer = rows.finished();
    forecast.add_notes(answer);
    return answer;
  };
  const auto check = [&](const interop::SeriesFile& file) { require_horizon(file, options); };
  return on_whole_series(request, {.check_columns = check, .answer = forecast_all});
}

Answer forecast_for(const Request& request, const ForecastOptions& options,
                    const ForecastTaker& taker) {
  FileForecast forecast{request, options, taker};
  forecast.run();
  Answer answer{.shape = Answer::Shape::written, .document = {}};
  forecast.add_notes(answer);
  return answer;
}

}  // namespace shelduck::cli
