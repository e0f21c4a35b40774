#include "shelduck/forecast/intervals/student_t.hpp"

#include <cmath>
#include <unsupported/Eigen/SpecialFunctions>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/conformal.hpp"

namespace shelduck::forecast {

double student_t_radius(double level, std::size_t degrees) {
  check_level(level);
  if (degrees == 0) {
    throw Error{ErrorKind::invalid_input,
                "Student's t needs a degree of freedom",
                {.field = "degrees", .value = "0", .rule = "at least 1"}};
  }
  const double v = static_cast<double>(degrees);
  double below = 0;
  double above = 1;
  while (true) {
    const double z = below + (above - below) / 2;
    if (z <= below || z >= above) return std::sqrt(v * z / (1 - z));
    (Eigen::numext::betainc(0.5, v / 2, z) < level ? below : above) = z;
  }
}

}  // namespace shelduck::forecast
