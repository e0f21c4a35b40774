// The choice of a model by the number of values alone: the rule of earlier programs, under the name
// that it has there, to compare `auto` with.
//
//   select_model_type(40)          // auto_arima
//   select_model_type(40, 0.7)     // prophet, for a strong season
//   members_of(RegularModel::by_size, series)
//
//   from 5     exponential_smoothing
//   from 20    auto_arima
//   from 30    prophet, where the season is strong: kProphetSeason or more of seasonal/strength.hpp
//   from 50    lightgbm, where there are covariates
//   from 100   nlinear
//
// The last line whose condition holds decides, also where it names a model that knows no
// covariates: that forecasts without them. Threads: pure.
#pragma once

#include <cstddef>
#include <optional>

#include "shelduck/forecast/regular_model.hpp"

namespace shelduck::forecast {

// As in the earlier programs; the measure is that of Wang, Smith, Hyndman 2006.
inline constexpr double kProphetSeason = 0.64;

inline constexpr std::size_t kBySizeNeeds = 5;  // values

// Nothing for fewer.
[[nodiscard]] std::optional<RegularModel> select_model_type(std::size_t n,
                                                            double season_strength = 0,
                                                            bool has_covariates = false) noexcept;

// The same of a series: the strength of its period where there are 2 period + 1 values, else 0.
[[nodiscard]] std::optional<RegularModel> select_model_type(const RegularSeries& series);

}  // namespace shelduck::forecast
