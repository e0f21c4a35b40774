// ARIMA: differences until a series is stationary, then a weighted sum of its past values and of
// its past errors, both also of seasons ago; orders chosen by AICc.
//
//   const ArimaModel model = fit_auto_arima(values, 12);
//   to_string(model.orders, model.period)                       // "(0,1,1)(0,1,1)12"
//   const Path path = forecast(model, 18);
//   fit_arima(values, {.p = 1, .d = 1, .constant = true}, 1)    // these orders
//   fit_auto_arima(values, 12, known.rows())                    // with covariates
//   fit_auto_arima(values, std::array{24UZ, 168UZ})             // with waves of both seasons
//
//   w_t = (1 - B)^d (1 - B^m)^D (y_t - x_t' b - s_t) - c
//   phi(B) Phi(B^m) w_t = theta(B) Theta(B^m) e_t
//   s_h^2 = s^2 (psi_0^2 + ... + psi_(h-1)^2), psi the weights of y in its past e
//
// Fit       the highest exact Gaussian likelihood of w (arima_squares.hpp), of all unknowns at once
// Effects   b of the covariates x are among these: a regression with ARIMA errors. A covariate that
//           does not move or that others say has the effect 0 (arima_columns.hpp)
// Season    one of up to kArimaPeriodMax: D = 1 where seasonal/strength.hpp is above kStrongSeason.
//           None for m < 2 and for n <= 2 m
// Waves     s of longer seasons, whose states would take the cost of a fit with them, and of those
//           beside a short one: Fourier terms among the regressors. Their numbers are chosen by
//           AICc at the errors of a first model, with all waves that may be, of orders (2,2)(1,1);
//           then at those of the best orders beside them, which are searched again where the
//           numbers change and kept where the AICc is lower (arima_waves.hpp)
// d         by the test of difference_tests.hpp on what the seasonal difference leaves; both, where
//           there are covariates or waves, of what an ordinary regression on them leaves
// Orders    p, q <= 5 and n / 3, P, Q <= 2 and n / (3 m). Stepwise: from (2,2)(1,1), (0,0)(0,0),
//           (1,0)(1,0) and (0,1)(0,1) with c and (0,0)(0,0) without the lowest AICc; then its
//           neighbours, P and Q, p and q one up or down alone or together, c in or out, and on from
//           the first that is better; kArimaModelsMax models at most. Refused: a root of modulus
//           below kArimaRootMin. c only where d + D <= 1
// AICc      -2 log likelihood + 2 k + 2 k (k + 1) / (n - d - m D - k - 1), k the parameters, the
//           columns of covariates and waves and s^2
//
// The first d + m D values have no error. s^2 = sum of v^2 / F / (n - d - m D - fitted), v and F of
// arima_filter.hpp. At most the newest kIterativeValuesMax values are used; `skipped` says how
// many others there are.
// Source: Box, Jenkins 1970; Hyndman, Khandakar 2008, Automatic time series forecasting; Durbin,
// Koopman 2001, section 6.2, for regression effects inside the likelihood.
// Cost: arima_squares.hpp a step of the search. Of M3 yearly, quarterly, monthly and M4 weekly some
// 7, 14, 17 and 14 models are fitted in 8 to 12 steps each, in 0.2, 0.9, 3.6 and 13 ms a series; of
// M4 hourly (m = 24, n = 830) in 57 ms; with waves some twice as long. absorb O(r). Shape,
// threads: path.hpp. Failure: Error invalid_input for too few values; for given orders also for one
// above its bound, c where d + D > 1, and seasonal orders where there is no season.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/forecast/arima/arima_filter.hpp"
#include "shelduck/forecast/arima/arima_orders.hpp"
#include "shelduck/forecast/arima/arima_polynomials.hpp"
#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/seasonal/waves.hpp"
#include "shelduck/forecast/stop_check.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kArimaValuesMin = 3;
inline constexpr double kStrongSeason = 0.64;

// So many are left after the differences that any number of covariates can be told apart.
[[nodiscard]] constexpr std::size_t arima_needs(std::size_t covariates) noexcept {
  return covariates == 0 ? kArimaValuesMin : 2 * covariates + 9;
}

struct ArimaModel {
  ArimaOrders orders{};
  std::size_t period = 1;  // 1 without a season
  ArimaFactors factors{};
  ArmaProcess<double> process{};  // the factors multiplied out
  ArimaTerms<double> differences{};
  ArimaFilter<double> filter{};
  std::vector<double> effects{};  // of the covariates
  std::vector<WaveEffects> seasons{};
  // Values, less what covariates and seasons added, that the next difference needs; value t stands
  // at t modulo their number.
  std::vector<double> newest{};
  // Of the fit. Nothing where the errors are rounding alone.
  std::optional<double> log_likelihood{};
  std::optional<double> aicc{};  // nothing where n is too small for one, either
  std::size_t n = 0;
  std::size_t skipped = 0;
  ErrorSum errors{};  // standardised: v / sqrt(F)

  [[nodiscard]] double next(KnownRow row = {}) const { return added(row, 0) + next_left(); }
  void absorb(double value, KnownRow row = {});
  // Of the next value what covariates and seasons leave.
  [[nodiscard]] double next_left() const;
  // What these add so many steps behind the next value.
  [[nodiscard]] double added(KnownRow row, std::size_t ahead) const;
  [[nodiscard]] std::size_t covariates() const { return effects.size(); }

  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("orders", m.orders), visit("period", m.period), visit("factors", m.factors),
        visit("process", m.process), visit("differences", m.differences), visit("filter", m.filter),
        visit("effects", m.effects), visit("seasons", m.seasons), visit("newest", m.newest),
        visit("log_likelihood", m.log_likelihood), visit("aicc", m.aicc), visit("n", m.n),
        visit("skipped", m.skipped), visit("errors", m.errors);
  }
};

[[nodiscard]] ArimaModel fit_auto_arima(std::span<const double> values, std::size_t period,
                                        KnownRows rows = {});
[[nodiscard]] ArimaModel fit_auto_arima(std::span<const double> values,
                                        std::span<const std::size_t> seasons, KnownRows rows = {},
                                        const StopCheck& check = {});
[[nodiscard]] ArimaModel fit_arima(std::span<const double> values, const ArimaOrders& orders,
                                   std::size_t period = 1, KnownRows rows = {});

[[nodiscard]] Path forecast(const ArimaModel& model, std::size_t horizon, KnownRows rows = {});
[[nodiscard]] ArimaModel started(const ArimaModel& model);
[[nodiscard]] std::size_t fitted(const ArimaModel& model);
[[nodiscard]] OneStep one_step(const ArimaModel& model, std::span<const double> values,
                               KnownRows rows = {});

}  // namespace shelduck::forecast
