// The method of Teunter, Syntetos and Babai for demand with many zeros: how likely a demand is,
// times how much is then asked for.
//
//   const Path path = forecast(fit_tsb(values), 12);
//
//   d_t = 1 where y_t is not 0, else 0; k the number of demands so far
//
//   p += max(a, 1 / t) (d_t - p)                  probability, at every step
//   z += max(b, 1 / k) (y_t - z)   where d_t = 1  size
//   f = p z
//
// Both begin as plain means and then smooth exponentially: no start value has to be chosen. The
// probability falls at every zero, so that the forecast of a series that has ended goes to 0
// (croston.hpp stays). A negative value is a demand with a negative size. Without any demand all
// points are 0.
// s_h = s, the root of the mean squared one-step error, with n - 1 - 2 degrees of freedom.
//
// a and b were chosen on the ends of the train part of carparts, as in croston.hpp: RMSE over the
// mean demand, and bias, for a = 0.1: b = 0.1 2.745 and +0.18, 0.2 2.715 and +0.13, 0.3 2.704 and
// +0.09, 0.4 2.703 and +0.07; for b = 0.3 a = 0.08 and 0.12 were not better. With the first values
// as start 2.78 instead of 2.71 (a = b = 0.1, from 27 months). Source: Teunter, Syntetos and Babai
// 2011. Nothing is searched for, so absorbing values equals fitting all of them, bit for bit.
// Cost: one pass, a few operations a value. Needs one value. Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/path.hpp"

namespace shelduck::forecast {

inline constexpr double kTsbProbabilityGain = 0.1;
inline constexpr double kTsbSizeGain = 0.3;

struct TsbModel {
  double probability = 0;
  double size = 0;
  std::size_t demands = 0;
  std::size_t n = 0;
  ErrorSum errors{};

  [[nodiscard]] double next() const { return probability * size; }
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("probability", m.probability), visit("size", m.size), visit("demands", m.demands),
        visit("n", m.n), visit("errors", m.errors);
  }
};

[[nodiscard]] TsbModel fit_tsb(std::span<const double> values);
[[nodiscard]] Path forecast(const TsbModel& model, std::size_t horizon);
[[nodiscard]] TsbModel started(const TsbModel& model);
[[nodiscard]] std::size_t fitted(const TsbModel& model);
[[nodiscard]] OneStep one_step(const TsbModel& model, std::span<const double> values);

}  // namespace shelduck::forecast
