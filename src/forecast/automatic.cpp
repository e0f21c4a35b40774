#include "shelduck/forecast/automatic.hpp"

#include "shelduck/forecast/nlinear/nlinear.hpp"
#include "shelduck/forecast/seasonal/season_search.hpp"

namespace shelduck::forecast {

std::string_view to_string(ProblemClass problem) noexcept {
  switch (problem) {
    case ProblemClass::too_short:
      return "too short";
    case ProblemClass::regular:
      return "regular";
    case ProblemClass::long_season:
      return "long season";
    case ProblemClass::several_seasons:
      break;
  }
  return "several seasons";
}

ProblemClass problem_class(const RegularSeries& series) {
  if (series.values.size() < kShortSeries) return ProblemClass::too_short;
  if (!series.longer.empty()) return ProblemClass::several_seasons;
  const bool is_long = series.period > kPlainSeasonMax && has_season(series.values, series.period);
  return is_long ? ProblemClass::long_season : ProblemClass::regular;
}

}  // namespace shelduck::forecast
