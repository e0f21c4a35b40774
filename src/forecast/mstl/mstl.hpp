// Several seasons taken out one beside the other, exponential smoothing of what is left.
//
//   const MstlModel model = fit_mstl(values, std::array{24UZ, 168UZ});
//   const Path path = forecast(model, 48);
//
//   f(n+h) = x_(n+h) + sum of s_i(n+h), or x_(n+h) prod of s_i(n+h)
//
// s_i(t) is the newest index of the phase of t in season i; x the forecast, by exponential
// smoothing without a season, of the values adjusted by all of them.
//
// Seasons   that are there twice and one value more, ascending; two rounds, in each every season by
//           stl.hpp from the values without the others, the i-th over 7 + 4 i cycles, from 1
// Form      multiplicative (the same on logarithms) where every value is positive and the squares
//           of what remains are smaller so, else additive; its indices are at least kIndexFloor, at
//           most the reciprocal
// Deviation that of x, times the indices where they are multiplicative
//
// Absorbing keeps the indices.
// At most the newest kIterativeValuesMax values are used; `skipped` says how many others there are.
// Source: Bandara, Hyndman, Bergmeir 2021, MSTL; Cleveland and others 1990.
// Cost: 4 times stl.hpp for each season, and a fit of exponential smoothing; O(1) a value to
// absorb. Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/seasonal/decomposition.hpp"
#include "shelduck/forecast/smoothing/exponential_smoothing.hpp"

namespace shelduck::forecast {

struct MstlModel {
  std::vector<Seasonality> seasons{};  // all of one form
  ExponentialSmoothingModel adjusted{};
  std::size_t n = 0;
  std::size_t skipped = 0;

  [[nodiscard]] double next() const;
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("seasons", m.seasons), visit("adjusted", m.adjusted), visit("n", m.n),
        visit("skipped", m.skipped);
  }
};

[[nodiscard]] MstlModel fit_mstl(std::span<const double> values,
                                 std::span<const std::size_t> seasons);

[[nodiscard]] Path forecast(const MstlModel& model, std::size_t horizon);
[[nodiscard]] MstlModel started(const MstlModel& model);
[[nodiscard]] std::size_t fitted(const MstlModel& model);
[[nodiscard]] OneStep one_step(const MstlModel& model, std::span<const double> values);

}  // namespace shelduck::forecast
