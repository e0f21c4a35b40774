// The search for the parameters of the theta models: the sum of squares of a form is solved for
// start level and weight, and searched for alpha alone. Equations: theta.hpp.
//
//   ThetaModel model = best_theta(values, std::array{ThetaForm::dotm}, 12);
//
// Threads: pure. Failure: none; the caller has checked the length. Private to this room.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/theta/theta.hpp"

namespace shelduck::forecast {

// Errors of the first three values, of which the start knows too little, are not fitted.
inline constexpr std::size_t kUnfittedErrors = 3;

inline bool has_moving_line(ThetaForm form) {
  return form == ThetaForm::dstm || form == ThetaForm::dotm;
}
inline bool has_free_weight(ThetaForm form) {
  return form == ThetaForm::otm || form == ThetaForm::dotm;
}
inline std::size_t fitted_numbers(ThetaForm form) { return has_free_weight(form) ? 3 : 2; }

// (1 - (1-a)^t) / a, given (1-a)^(t-1).
inline double slope_weight(double alpha, double decay) { return (1 - decay * (1 - alpha)) / alpha; }

// Of the forms the one that theta.hpp would choose, at the end of the values.
[[nodiscard]] ThetaModel best_theta(std::span<const double> values,
                                    std::span<const ThetaForm> forms, std::size_t period);

}  // namespace shelduck::forecast
