#include "shelduck/forecast/automatic.hpp"

#include <algorithm>
#include <span>

#include "shelduck/forecast/nlinear/nlinear.hpp"
#include "shelduck/forecast/seasonal/season_search.hpp"

namespace shelduck::forecast {
namespace {

bool is_demand(double value) { return value != 0; }

// Whether a demand comes a season after a demand, and a zero after a zero, more than by chance: the
// correlation of demands with those one period before.
bool recurs(std::span<const double> values, std::size_t period) {
  if (period < 2 || values.size() < 2 * period) return false;
  const auto now = values.subspan(period);
  const auto before = values.first(now.size());
  double both = 0;
  double demands_now = 0;
  double demands_before = 0;
  for (std::size_t t = 0; t < now.size(); ++t) {
    both += is_demand(now[t]) && is_demand(before[t]) ? 1 : 0;
    demands_now += is_demand(now[t]) ? 1 : 0;
    demands_before += is_demand(before[t]) ? 1 : 0;
  }
  const auto n = static_cast<double>(now.size());
  const double covariance = n * both - demands_now * demands_before;
  const double variances = demands_now * (n - demands_now) * demands_before * (n - demands_before);
  return covariance > 0 && covariance * covariance > kRecurring * kRecurring * variances;
}

// Without the zeros before the first demand, where enough values follow them to tell.
std::span<const double> since_first_demand(std::span<const double> values) {
  const auto first = std::ranges::find_if(values, is_demand) - values.begin();
  const auto known = values.subspan(static_cast<std::size_t>(first));
  return known.size() < kShortSeries ? values : known;
}

bool is_intermittent(const RegularSeries& series) {
  const std::span<const double> values = since_first_demand(series.values);
  if (std::ranges::any_of(values, [](double value) { return value < 0; })) return false;
  const auto zeros = static_cast<std::size_t>(std::ranges::count(values, 0.0));
  const double needed = kZerosShare * static_cast<double>(values.size());
  return zeros >= kZerosMin && static_cast<double>(zeros) >= needed &&
         !recurs(values, series.period) &&
         std::ranges::none_of(series.longer, [&](auto longer) { return recurs(values, longer); });
}

}  // namespace

std::string_view to_string(ProblemClass problem) noexcept {
  switch (problem) {
    case ProblemClass::too_short:
      return "too short";
    case ProblemClass::intermittent:
      return "intermittent";
    case ProblemClass::regular:
      return "regular";
    case ProblemClass::day_of_hours:
      return "day of hours";
    case ProblemClass::long_season:
      return "long season";
    case ProblemClass::several_seasons:
      return "several seasons";
    case ProblemClass::known_covariates:
      break;
  }
  return "known covariates";
}

ProblemClass problem_class(const RegularSeries& series) {
  if (!series.covariates.names.empty()) return ProblemClass::known_covariates;
  if (is_intermittent(series)) return ProblemClass::intermittent;
  if (series.values.size() < kShortSeries) return ProblemClass::too_short;
  const bool is_several = std::ranges::any_of(series.longer, [&](std::size_t season) {
    return season <= series.values.size() / kSeasonCyclesMin;
  });
  if (is_several) return ProblemClass::several_seasons;
  const bool is_day = series.period == kHoursOfDay;
  const bool is_long = series.period > kPlainSeasonMax;
  if ((!is_day && !is_long) || !has_season(series.values, series.period)) {
    return ProblemClass::regular;
  }
  return is_day ? ProblemClass::day_of_hours : ProblemClass::long_season;
}

}  // namespace shelduck::forecast
