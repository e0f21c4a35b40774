// The mean or the median of all values as the forecast of every step ahead.
//
//   const Path path = forecast(fit_mean_level(values), 12);
//
//   mean    s_h = s sqrt(1 + 1/n)           s the sample standard deviation
//   median  s_h = s' sqrt(1 + pi / (2 n))   s' the same about the median; the factor is that of
//                                           normal values, as in median.hpp
//
// Nothing is estimated beyond the level, so absorbing values equals fitting all of them, bit for
// bit. Cost O(1) a value, the median O(log n). Needs one value. Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/moments.hpp"
#include "shelduck/forecast/path.hpp"

namespace shelduck::forecast {

struct MeanLevel {
  Moments moments{};

  [[nodiscard]] double next() const { return moments.mean; }
  void absorb(double value) { moments.add(value); }

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("moments", m.moments);
  }
};

[[nodiscard]] MeanLevel fit_mean_level(std::span<const double> values);
[[nodiscard]] Path forecast(const MeanLevel& model, std::size_t horizon);
[[nodiscard]] MeanLevel started(const MeanLevel& model);
[[nodiscard]] std::size_t fitted(const MeanLevel& model);
[[nodiscard]] OneStep one_step(const MeanLevel& model, std::span<const double> values);

struct MedianLevel {
  std::vector<double> low{};   // the smaller half, and the middle value: a heap, largest first
  std::vector<double> high{};  // the larger half: a heap, smallest first
  Moments moments{};

  [[nodiscard]] double next() const;
  void absorb(double value);

  [[nodiscard]] bool is_whole() const {
    return low.size() == high.size() || low.size() == high.size() + 1;
  }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("low", m.low), visit("high", m.high), visit("moments", m.moments);
  }
};

[[nodiscard]] MedianLevel fit_median_level(std::span<const double> values);
[[nodiscard]] Path forecast(const MedianLevel& model, std::size_t horizon);
[[nodiscard]] MedianLevel started(const MedianLevel& model);
[[nodiscard]] std::size_t fitted(const MedianLevel& model);
[[nodiscard]] OneStep one_step(const MedianLevel& model, std::span<const double> values);

}  // namespace shelduck::forecast
