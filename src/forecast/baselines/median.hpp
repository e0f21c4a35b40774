// The median of all values as the forecast of the next one: what is left when little is known.
//
//   f(n+1) = median(y_1, ..., y_n)     error spread sqrt(1 + pi / (2 n)), the variance of a median
//                                      of normal values relative to one of them
//
// Two backtests: the expanding median from the second value, and leave-one-out, in which each value
// is forecast from all others. The second has a step for every value and no order: only for values
// that are taken as exchangeable. Cost O(n log n). Source of the variance: Cramer 1946, 28.5;
// leave-one-out: Stone 1974.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/backtest.hpp"
#include "shelduck/forecast/baselines/level.hpp"

namespace shelduck::forecast {

// Fewer values than this are taken as exchangeable, and their median is scored by leave-one-out.
inline constexpr std::size_t kLeaveOneOutBelow = 20;

struct MedianModel {
  MedianLevel level{};

  [[nodiscard]] double median() const { return level.next(); }
  [[nodiscard]] std::size_t n() const { return level.moments.n; }
  void absorb(double value) { level.absorb(value); }

  [[nodiscard]] bool is_whole() const { return n() > 0 && !level.low.empty(); }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("level", m.level);
  }
};

// At least one value, all finite.
[[nodiscard]] Fitted<MedianModel> fit_median(std::span<const double> values);

// At least two values.
[[nodiscard]] Backtest leave_one_out_median(std::span<const double> values);

[[nodiscard]] Centred predict_next(const MedianModel& model);

}  // namespace shelduck::forecast
