// Any series that the properties of regular series hold for.
#pragma once

#include <rapidcheck.h>

#include <array>
#include <cstddef>
#include <vector>

#include "shelduck/forecast/regular.hpp"

namespace shelduck::forecast {

// 5 to 60 values with zeros, repetitions, giants and, in half of the series, negative values. All
// are multiples of 1/16, so that a shift of them is exact. Days, months, or nobody says when.
[[nodiscard]] inline RegularSeries any_regular() {
  constexpr std::array<std::size_t, 6> kPeriods{0, 1, 2, 3, 4, 12};
  RegularSeries series{.values = {}, .period = kPeriods.at(*rc::gen::inRange<std::size_t>(0, 6))};
  const int n = *rc::gen::inRange(5, 60);
  const bool negative = *rc::gen::inRange(0, 2) == 1;
  const double season = *rc::gen::inRange(0, 5000);
  for (int t = 0; t < n; ++t) {
    const int form = *rc::gen::inRange(0, 14);
    const double plain = *rc::gen::inRange(1, 10000) / 16.0;
    const double base = form == 0 ? 0 : form == 1 ? plain * 65536 : form < 5 ? 64 : plain;
    const bool high = series.period > 1 && static_cast<std::size_t>(t) % series.period == 0;
    series.values.push_back((negative && form % 3 == 0 ? -base : base) + (high ? season : 0));
  }
  if (series.period > 1 && *rc::gen::inRange(0, 3) == 0) series.longer = {2 * series.period + 1};
  constexpr std::array<StepCalendar, 3> kCalendars{StepCalendar{},
                                                   StepCalendar{.first = 1e9, .step = 86'400},
                                                   StepCalendar{.first = 1e9, .months = 1}};
  series.calendar = kCalendars.at(*rc::gen::inRange<std::size_t>(0, kCalendars.size()));
  return series;
}

// Those for which the series has values enough.
[[nodiscard]] inline std::vector<RegularModel> models_for(const RegularSeries& series) {
  std::vector<RegularModel> models;
  for (const RegularModel kind : kRegularModels) {
    if (series.values.size() >= values_needed(kind)) models.push_back(kind);
  }
  return models;
}

}  // namespace shelduck::forecast
