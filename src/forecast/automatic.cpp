#include "shelduck/forecast/automatic.hpp"

namespace shelduck::forecast {

std::string_view to_string(ProblemClass problem) noexcept {
  return problem == ProblemClass::too_short ? "too short" : "regular";
}

ProblemClass problem_class(const RegularSeries& series) noexcept {
  return series.values.size() < kShortSeries ? ProblemClass::too_short : ProblemClass::regular;
}

}  // namespace shelduck::forecast
