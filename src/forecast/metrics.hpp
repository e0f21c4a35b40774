// How wrong a model was about the past, from the values before each one: mae, rmse, mape, smape and
// mase, under the names that earlier programs use (accuracy.hpp defines them).
//
//   const auto trained = std::get<TrainedModel>(train(runs));
//   metrics(trained, runs.values).mae
//   const auto past = metrics({.values = values, .period = 12}, RegularModel::theta);
//   if (const auto* few = std::get_if<NotEnough>(&past)) return say(few->have, few->need);
//
// Irregular runs   every value that the model forecast when it knew those before it (the first ones
//                  have no forecast); mase in units of the mean |y_t - y_(t-1)| of all values
// Regular series   the newest third, one step at a time; parameters are fitted to the values before
//                  it and anew after every kMetricsRefitEvery values, between them the model is
//                  updated; mase in units of the mean |y_t - y_(t-m)| of the values before the
//                  third
//
// Threads: pure. Failure: Error invalid_input for values that are not those which trained the model
// (another number of them), and as in regular.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <variant>

#include "shelduck/forecast/accuracy.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/select.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kMetricsRefitEvery = 10;

[[nodiscard]] PointAccuracy metrics(const TrainedModel& model, std::span<const double> values);

// NotEnough counts all values: those of the third, too.
[[nodiscard]] std::variant<PointAccuracy, NotEnough> metrics(const RegularSeries& series,
                                                             RegularModel kind);

}  // namespace shelduck::forecast
