// Naive2, the yardstick of the M4 competition: naive on the seasonally adjusted series, if the
// series has a season, and naive otherwise.
//
//   const Path path = forecast(fit_naive2(values, 12), 18);
//
//   f(n+h) = x_n c_(n+h)    x the adjusted series, c the index of the phase     s_h = s sqrt(h) c
//
// The season passes the test of seasonal/decomposition.hpp and is multiplicative where every value
// is positive, as in M4, and additive otherwise (f = x_n + c, s_h = s sqrt(h)). s is the root mean
// square step of the adjusted series. Absorbing keeps the indices. Cost O(n m) to fit, O(1) a value
// to absorb. Needs one value. Source: Makridakis, Spiliotis, Assimakopoulos 2020.
// Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/baselines/naive.hpp"
#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/seasonal/decomposition.hpp"

namespace shelduck::forecast {

struct Naive2Model {
  Seasonality season{};
  NaiveModel adjusted{};

  [[nodiscard]] double next() const;
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("season", m.season), visit("adjusted", m.adjusted);
  }
};

[[nodiscard]] Naive2Model fit_naive2(std::span<const double> values, std::size_t period);
[[nodiscard]] Path forecast(const Naive2Model& model, std::size_t horizon);
[[nodiscard]] Naive2Model started(const Naive2Model& model);
[[nodiscard]] std::size_t fitted(const Naive2Model& model);
[[nodiscard]] OneStep one_step(const Naive2Model& model, std::span<const double> values);

}  // namespace shelduck::forecast
