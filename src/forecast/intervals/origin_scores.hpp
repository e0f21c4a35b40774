// OriginScores are the past errors of a fitted model over a horizon, in units that can be compared
// between origins and between series.
//
//   const OriginScores scores = origin_scores(trained, values, 12);
//   scores.by_step[0]   // of one step ahead, oldest origin first
//   scores.units[0]     // what a score of the next step is to be multiplied by
//
// One fit; from every origin t the model forecasts at the parameters of the fit, and step h scores
//
//   |y_(t+h) - f_(t+h)| / u_(t,h) x sqrt((n + k) / (n - k)),       u_(t,h) = sqrt(s_h d_t)
//
//   s_h  the standard deviation at step h that the model states, from its errors before the origin;
//        where it states none the residual deviation x sqrt(h)
//   d_t  mean |y_i - y_(i-m)| up to the origin, where each difference weighs 0.9 of the next one; m
//        the period (1 where the series is not longer)
//   the root  what errors at fitted parameters lack: n values, k parameters and start values that
//        were estimated. Final prediction error, Akaike 1969.
//
// In u, s_h and d_t are at least 1e-9 of the mean |y|, and 1 if every value is 0. An origin at
// which one of them is not more than that has no measure and gives no score: nothing has moved yet.
// An outlier that the model did not learn from is judged neither: what was learnt instead of it
// counts in s and d, and no score is about it.
// An error so far beyond what was known before it is no measure of errors to come, in units that
// have learnt of it since: one jump would count squared. So a score above kOrdinaryScore is the
// same error in the unit of the coming step where that is less, down to kOrdinaryScore; and none is
// above kScoreMax. Why: docs/decisions/0013.
// The origins are the newest third of the values, at most kOriginsMax: the errors of a growing
// series were small when it was small. Why third, fading and errors before the origin:
// docs/decisions/0007.
// `known` has the covariates of the values and of the horizon behind them; of an origin the model
// sees those up to its horizon, as it did those of the coming steps.
// Cost: n + origins x horizon. Without the shortcut of one fit, dearer: refit_scores.hpp. Threads:
// pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/intervals/scored_origins.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/response.hpp"

namespace shelduck::forecast {

inline constexpr double kOrdinaryScore = 8;
inline constexpr double kScoreMax = 100;

struct OriginScores {
  std::vector<std::vector<double>> by_step{};
  std::vector<std::vector<std::size_t>> targets{};  // which value each score is about
  std::vector<double> units{};       // u of the coming steps; empty: no error is known
  std::vector<double> deviations{};  // s_h of the coming steps; empty like units
  std::size_t degrees = 0;           // of freedom: errors that no parameter has used up
  std::size_t need = 0;              // values that would leave one, where there is none
  std::size_t period = 1;            // of the model; 1: no season
  Response response{};               // the scale on which all of this is measured
};

[[nodiscard]] OriginScores origin_scores(const TrainedRegular& model,
                                         std::span<const double> values, std::size_t horizon,
                                         const StepCovariates& known = {});

}  // namespace shelduck::forecast
