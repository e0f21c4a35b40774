// The automatic choice: what kind of problem a series is, and which models are then combined.
//
//   to_string(problem_class({.values = values, .period = 12}))    // "regular"
//   members_of(RegularModel::automatic, series)    // weighted as combination.hpp says
//
//   too short     fewer than kShortSeries values: naive and ces (from 5 values)
//   regular       ces, dotm, exponential_smoothing, auto_arima and nlinear, which may have learnt
//                 from all series of the input (RegularSeries::pooled)
//   long season   of more than kPlainSeasonMax values, by the test of seasonal/season_search.hpp:
//                 mstl, nlinear and ces
//   several       RegularSeries::longer: mstl, nlinear and auto_arima, which knows the shortest
//
// Where the choices come from: held-out ends of the train parts of 13 sets (M1, M3, M4, tourism,
// hospital), geometric mean of the MASE in units of exponential_smoothing's. Regular: these five
// 0.955, without nlinear 0.960, without nlinear and auto_arima 0.967, each alone 0.986 (ces)
// to 1.13. Short: six of these sets cut to 5, 6, 8 and 10 values; naive and ces are 6 to 8 % below
// naive, and below ces, exponential_smoothing and stm together until 10 values, no more with 12.
// Long season: M4 weekly (189 series), OWA 0.719, with auto_arima 0.730, mstl alone 0.749, the
// regular five 0.769. Several: 60 series of M4 hourly, OWA 0.425, with ces 0.447, mstl and nlinear
// alone 0.444, the regular five 0.556.
// Threads: pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "shelduck/forecast/regular_model.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kShortSeries = 11;

enum class ProblemClass { too_short, regular, long_season, several_seasons };

[[nodiscard]] std::string_view to_string(ProblemClass problem) noexcept;

[[nodiscard]] ProblemClass problem_class(const RegularSeries& series);

}  // namespace shelduck::forecast
