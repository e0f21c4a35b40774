// Exponential smoothing of level, trend and season, in the form that describes the values best.
//
//   const ExponentialSmoothingModel model = fit_exponential_smoothing(values, 12);
//   to_string(model.form)                       // "M,Ad,M"
//   const Path path = forecast(model, 18);
//   fit_exponential_smoothing(values, form, 12) // one form alone
//
//   q_t = l_(t-1) + phi b_(t-1)     f_t = q_t, q_t + s_(t-m) or q_t s_(t-m)     e_t = y_t - f_t
//   l_t = q_t + alpha e_t           b_t = phi b_(t-1) + beta e_t                (/ s_(t-m) both)
//   s_t = s_(t-m) + gamma e_t                                                   (/ q_t)
//
// the divisors where the season is multiplicative; phi = 1 without damping.
// Forms     error additive or multiplicative (in proportion to f); trend none, additive or damped;
//           season none, additive or multiplicative: from "A,N,N" to "M,Ad,M". Not an additive
//           error with a multiplicative season; multiplicative parts where every value is
//           positive; seasons of 2 to kEtsPeriodMax values
// Choice    every form for which n >= parameters + start values + 3 is fitted; the lowest AICc
//           with k = parameters + start values + 1 wins, the simpler form where equal. Those that
//           are far behind after a first search are not searched for from all starts. A,N,N alone
//           for n of 3 and 4 and for a constant series. A multiplicative error of a deviation from
//           kRelativeDeviationMax on is none: two deviations below 1 there is no positive value
//           left, and the likelihood rewards forecasts near 0 (sum e^2 is that of a jump anyway,
//           and log f falls). docs/decisions/0013 has a jump that made it so
// Fit       the highest likelihood in parameters and start values together, by least squares with
//           exact derivatives (ets_squares.hpp); of several maxima the best that a few starts find
//           (ets_search.hpp)
// Region    of the parameters: see EtsRegion. `calm` is the default: on the last horizon of the
//           train parts of nine sets (M3, M4, tourism yearly; M1, M3, tourism quarterly; M3,
//           tourism monthly; M4 weekly) the geometric mean of its MASE was 6 % below that of
//           `box` and 4 % below that of `usual`, although its likelihood is lower
// Deviation of later steps: ets_spread.hpp. s^2 = sum of e^2, of (e / f)^2 where errors are
//           multiplicative, / (n - parameters - start values); none without a degree of freedom
//
// absorb() takes values of any sign: a value or a level that is not positive leaves multiplicative
// indices as they are, and a forecast of 0 has no relative error.
// At most the newest kIterativeValuesMax values are used; `skipped` says how many others there are.
// Source: Hyndman, Koehler, Ord, Snyder 2008, tables 2.2 and 2.3, chapters 5 to 7.
// Cost: O(n unknowns^2) a step of the search, some 10 steps a start, 2 or 3 starts a form; O(1) a
// value to absorb. Shape, threads: path.hpp.
// Failure: Error invalid_input for too few values; for one form also for one that is none of the
// above, a period that is no season, values that are not positive, and values that no course of
// the form describes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/smoothing/ets_form.hpp"
#include "shelduck/forecast/smoothing/ets_squares.hpp"
#include "shelduck/forecast/stop_check.hpp"

namespace shelduck::forecast {

inline constexpr double kRelativeDeviationMax = 0.5;

struct ExponentialSmoothingModel {
  EtsForm form{};
  std::size_t period = 1;  // 1 without a season
  EtsWeights weights{};
  EtsState start{};  // before the first value that was used
  EtsState state{};
  // n log(sum e^2) + 2 sum log f of the fit, where errors are multiplicative; -2 log likelihood but
  // for a constant of n. Nothing where the errors are rounding alone.
  std::optional<double> criterion{};
  std::optional<double> aicc{};  // nothing where n is too small for one, either
  std::size_t n = 0;
  std::size_t skipped = 0;
  ErrorSum errors{};  // relative ones where errors are multiplicative

  [[nodiscard]] double next() const;
  void absorb(double value);

  [[nodiscard]] bool is_whole() const {
    return period > 0 && period <= kEtsPeriodMax && start.phase < period && state.phase < period;
  }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("form", m.form), visit("period", m.period), visit("weights", m.weights),
        visit("start", m.start), visit("state", m.state), visit("criterion", m.criterion),
        visit("aicc", m.aicc), visit("n", m.n), visit("skipped", m.skipped),
        visit("errors", m.errors);
  }
};

[[nodiscard]] ExponentialSmoothingModel fit_exponential_smoothing(
    std::span<const double> values, std::size_t period, EtsRegion region = EtsRegion::calm,
    const StopCheck& check = {});
[[nodiscard]] ExponentialSmoothingModel fit_exponential_smoothing(
    std::span<const double> values, const EtsForm& form, std::size_t period,
    EtsRegion region = EtsRegion::calm);

[[nodiscard]] Path forecast(const ExponentialSmoothingModel& model, std::size_t horizon);
[[nodiscard]] ExponentialSmoothingModel started(const ExponentialSmoothingModel& model);
[[nodiscard]] std::size_t fitted(const ExponentialSmoothingModel& model);
[[nodiscard]] OneStep one_step(const ExponentialSmoothingModel& model,
                               std::span<const double> values);

}  // namespace shelduck::forecast
