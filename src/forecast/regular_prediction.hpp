// Everything that a trained model says about the coming values of its series, in one call.
//
//   const PredictionOptions asked{.horizon = 12, .levels = {0.8, 0.95}};
//   const RegularPrediction next = predict(trained, values, asked);
//   next.points[0]            // of the next value
//   next.bounds[1].lower[0]   // of 95 %; without bounds next.need says how many values would do
//
// Intervals are made as interval_bounds.hpp says: of the past errors of the series itself and,
// where they are given, of others. So `values` are all that the model knows, those of updates
// included. Cost: for_each_origin over a third of the values. Threads: pure. Failure: Error
// invalid_input that names field, value and rule for a horizon of 0 or above kHorizonMax, a level
// outside (0, 1), values that are not as many as the model knows, and covariates that are not those
// of the training, a number for each step.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "shelduck/forecast/intervals/interval_bounds.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/step_covariates.hpp"

namespace shelduck::forecast {

struct PredictionOptions {
  std::size_t horizon = 1;
  std::vector<double> levels{0.8, 0.95};  // fractions
  Sign sign = Sign::any;                  // non_negative: points and bounds are clipped at 0
  const PooledScores* pooled = nullptr;   // of many series, this one too; none: of this one alone
  StepCovariates known{};                 // of the values and of the horizon behind them
};

struct RegularPrediction {
  std::vector<double> points;
  std::vector<LevelBounds> bounds;  // in the order of the levels
  std::size_t need = 0;             // values that would give bounds, where there are none
  std::size_t n = 0;                // values behind it
  std::string method{};             // "theta", or "ces+dotm" of several
};

[[nodiscard]] RegularPrediction predict(const TrainedRegular& model, std::span<const double> values,
                                        const PredictionOptions& options = {});

}  // namespace shelduck::forecast
