// One model fitted to one series, whatever its kind; a combination is none.
//
//   const RegularState state = fitted_state(series, RegularModel::theta);
//
// The series is what check_regular() of regular.hpp lets in, long enough for the model. Threads:
// pure. Failure: what the fit throws; Error bug for a combination. Private to this room.
#pragma once

#include "shelduck/forecast/regular.hpp"

namespace shelduck::forecast {

[[nodiscard]] RegularState fitted_state(const RegularSeries& series, RegularModel kind);

}  // namespace shelduck::forecast
