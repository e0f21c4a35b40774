// The model for irregular runs: a regression with a drifting level on what is known of a run.
//
//   log(y_t + c) = level_t + b' x_t + e_t,     level_t a random walk in continuous time
//
// x: known sizes of the work, weekday, hour, gap to the run before, a calendar trend that is shrunk
// (Inputs). Ridge priors keep it defined with fewer runs than columns, constant columns, equal
// values and zeros; drift of the level, width of the calendar and whether effects multiply or add
// (the logarithm or the root of y) are averaged over a grid by their evidence (Filter). Data that
// are ever negative are modelled as they are, without the log.
// Source: West and Harrison 1997, chapters 4 and 12; Hoerl and Kennard 1970 for the ridge; the grid
// of drifts holds those of exponential smoothing with alpha 0, .10, .27 and .50 (q = a^2 / (1 -
// a)).
//
// One-step mean |log error| against exponential smoothing of log y with alpha .3 in the same run:
// 0.982 on the train part of the NASA iPSC job log, where sizes say little; 1.05 of an oracle's on
// runs whose noisy estimate is known (100 of them).
//
//   const Fitted<RegressionModel> fitted = fit_regression(runs);
//   const Centred next = predict_next(fitted.model, {.time = now, .covariates = {{"packages",
//   5}}}); const double median = fitted.model.response.from_scale(next.centre);
//
// Backtest: from the second value, on the response scale of the model. Each step is exactly what a
// fit to the values before it forecasts, also where the response changed later (a first zero): the
// filter is then run again. Cost O(n p^2); each change of the response costs another pass.
// Failure: Error invalid_input (check of Series, an empty one, more than kColumnsMax columns).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/backtest.hpp"
#include "shelduck/forecast/regression/filter.hpp"
#include "shelduck/forecast/regression/inputs.hpp"
#include "shelduck/forecast/response.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {

struct RegressionModel {
  Filter filter{};
  Inputs inputs{};
  Response response{};
  ResponseReader reader{};           // of the values so far
  std::vector<Covariate> columns{};  // names and kinds, without values

  [[nodiscard]] bool is_whole() const {
    return filter.columns() == inputs.columns() && inputs.covariates() == columns.size() &&
           filter.has_roots() == (response.kind == ResponseKind::log);
  }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("filter", m.filter), visit("inputs", m.inputs), visit("response", m.response);
    visit("reader", m.reader), visit("columns", m.columns);
  }
};

[[nodiscard]] Fitted<RegressionModel> fit_regression(const Series& series);

// A covariate that is not named is taken as its mean so far; without a time, the next run comes one
// mean gap after the last.
[[nodiscard]] Centred predict_next(const RegressionModel& model, const NextRun& next = {});

// The runs that come one after another: each at its own row, the level as far as it may have moved
// until then.
[[nodiscard]] std::vector<Centred> predict_runs(const RegressionModel& model,
                                                std::span<const NextRun> runs);

// The run has happened: O(p^2), the same bits as a fit to all runs. False, and the model is as it
// was, where the response would change (a first zero, a first negative value): fit again then.
[[nodiscard]] bool absorb(RegressionModel& model, const NextRun& run, double value);

// The error of each value when the model is fitted to all others, exactly, without refitting.
struct LeaveOneOut {
  std::vector<double> errors;     // on the response scale
  std::vector<double> leverages;  // h_tt of the linear smoother, in [0, 1)
};

// By the smoothing recursions of de Jong (1988): with S the covariance of the values, error_t =
// (S^-1 z)_t / (S^-1)_tt. The setting of the lane of z that the whole fit prefers is kept, without
// Huber's weights, and so are the rows. At least two values. Cost O(n p^2), memory O(n p).
[[nodiscard]] LeaveOneOut leave_one_out(const Series& series);

}  // namespace shelduck::forecast
