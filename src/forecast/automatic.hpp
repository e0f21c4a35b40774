// The automatic choice: what kind of problem a series is, and which models are then combined.
//
//   to_string(problem_class({.values = values, .period = 12}))    // "regular"
//   members_of(RegularModel::automatic, series)    // weighted as combination.hpp says
//
//   intermittent  kZerosMin zeros or more that are kZerosShare of the values, none negative:
//                 naive, croston and tsb, so the one in the middle. Zeros before the first demand
//                 do not count where kShortSeries values follow: something began. Nor does a series
//                 count whose zeros come back with its season (correlation of demands with those a
//                 period before above kRecurring): a closed day is none of demand.
//   too short     fewer than kShortSeries values: naive and ces (from 5 values)
//   known covariates   where covariates are given, whatever else: those that know them, auto_arima
//                 (up to kArimaColumnsMax of them) and prophet, from kTreesFrom values lightgbm too
//                 where its library can be loaded
//   regular       ces, dotm, exponential_smoothing, auto_arima and nlinear, which may have learnt
//                 from all series of the input (RegularSeries::pooled); prophet too where there
//                 are two seasons of values. Of kShortSeries to kGrowthValues values without a
//                 season (mostly years) ces, dotm, exponential_smoothing, holt and growth, with
//                 nlinear where it learnt from all series
//   day of hours  a season of kHoursOfDay values, by the test of seasonal/season_search.hpp:
//   nlinear long season   of more than kPlainSeasonMax values, by the same test: mstl, nlinear and
//   ces several       one of RegularSeries::longer is there kSeasonCyclesMin times: nlinear
//
// Where the choices come from: held-out ends of the train parts of 13 sets (M1, M3, M4, tourism,
// hospital), geometric mean of the MASE in units of exponential_smoothing's. Regular: these five
// 0.955, without nlinear 0.960, without nlinear and auto_arima 0.967, each alone 0.986 (ces)
// to 1.13. Short: six of these sets cut to 5, 6, 8 and 10 values; naive and ces are 6 to 8 % below
// naive, and below ces, exponential_smoothing and stm together until 10 values, no more with 12.
// Prophet as the sixth: 0.988 of the MASE of the five on nine sets with a season (0.970 tourism
// quarterly to 1.001 M4 quarterly); without a season it did harm (1.010 M4 yearly, 1.009 M1 yearly,
// 1.025 M4 weekly).
// Years: three ends of the train parts of five sets, 0.976 of the five of before; 83 series of M4
// weekly without a season, 80 values and more, 1.043 (0.024), so that these keep them
// (docs/decisions/0020).
// Day of hours: M4 hourly (60 series, one season found in half of them) at the last three horizons
// of the train part, OWA 0.418, 0.444 and 0.412 with nlinear for all, 0.472, 0.470 and 0.447 with
// what is regular for those of one season; mstl, nlinear and ces 0.472, 0.492 and 0.433.
// Long season: M4 weekly (189 series), OWA 0.719, with auto_arima 0.730, mstl alone 0.749, the
// regular five 0.764. Several: M4 hourly (234 series), OWA 0.448, with auto_arima 0.482, with mstl
// 0.492; 80 of them with mstl, ces and auto_arima 0.428 where nlinear has 0.379, the regular five
// 0.547.
// Intermittent: the end of the train part of carparts (2674 series of 27 months, clipped), RMSE
// over the mean and bias: these three on all series 2.659 and -0.02, tsb and croston 2.664 and
// +0.03, with ses and naive 2.678 and +0.04, tsb 2.672 and +0.07, mean 2.765 and +0.19, what is
// regular 2.780 and +0.10. Shares of 0.1, 0.15, 0.2 and 0.3 gave 2.659, 2.663, 2.665 and 2.675;
// above 0.15 no series of the other sets is touched (tourism monthly has one of 0.143). Ends of 5,
// 8 and 10 values: 2.50, 2.50 and 2.49 where naive and ces have 2.85, 2.92 and 2.95.
//
// Known covariates: held-out ends of the train parts of an open daily series (bike rentals, five
// covariates) at horizons of 1, 7 and 21, of four hourly ones (electricity prices, two covariates),
// and 60 drawn series (a price, two flags). MASE of auto_arima and prophet 0.94, 1.04, 1.12, 0.84
// and 0.46; with lightgbm 0.85, 0.97, 1.07, 0.78 and 0.46; auto_arima and lightgbm 0.82, 0.94,
// 1.05, 0.67 and 0.55; auto_arima alone 0.89, 1.03, 1.11, 0.75 and 0.48. What is combined without
// covariates has 1.00, 1.11, 1.20, 0.87 and 0.83.
// All seasons: four hourly series (electricity prices, nine covariates) at six origins inside the
// train part, auto 0.574 with the day and the week, 0.673 with the day alone.
//
// Threads: pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "shelduck/forecast/regular_model.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kShortSeries = 11;
inline constexpr std::size_t kZerosMin = 2;
inline constexpr double kZerosShare = 0.15;
inline constexpr double kRecurring = 0.6;
inline constexpr std::size_t kHoursOfDay = 24;
inline constexpr std::size_t kGrowthValues = 64;  // at most, without a season
inline constexpr std::size_t kTreesFrom = 50;     // values with covariates, as by_size has it

enum class ProblemClass {
  too_short,
  intermittent,
  regular,
  day_of_hours,
  long_season,
  several_seasons,
  known_covariates
};

[[nodiscard]] std::string_view to_string(ProblemClass problem) noexcept;

[[nodiscard]] ProblemClass problem_class(const RegularSeries& series);

}  // namespace shelduck::forecast
