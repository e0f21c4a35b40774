// Exponential smoothing of a level, and of a slope where a trend is asked for, over a horizon.
//
//   const Path path = forecast(fit_holt(values, Trend::damped), 8);
//
//   f_t = l_(t-1) + phi b_(t-1),  e_t = y_t - f_t
//   l_t = f_t + alpha e_t,        b_t = phi b_(t-1) + alpha beta e_t
//   f(n+h) = l_n + (phi + ... + phi^h) b_n
//   s_h^2 = s^2 (1 + sum over j < h of (alpha + alpha beta (phi + ... + phi^j))^2)
//
//   none      b = 0: simple exponential smoothing     needs 3 values
//   additive  phi = 1: Holt's linear trend            needs 5
//   damped    phi in [0.8, 0.98]                      needs 6
//
// alpha and beta lie in [1e-4, 0.9999] (so the slope follows more slowly than the level) and
// minimise the sum of squared one-step errors; of several minima they are at the one that a search
// from slow weights finds. The start values are solved exactly by least squares for each alpha,
// beta and phi, because errors are linear in them. s^2 = that sum / (n - parameters - start
// values). At most the newest kIterativeValuesMax values are used; `skipped` says how many others
// there were. Source: Holt 1957; Gardner and McKenzie 1985; Hyndman, Koehler, Ord, Snyder 2008,
// ETS(A,A,N) and (A,Ad,N), tables 2.2 and 6.1, whose beta is alpha beta here. Cost O(n) an
// evaluation, some 100 to 300. Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/path.hpp"

namespace shelduck::forecast {

enum class Trend { none, additive, damped };

struct HoltModel {
  Trend trend = Trend::additive;
  double alpha = 0;
  double beta = 0;
  double phi = 1;
  double level = 0;
  double slope = 0;
  double initial_level = 0;  // before the first value that was used
  double initial_slope = 0;
  std::size_t n = 0;
  std::size_t skipped = 0;
  ErrorSum errors{};

  [[nodiscard]] double next() const { return level + phi * slope; }
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("trend", m.trend, Trend::damped), visit("alpha", m.alpha), visit("beta", m.beta),
        visit("phi", m.phi), visit("level", m.level), visit("slope", m.slope),
        visit("initial_level", m.initial_level), visit("initial_slope", m.initial_slope),
        visit("n", m.n), visit("skipped", m.skipped), visit("errors", m.errors);
  }
};

// The fewest values that leave a degree of freedom.
[[nodiscard]] std::size_t values_needed(Trend trend) noexcept;

[[nodiscard]] HoltModel fit_holt(std::span<const double> values, Trend trend = Trend::additive);
[[nodiscard]] Path forecast(const HoltModel& model, std::size_t horizon);
[[nodiscard]] HoltModel started(const HoltModel& model);
[[nodiscard]] std::size_t fitted(const HoltModel& model);
[[nodiscard]] OneStep one_step(const HoltModel& model, std::span<const double> values);

}  // namespace shelduck::forecast
