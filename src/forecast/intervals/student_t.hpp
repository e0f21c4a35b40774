// Student's t distribution.
//
//   student_t_radius(0.9, 5)   // 2.0150: |t| with 5 degrees of freedom stays below it with 0.9
//
// Solves I_z(1/2, v/2) = level for z = t^2 / (v + t^2), I the regularised incomplete beta function,
// by halving an interval; source: Abramowitz and Stegun 26.7.1. Relative error below 1e-9 for
// levels up to 0.999 and degrees up to a million. Failure: Error invalid_input for a level outside
// (0, 1) and for 0 degrees. Threads: pure.
#pragma once

#include <cstddef>

namespace shelduck::forecast {

[[nodiscard]] double student_t_radius(double level, std::size_t degrees);

}  // namespace shelduck::forecast
