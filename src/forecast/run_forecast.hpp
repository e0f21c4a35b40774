// The coming runs of a series whose times have no common step, each at its own time and with what
// is known of it, and the past errors that their intervals are made from.
//
//   rows = {.values = {31, 40, NaN, 28, NaN}, .times = ..., .covariates = {{"packages", ...}}};
//   const auto found = forecast_runs(rows, {.known = 4, .horizon = 1}, ModelKind::together);
//   std::get<RunForecast>(found).points       // of row 4
//
// Rows from `known` on are to come: their times and covariates are used, their values are not. A
// row before it whose value is NaN was not measured and is passed over. Where there are fewer rows
// than the horizon, the others come one mean gap after another and nothing is known of them.
// How a covariate enters is read from its numbers up to the last row that is forecast, whatever
// Covariate::kind says: as log(1 + x) where none is negative, but 0 and 1 as they are; where one is
// negative, as they are, in units of a power of two above the largest size.
// Scores are those of one step at every step, on the scale of the model (a logarithm where no value
// is negative), in units of the spread that the model states for the step times the mean size of
// the standardised errors before it, so that series can be pooled. On held-out ends of the train
// part of the NASA iPSC job log 90 % of one input hold 0.90; weighing newer errors more (0.97 to
// 0.9) gave 0.91 and wider bounds. Failure: too few values are an answer; Error invalid_input as
// train() says. Threads: pure.
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "shelduck/forecast/intervals/origin_scores.hpp"
#include "shelduck/forecast/not_enough.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {

struct RunOrigin {
  std::size_t known = 0;  // rows
  std::size_t horizon = 1;
};

struct RunForecast {
  ModelKind kind;     // that forecast
  std::size_t n = 0;  // values behind it
  std::vector<double> points{};
  OriginScores scores{};  // targets are rows
};

[[nodiscard]] std::variant<RunForecast, NotEnough> forecast_runs(const Series& rows,
                                                                 const RunOrigin& origin,
                                                                 ModelKind kind);

}  // namespace shelduck::forecast
