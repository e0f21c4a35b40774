// Boosted trees on lags, rolling means, the place in the season, calendar and covariates: LightGBM
// on one series.
//
//   const Path path = forecast(fit_lightgbm(values, 12), 18);
//   fit_lightgbm(values, 7, {.rows = known.rows(), .directions = {Direction::rising}, .calendar =
//   c})
//
//   x_(t+1) = x_t + u F(features of x_1 .. x_t)    x the seasonally adjusted values, F the trees
//
// Season    tested_season of seasonal/decomposition.hpp; without two seasons of values none
// Features  relative to x_t and in units of u, a power of two near the largest |x_t - x_(t-1)|, so
//           that trees, which cannot go beyond what they have seen, need not know the level:
//             kLightgbmLags values before x_t; means of the newest 3 and 6
//             with a season of m values: the value one and two seasons before the coming one, the
//             mean of the newest season, the mean of the one before that relative to it, and, as
//             it is, the place in the season
//             of each covariate the number of the coming step, and by how much it differs from that
//             of the step before, as the value does; both relative to its first number, in units of
//             a power of two near its largest distance from that; both may be held to a direction:
//             of a size of the work the next value never falls as it grows
//             of the calendar, where it is told, what step_calendar.hpp says
//           What a young series does not have yet is not known to the trees
// Trees     30 of at most 8 leaves, 5 values or more in each, a ridge of 50 on what a leaf says,
//           of which a tenth is taken; with covariates 200 of at most 4 leaves, 3 values or more,
//           a ridge of 5: few values tell much where it is known what moved them
// Steps     beyond the next one go on from the points before them
// Deviation none stated
// Source    Friedman 2001 (boosting); Ke et al. 2017 (its histograms, by LightGBM's own library);
//           the features and their units are our own
// Fitted    1 + L (1 - (1 - r)^30), L = 8 leaves of n / L values each; r = 0.1 n / (n + 50 L) is
//           what a round takes of what is left; and the season's indices. Trees on covariates learn
//           more by heart: k with (n + k) / (n - k) the squared error on four blocks, each left out
//           of a fit, in units of that on learnt ones
//
// Chosen on held-out ends of the train parts of 8 sets (M3, M4 yearly and weekly, tourism,
// hospital, NN5; 20 to 150 series each), geometric mean of the MASE in units of
// exponential_smoothing's: as here 1.03; with targets beside the last value as it is, without
// adjusting, 1.13, beside the value a season before 1.09, beside a smoothed level 1.03 to 1.06. A
// model of its own for each step was 1 % better (1.024 and 1.034 with a ridge of 20), but takes
// eleven times as long, and intervals from its past errors cover 10 points less (MSIS 1.15
// and 1.08), so there is one for all steps. As a member of the ensemble it gives 0.998 (0.0014) of
// the MASE, 12 sets of at most 300 series: less than two standard errors, for two to six times the
// time, so it is none.
// With covariates: MASE on held-out ends of the train parts of an open daily series (bike rentals,
// five covariates, at horizons of 1, 7 and 21) and four hourly ones (prices of electricity, two),
// and on 60 drawn series of 60 to 240 days (a price, two flags): 0.80, 0.98, 1.06, 0.82 and 0.80;
// with the trees of a series alone 0.97, 1.13, 1.31, 0.85 and 0.85; without covariates 1.05, 1.16
// and 1.20 of the daily, 0.88 of the drawn ones. Depths of 3 and 4, ridges of 3 to 20 and 100 or
// 300 rounds were at most 6 % better on one of the five and mostly behind. Their 90 % intervals
// held 66, 73, 78, 84 and 72 % with parameters counted as those of a series alone are, and 88, 92,
// 95, 95 and 82 % as counted here.
// Calendar: MASE on held-out ends of train parts, with what goes round twice and without any: NN5
// in days at 56 days 1.272 and 1.273, at 7 days 0.704 and 0.719 (every third and sixth series),
// page views of eight years of days 1.400 and 1.372, bike rentals at 1, 7 and 21 days 0.805, 0.967,
// 1.072 and 0.801, 0.978, 1.065, electricity of hours with covariates 0.819 and 0.818, without
// 0.888 and 0.924; months say what the place in the season says. The month before two years are
// over cost 10 % on NN5 with the day of the year, the day of the year 2 % more on page views.
// Direction: 90 drawn series of 40 to 160 days, whose work is known, 0.583 held and 0.585 free;
// every covariate that is never negative held to rise cost 9 % on the bike rentals, so none is
// guessed.
//
// At most the newest kIterativeValuesMax values are used; `skipped` says how many others there
// were. Cost: some 5 ms to fit 100 values, with
// covariates ten times that; O(period) a value to absorb, 1 us more a step to
// forecast. Shape, threads, failure: path.hpp; Error io where the library is not there
// (lightgbm_library.hpp).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/lightgbm/boosted_trees.hpp"
#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/seasonal/decomposition.hpp"
#include "shelduck/forecast/step_calendar.hpp"
#include "shelduck/forecast/stop_check.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kLightgbmNeeds = 12;  // values
inline constexpr std::size_t kLightgbmLags = 3;

// Where the trees see the numbers of a covariate: (x - origin) / unit.
struct TreeScale {
  double origin = 0;
  double unit = 1;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("origin", m.origin), visit("unit", m.unit);
  }
};

struct LightgbmModel {
  BoostedTrees trees{};  // none: no value differs from the one before
  Seasonality season{};
  std::size_t period = 1;  // of the features
  double unit = 1;
  std::vector<double> newest{};     // adjusted, oldest first: at least what features look at
  std::vector<TreeScale> scales{};  // of the covariates
  std::vector<double> row_before{};
  StepCalendar calendar{};  // of the first value that it was fitted to
  std::size_t parameters = 0;
  std::size_t n = 0;
  std::size_t skipped = 0;

  [[nodiscard]] double next(KnownRow row = {}) const;
  void absorb(double value, KnownRow row = {});
  [[nodiscard]] std::size_t covariates() const { return scales.size(); }

  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("trees", m.trees), visit("season", m.season), visit("period", m.period),
        visit("unit", m.unit), visit("newest", m.newest), visit("scales", m.scales),
        visit("row_before", m.row_before), visit("calendar", m.calendar),
        visit("parameters", m.parameters), visit("n", m.n), visit("skipped", m.skipped);
  }
};

// What is known beside the values.
struct KnownToTrees {
  KnownRows rows{};                     // of the steps of the values
  std::vector<Direction> directions{};  // of the covariates; empty: any
  StepCalendar calendar{};              // from the first of the values on
};

// `check` is called before each tree.
[[nodiscard]] LightgbmModel fit_lightgbm(std::span<const double> values, std::size_t period,
                                         const KnownToTrees& known = {},
                                         const StopCheck& check = {});
[[nodiscard]] LightgbmModel started(const LightgbmModel& model);
[[nodiscard]] std::size_t fitted(const LightgbmModel& model);
[[nodiscard]] Path forecast(const LightgbmModel& model, std::size_t horizon, KnownRows rows = {});
[[nodiscard]] OneStep one_step(const LightgbmModel& model, std::span<const double> values,
                               KnownRows rows = {});

}  // namespace shelduck::forecast
