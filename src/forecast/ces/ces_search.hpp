// The search for weights and form of complex exponential smoothing. Equations, guards and choice:
// ces.hpp.
//
//   const CesModel model = best_ces(values, std::array{CesForm::none, CesForm::full}, 12);
//
// Threads: pure. Failure: none; the caller has checked the length. Private to this room.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/ces/ces.hpp"

namespace shelduck::forecast {

// Of the forms the one with the lowest criterion, at the end of the values.
// `check` is called before every kCesEvaluations evaluations.
[[nodiscard]] CesModel best_ces(std::span<const double> values, std::span<const CesForm> forms,
                                std::size_t period, const StopCheck& check = {});

}  // namespace shelduck::forecast
