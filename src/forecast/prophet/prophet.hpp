// A trend of straight pieces and a season of Fourier terms, as Prophet has them, at the most likely
// weights.
//
//   const Path path = forecast(fit_prophet(values, 12), 18);
//   fit_prophet(values, 12, known.rows())      // with covariates, of which holidays are some
//
//   y_i / max |y| = (k + sum over s_j < x of delta_j) x + m - sum over s_j < x of delta_j s_j
//                   + sum over o of a_o cos(2 pi o i / period) + b_o sin(2 pi o i / period)
//                   + sum over c of g_c z_ci + error
//
// with x = i / (n - 1), i = 0 .. n - 1. Priors: k, m normal (0, 5); delta_j Laplace (0, 0.05); a,
// b, g normal (0, 10); the errors' deviation half-normal (0.5). Their joint mode, downhill from no
// weights at all, is found exactly: lasso_ridge.hpp.
//
// Changes    s_j: 25 over the first four fifths (changepoints.hpp), but fewer than leave a value
//            more than there are columns
// Season     orders 1 to 10, or to half of the period where that is less: Prophet's 10 of a year,
//            3 of a week; with two whole seasons of values, else none. Always additive
// Covariates z: less their mean and in units of their standard deviation (n - 1) over the values,
//           but 0 and 1 as they are, so a holiday is a covariate of 1 on its days; one that does
//           not move has no effect, and alike ones share theirs
// Constant   values, all the same, go on as they are
// Origin     the weights know all values of the fit, but a forecast from before a change does not
//            see it: the slope there goes on. Past errors that intervals are made from come from
//            fits to what was known then (for_each_origin, regular.hpp)
// Deviation  s_h^2 = s^2 + 2 r d^2 h^3 / 3. Changes come at r = (number of s_j) / (n - 1) a step as
//            in the past, each Laplace with the mean |delta_j| d (per step) as scale, so of
//            variance 2 d^2; one that comes at u moves step h by its (h - u), and the integral of
//            (h - u)^2 over u from 0 to h is h^3 / 3. s^2 = sum of squares / (values - fitted)
//
// Source: Taylor and Letham 2018, section 3; the constants are Prophet's defaults.
// Effects are added, none multiplied; one season. At most the newest kIterativeValuesMax values are
// used; `skipped` says how many others there were. Cost: columns^2 / 2 a value for the sums, then
// as lasso_ridge.hpp says; O(1) a value to absorb. Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/path.hpp"

namespace shelduck::forecast {

struct TrendChange {
  std::size_t at = 0;  // the step after which it is felt, from the first value that was used
  double slope = 0;    // what is added to it, a step

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("at", m.at), visit("slope", m.slope);
  }
};

struct ProphetModel {
  double initial_level = 0;  // of the trend, at the first value that was used
  double initial_slope = 0;  // a step
  double level = 0;          // at the next value
  double slope = 0;
  std::vector<TrendChange> changes{};  // in the order of time, none of slope 0
  std::vector<double> season{};        // effects, from the first value that was used; empty: none
  std::size_t season_columns = 0;
  std::vector<double> effects{};  // of the covariates
  double change_deviation = 0;    // d sqrt(2 r)
  std::size_t next_change = 0;
  std::size_t n = 0;
  std::size_t skipped = 0;
  ErrorSum errors{};

  [[nodiscard]] double next(KnownRow row = {}) const;
  void absorb(double value, KnownRow row = {});
  [[nodiscard]] std::size_t covariates() const { return effects.size(); }

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("initial_level", m.initial_level), visit("initial_slope", m.initial_slope),
        visit("level", m.level), visit("slope", m.slope), visit("changes", m.changes),
        visit("season", m.season), visit("season_columns", m.season_columns),
        visit("effects", m.effects), visit("change_deviation", m.change_deviation),
        visit("next_change", m.next_change), visit("n", m.n), visit("skipped", m.skipped),
        visit("errors", m.errors);
  }
};

inline constexpr std::size_t kProphetNeeds = 3;  // values, one more than a line, besides covariates

// Whether so many values have a season: two whole ones, of two steps or more.
[[nodiscard]] bool has_prophet_season(std::size_t values, std::size_t period) noexcept;

[[nodiscard]] ProphetModel fit_prophet(std::span<const double> values, std::size_t period = 1,
                                       KnownRows rows = {});
[[nodiscard]] ProphetModel started(const ProphetModel& model);
// k, m, the weights of the season, the effects and the changes that are not 0.
[[nodiscard]] std::size_t fitted(const ProphetModel& model);
[[nodiscard]] Path forecast(const ProphetModel& model, std::size_t horizon, KnownRows rows = {});
[[nodiscard]] OneStep one_step(const ProphetModel& model, std::span<const double> values,
                               KnownRows rows = {});

}  // namespace shelduck::forecast
