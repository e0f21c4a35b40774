// A trend of straight pieces and seasons of Fourier terms, as Prophet has them, at the most likely
// weights.
//
//   const Path path = forecast(fit_prophet(values, 12), 18);
//   fit_prophet(values, std::array{24UZ, 168UZ})   // a day and a week of hours
//   fit_prophet(values, 12, known.rows())      // with covariates, of which holidays are some
//
//   y_i / max |y| = g_i + s_i + sum over c of b_c z_ci + error, or g_i (1 + s_i) + ...
//   g_i = (k + sum over p_j < x of delta_j) x + m - sum over p_j < x of delta_j p_j
//   s_i = sum over seasons and o of a_o cos(2 pi o i / period) + b_o sin(2 pi o i / period)
//
// with x = i / (n - 1), i = 0 .. n - 1. Priors: k, m normal (0, 5); delta_j Laplace (0, 0.05);
// weights of waves and covariates normal (0, 10); the errors' deviation half-normal (0.5). Their
// joint mode: prophet_modes.hpp.
//
// Changes    p_j: 25 over the first four fifths (changepoints.hpp), but fewer than leave a value
//            more than there are columns
// Seasons    each of which there are two in the values: orders 1 to 10, or to half of the period
//            where that is less: Prophet's 10 of a year, 3 of a week
// Form       seasons are added to the trend or multiply it, whichever has the more likely mode (all
//            weights and priors are the same); added where a value is not positive. Of the ends of
//            train parts: docs/forecasting-constants.md
// Covariates z: less their mean and in units of their standard deviation (n - 1) over the values,
//           but 0 and 1 as they are, so a holiday is a covariate of 1 on its days; one that does
//           not move has no effect, and alike ones share theirs. They are added in both forms
// Constant   values, all the same, go on as they are
// Origin     the weights know all values of the fit, but a forecast from before a change does not
//            see it: the slope there goes on. Past errors that intervals are made from come from
//            fits to what was known then (earlier_fits.hpp)
// Deviation  s_h^2 = s^2 + 2 r d^2 h^3 / 3, the second term times (1 + s)^2 where seasons multiply.
//            Changes come at r = (number of p_j) / (n - 1) a step as in the past, each Laplace with
//            the mean |delta_j| d (per step) as scale, so of variance 2 d^2; one that comes at u
//            moves step h by its (h - u), and the integral of (h - u)^2 over u from 0 to h is
//            h^3 / 3. s^2 = sum of squares / (values - fitted)
//
// Source: Taylor and Letham 2018, section 3; the constants are Prophet's defaults.
// At most the newest kIterativeValuesMax values are used; `skipped` says how many others there
// were. Cost: prophet_modes.hpp; O(1) a value to absorb. Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/seasonal/decomposition.hpp"
#include "shelduck/forecast/seasonal/waves.hpp"
#include "shelduck/forecast/stop_check.hpp"

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
  SeasonalForm form = SeasonalForm::additive;
  std::vector<WaveEffects> seasons{};  // from the first value that was used
  std::vector<double> effects{};       // of the covariates
  double offset = 0;                   // of these at their means
  double change_deviation = 0;         // d sqrt(2 r)
  std::size_t next_change = 0;
  std::size_t n = 0;
  std::size_t skipped = 0;
  ErrorSum errors{};

  [[nodiscard]] double next(KnownRow row = {}) const;
  void absorb(double value, KnownRow row = {});
  // Of all seasons together, at a step from the first value that was used.
  [[nodiscard]] double season_at(std::size_t step) const;
  [[nodiscard]] double with_season(double trend, std::size_t step) const;
  [[nodiscard]] std::size_t covariates() const { return effects.size(); }

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("initial_level", m.initial_level), visit("initial_slope", m.initial_slope),
        visit("level", m.level), visit("slope", m.slope), visit("changes", m.changes),
        visit("form", m.form, SeasonalForm::multiplicative), visit("seasons", m.seasons),
        visit("effects", m.effects), visit("offset", m.offset),
        visit("change_deviation", m.change_deviation), visit("next_change", m.next_change),
        visit("n", m.n), visit("skipped", m.skipped), visit("errors", m.errors);
  }
};

inline constexpr std::size_t kProphetNeeds = 3;  // values, one more than a line, besides covariates

// Whether so many values have a season: two whole ones, of two steps or more.
[[nodiscard]] bool has_prophet_season(std::size_t values, std::size_t period) noexcept;

[[nodiscard]] ProphetModel fit_prophet(std::span<const double> values, std::size_t period = 1,
                                       KnownRows rows = {});
[[nodiscard]] ProphetModel fit_prophet(std::span<const double> values,
                                       std::span<const std::size_t> seasons, KnownRows rows = {},
                                       const StopCheck& check = {});
// To the values before an origin, with the seasons of `model`; nothing where they are too few.
[[nodiscard]] std::optional<ProphetModel> fitted_anew(const ProphetModel& model,
                                                      std::span<const double> values,
                                                      KnownRows rows = {},
                                                      const StopCheck& check = {});
[[nodiscard]] ProphetModel started(const ProphetModel& model);
// k, m, the weights of the season, the effects and the changes that are not 0.
[[nodiscard]] std::size_t fitted(const ProphetModel& model);
[[nodiscard]] Path forecast(const ProphetModel& model, std::size_t horizon, KnownRows rows = {});
[[nodiscard]] OneStep one_step(const ProphetModel& model, std::span<const double> values,
                               KnownRows rows = {});

}  // namespace shelduck::forecast
