// The mean growth so far, going on: a drift of the logarithms.
//
//   const Path path = forecast(fit_growth(values), 6);
//
//   f(n+h) = y_n (y_n / y_1)^(h/(n-1))     where all values are positive, else that of drift
//
// What grows by a share a year (sales, people, prices) bends upwards, and what shrinks by one never
// gets below 0; a line does neither. Alone it runs away where the first value was small, so it is
// for combinations, which leave the highest and the lowest out (combination.hpp): 0.97 of their
// MASE without a season (automatic.hpp). Growth stands still at kGrowthReach times the last value.
// Deviations are those of drift, in the units of the values: they enter the mean of a combination,
// where those of a wild growth would spoil it. As of the models of naive.hpp, absorbing values
// equals fitting all of them, bit for bit. Cost: one pass, a few operations a value, and a power a
// step of the forecast. Source: the drift of Box and Jenkins 1970 for a random walk, here of the
// logarithms (a geometric random walk); the reach is our own. Needs two values. Shape, threads,
// failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/baselines/naive.hpp"
#include "shelduck/forecast/path.hpp"

namespace shelduck::forecast {

inline constexpr double kGrowthReach = 64;

struct GrowthModel {
  DriftModel line{};
  std::size_t not_positive = 0;  // values that have no logarithm

  [[nodiscard]] double next() const;
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("line", m.line), visit("not_positive", m.not_positive);
  }
};

[[nodiscard]] GrowthModel fit_growth(std::span<const double> values);
[[nodiscard]] Path forecast(const GrowthModel& model, std::size_t horizon);
[[nodiscard]] GrowthModel started(const GrowthModel& model);
[[nodiscard]] std::size_t fitted(const GrowthModel& model);
[[nodiscard]] OneStep one_step(const GrowthModel& model, std::span<const double> values);

}  // namespace shelduck::forecast
