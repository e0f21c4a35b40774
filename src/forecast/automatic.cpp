#include "shelduck/forecast/automatic.hpp"

namespace shelduck::forecast {

std::string_view to_string(ProblemClass problem) noexcept {
  return problem == ProblemClass::too_short ? "too short" : "regular";
}

AutomaticChoice automatic_choice(const RegularSeries& series) {
  if (series.values.size() < kShortSeries) {
    return {.problem = ProblemClass::too_short,
            .members = {RegularModel::naive, RegularModel::ces}};
  }
  return {.problem = ProblemClass::regular, .members = members_of(RegularModel::ensemble, series)};
}

}  // namespace shelduck::forecast
