// The scores behind intervals without a shortcut: from every origin the model is fitted again to
// what was known there, and missed by what it would have missed by then.
//
//   const auto trained = std::get<TrainedRegular>(fit(series, kinds));
//   const OriginScores scores = refit_scores(trained, {.series = series, .kinds = kinds}, 12);
//
// Units and origins are those of origin_scores(), where one fit goes along the series; but
// - nothing is inflated: no forecast has seen the value that it is judged by;
// - deviations are those that the model of the origin states, and where it states none those of its
//   own errors, so that an origin at which too few values are known gives no score;
// - of more than kRefitsMax origins that many are taken, evenly spread, the newest among them:
//   enough for 99 scores of one step, which a level of 99 % asks for.
// Of combinations the members are chosen again too. What was found or learnt before any fit stays:
// the seasons, and weights that all series of an input share (RegularSeries::pooled).
// What is closed form has the scores of origin_scores() before their inflation.
// Cost: kRefitsMax fits at most. Failure: what the check of the series throws. Threads: pure.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/intervals/origin_scores.hpp"
#include "shelduck/forecast/regular.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kRefitsMax = 100;

// How intervals come by the past errors of a model.
enum class IntervalMethod {
  fast,  // one fit, refiltered from every origin: origin_scores()
  refit  // a fit at every origin
};

// Borrowed for the time of the call.
struct Refit {
  const RegularSeries& series;  // to which the model was fitted
  std::span<const RegularModel> kinds;
  StepCovariates known{};  // of the series and of the horizon behind it
};

[[nodiscard]] OriginScores refit_scores(const TrainedRegular& model, const Refit& refit,
                                        std::size_t horizon);

}  // namespace shelduck::forecast
