// Evaluation by rolling origin: what a model would have forecast for the known end of a series,
// and the scores of many series together.
//
//   SetScores holt;
//   for (const EvaluationSeries& series : all) {
//     holt.add(evaluate(series, RegularModel::holt, {.refit_every = 10}));
//   }
//   holt.means()->mase
//
// Origins: the first forecast of `horizon` steps is made from the train part alone; if there are
// more test values than that, the origin moves on by `horizon`, the test values before it become
// history, and the last forecast may be shorter. Parameters are fitted at the first origin and at
// every `refit_every`th after it; in between the fitted model is updated with what has become
// known.
// Missing values of the history: those before the first known one are cut, those between known ones
// are filled linearly, and so are missing covariates of its steps. Those behind the last known one
// are to come, as they are for a forecast: it begins there, and its steps behind them are scored
// (why: docs/decisions/0013). A missing truth is not scored. At an origin the covariates of its
// horizon are known, which may not be missing.
// A series that cannot be fitted is scored with the forecasts of naive2, and counted as failed; so
// is one that takes too long, from the origin on at which that is found out.
// Intervals need the scores of all series of the input (interval_bounds.hpp), so an evaluation
// carries what they will be made from:
//
//   pool.add(id, evaluation.scores);        // of every series, then
//   bounds_of(evaluation, {.own = pooled, .naive2 = pooled_of_naive2}, levels, sign)
// With IntervalMethod::refit the scores of every origin, of a stand-in too, are those of fits at
// the origins before it (intervals/refit_scores.hpp).
//
// A model of irregular runs sees the rows of the series with their times and what is known of each
// (run_forecast.hpp), those of the test part at their turn, and is fitted at every origin: its
// recursions have no parameters to keep, and its scores those of what was known before each run.
//
// Source: Makridakis, Spiliotis, Assimakopoulos 2020 (M4) for naive2 as the yardstick.
// Threads: pure; a SetScores is filled by one thread. Failure: Error invalid_input for a horizon of
// 0 and fewer test values than the horizon.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shelduck/forecast/accuracy.hpp"
#include "shelduck/forecast/intervals/interval_bounds.hpp"
#include "shelduck/forecast/intervals/refit_scores.hpp"
#include "shelduck/forecast/predictive.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/forecast/series.hpp"
#include "shelduck/forecast/stop_check.hpp"

namespace shelduck::forecast {

// Borrowed for the time of the call. A missing value is NaN.
struct EvaluationSeries {
  std::span<const double> train;
  std::span<const double> test;
  std::size_t horizon = 1;
  std::size_t period = 1;                      // of the models
  std::vector<std::size_t> longer{};           // seasons, see RegularSeries
  std::size_t score_period = 1;                // of the scale, and of naive2
  std::span<const double> scaled_by{};         // values of the scale; empty: those of train
  std::shared_ptr<const LagWeights> pooled{};  // see RegularSeries
  StepCovariates covariates{};                 // of the steps of train and test; none: no names
  StepCalendar calendar{};                     // of the same
  RegularModel within = RegularModel::exponential_smoothing;  // see RegularSeries
};

struct EvaluationOptions {
  std::size_t refit_every = 1;  // origins, from 1
  Sign sign = Sign::any;
  std::vector<double> levels{};  // fractions; none: no intervals
  IntervalMethod intervals = IntervalMethod::fast;
  StopCheck check{[] {}};  // called before each fit and on the way of long ones; may throw
  // Asked there too: whether nobody waits for this series any more.
  std::function<bool()> is_late{[] { return false; }};
};

// What a forecast comes from: the model, or naive2 because the model could not be fitted or took
// too long.
enum class OriginStatus { ok, failed, timeout };

// One forecast of an evaluation.
struct OriginForecast {
  std::size_t steps = 0;
  OriginStatus status = OriginStatus::ok;
  IntervalEvidence evidence{};  // of the steps from the end of the history on
  std::size_t behind = 0;       // how many of these lie before the first of `steps`

  [[nodiscard]] bool is_stand_in() const noexcept { return status != OriginStatus::ok; }
};

struct Evaluation {
  std::vector<double> points;  // one for each test value, unclipped
  std::vector<OriginForecast> origins{};
  OriginScores scores{};  // of the first fit, on train rows alone; empty if naive2 stood in
  std::optional<double> scale{};
  PointAccuracy accuracy{};   // over all origins, of the clipped points where that was asked
  std::size_t failed = 0;     // origins where naive2 stood in
  std::string reason{};       // of the first of them
  bool is_of_newest = false;  // some fit left the oldest values out
};

// The same series, row by row, for a model of irregular runs. Borrowed for the time of the call.
struct EvaluatedRuns {
  const Series& rows;  // of train and test
  ModelKind kind;
};

[[nodiscard]] Evaluation evaluate(const EvaluationSeries& series, const EvaluatedRuns& runs,
                                  const EvaluationOptions& options = {});
[[nodiscard]] Evaluation evaluate(const EvaluationSeries& series, RegularModel model,
                                  const EvaluationOptions& options = {});
// Several, combined.
[[nodiscard]] Evaluation evaluate(const EvaluationSeries& series,
                                  std::span<const RegularModel> models,
                                  const EvaluationOptions& options = {});

struct EvaluationPools {
  const PooledScores& own;
  const PooledScores& naive2;
};

// Of all origins, one after another; NaN at the steps of an origin that has no interval.
[[nodiscard]] std::vector<LevelBounds> bounds_of(const Evaluation& evaluation,
                                                 const EvaluationPools& pools,
                                                 std::span<const double> levels,
                                                 Sign sign = Sign::any);

// Means over series of per-series means. A series without a scale or without a scored truth is
// excluded and counted; of one without a scale the totals count.
class SetScores {
 public:
  void add(const Evaluation& evaluation);

  [[nodiscard]] std::size_t scored() const noexcept { return scored_; }
  [[nodiscard]] std::size_t failed() const noexcept { return failed_; }
  [[nodiscard]] std::size_t timeouts() const noexcept { return timeouts_; }  // among the failed
  [[nodiscard]] std::size_t excluded() const noexcept { return excluded_; }
  // Nothing before a series was scored.
  [[nodiscard]] std::optional<SetMeans> means() const;
  [[nodiscard]] const ErrorTotals& totals() const noexcept { return totals_; }

 private:
  std::size_t scored_ = 0;
  std::size_t failed_ = 0;
  std::size_t timeouts_ = 0;
  std::size_t excluded_ = 0;
  double smape_sum_ = 0;
  double mase_sum_ = 0;
  ErrorTotals totals_;
};

}  // namespace shelduck::forecast
