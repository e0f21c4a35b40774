// The automatic choice of a model for irregular runs, above the models: train once, then predict.
//
//   const auto trained = train(runs);
//   if (const auto* few = std::get_if<NotEnough>(&trained)) return say(few->have, few->need);
//   const Predictive next = predict(std::get<TrainedModel>(trained), {.time = now});
//   const Forecast f = interval(next, {.level = 0.9});
//
// `automatic` uses only the known values:
//   n < 5     NotEnough
//   n < 10    median
//   else      together: regression, recent_median, median and ses, each weighing as its past errors
//             say (together/together.hpp)
// A model of the sequence that was fitted before (sequence/sequence.hpp) replaces them where its
// mean absolute one-step error over the origins of its own backtest, on the response scale, is
// lower by more than half a standard error of the paired differences.
// The errors of a median of fewer than 20 values are those of leave-one-out, all others those of
// the backtest. Cost: one pass of each candidate; O(n (p^2 + log n)).
// Failure: Error invalid_input for bad data; too few values is an answer, not an error.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shelduck/forecast/backtest.hpp"
#include "shelduck/forecast/baselines/mean.hpp"
#include "shelduck/forecast/baselines/median.hpp"
#include "shelduck/forecast/baselines/recent_median.hpp"
#include "shelduck/forecast/not_enough.hpp"
#include "shelduck/forecast/predictive.hpp"
#include "shelduck/forecast/regression/regression.hpp"
#include "shelduck/forecast/sequence/sequence.hpp"
#include "shelduck/forecast/series.hpp"
#include "shelduck/forecast/smoothing/ses.hpp"
#include "shelduck/forecast/together/together.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kSamplesNeeded = 5;  // below: NotEnough

// New ones at the end: states that are kept hold the number.
enum class ModelKind {
  automatic,
  mean,
  median,
  ses,
  regression,
  ensemble,
  recent_median,
  together
};
[[nodiscard]] std::string_view to_string(ModelKind kind) noexcept;

// The members of `together`, in the order of their shares.
inline constexpr std::array<ModelKind, kTogetherMembers> kTogetherKinds{
    ModelKind::regression, ModelKind::recent_median, ModelKind::median, ModelKind::ses};

// One line of the reason for a choice: what was chosen first, the members of `together` with their
// weights, and what competed with them.
struct Candidate {
  ModelKind kind;
  double loss;                // mean absolute one-step error on the response scale
  double weight = 0;          // of a member, as of now
  double ahead_by = 0;        // of what competed: loss of the others minus its own
  double standard_error = 0;  // of ahead_by

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("kind", m.kind, ModelKind::together), visit("loss", m.loss);
    visit("weight", m.weight), visit("ahead_by", m.ahead_by);
    visit("standard_error", m.standard_error);
  }
};

using RunModelState = std::variant<MeanModel, MedianModel, RecentMedian, SesModel, RegressionModel,
                                   TogetherModel, SequenceModel>;

// What each of them is called in a model state, in their order.
inline constexpr std::array<std::string_view, std::variant_size_v<RunModelState>> kRunStateNames{
    "mean", "median", "recent_median", "ses", "regression", "together", "sequence"};

// A trained model is data: copy it, keep it, predict from it at any time.
struct TrainedModel {
  ModelKind kind;
  RunModelState state;
  std::size_t n = 0;
  Response response{};             // of its errors
  std::vector<double> scores{};    // standardised one-step errors, oldest first
  std::vector<double> one_step{};  // what would have been forecast for each value from those before
                                   // it, on the scale of the data; NaN for the first ones
  std::vector<Covariate> columns{};     // names and kinds of the covariates, without values
  std::vector<Candidate> candidates{};  // empty unless the choice was automatic

  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("kind", m.kind, ModelKind::together), visit("state", m.state), visit("n", m.n);
    visit("response", m.response), visit("scores", m.scores), visit("one_step", m.one_step);
    visit("columns", m.columns), visit("candidates", m.candidates);
  }
};

[[nodiscard]] std::variant<TrainedModel, NotEnough> train(const Series& series,
                                                          ModelKind kind = ModelKind::automatic);

// The automatic choice where a model of the sequence was fitted before: it goes on to the newest
// value and competes over the origins of its own backtest, last of all. Where there is none, or it
// cannot go on, the others choose among themselves.
[[nodiscard]] std::variant<TrainedModel, NotEnough> train(
    const Series& series, const std::optional<SequenceModel>& fitted_before);

// A run that has happened, with what was known before it.
struct Run {
  NextRun known;
  double value;
};

// The model after one run more: its forecast of that run enters the scores, then it learns, at a
// cost that does not grow with the runs. Mean, medians, ses and regression are then the same, bit
// for bit, as trained on all runs by name; the choice is not made anew. Nothing where the model has
// to be trained again: a median of fewer than kLeaveOneOutBelow values, whose scores all change,
// and a value for which the response would change. Failure: Error invalid_input as of training
// data.
[[nodiscard]] std::optional<TrainedModel> update(TrainedModel model, const Run& run);

// What is known of `next` must name columns of the series that trained the model.
[[nodiscard]] Predictive predict(const TrainedModel& model, const NextRun& next = {});

// The same of several runs that follow each other, at their times; spreads grow with the level's
// way from the last known run.
[[nodiscard]] std::vector<Centred> predict_runs(const TrainedModel& model,
                                                std::span<const NextRun> runs);

// train, predict and interval in one call.
[[nodiscard]] std::variant<Forecast, NotEnough> forecast_next(const Series& series,
                                                              const NextRun& next,
                                                              const IntervalOptions& options = {});

}  // namespace shelduck::forecast
