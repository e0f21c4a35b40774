// The last value, the last season or the last value and the mean step as forecasts of all steps.
//
//   const Path path = forecast(fit_seasonal_naive(values, 12), 24);
//
//   naive           f(n+h) = y_n                                   s_h = s sqrt(h)
//   seasonal_naive  f(n+h) = y_(n+h-m(k+1)), k = floor((h-1)/m)    s_h = s sqrt(k+1)
//   drift           f(n+h) = y_n + h (y_n - y_1) / (n-1)           s_h = s sqrt(h (1 + h/(n-1)))
//
// s is the root mean square of the one-step errors, for drift with divisor n - 2. A period of 0 or
// 1, or a series shorter than one period, makes seasonal_naive the same as naive.
// Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2 and 5.5.
// Nothing here is estimated, so absorbing values equals fitting all of them, bit for bit. Cost O(1)
// a value. Needs: one value, drift two. Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/moments.hpp"
#include "shelduck/forecast/path.hpp"

namespace shelduck::forecast {

struct NaiveModel {
  double last = 0;
  std::size_t n = 0;
  ErrorSum errors{};

  [[nodiscard]] double next() const { return last; }
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("last", m.last), visit("n", m.n), visit("errors", m.errors);
  }
};

[[nodiscard]] NaiveModel fit_naive(std::span<const double> values);
[[nodiscard]] Path forecast(const NaiveModel& model, std::size_t horizon);
[[nodiscard]] NaiveModel started(const NaiveModel& model);
[[nodiscard]] std::size_t fitted(const NaiveModel& model);
[[nodiscard]] OneStep one_step(const NaiveModel& model, std::span<const double> values);

struct SeasonalNaiveModel {
  std::size_t period = 1;
  NaiveModel plain{};            // speaks until one season is known
  std::vector<double> season{};  // the newest value of each phase, phase 0 first
  ErrorSum errors{};             // between values one period apart

  [[nodiscard]] double next() const;
  void absorb(double value);

  [[nodiscard]] bool is_whole() const { return period > 0 && season.size() <= period; }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("period", m.period), visit("plain", m.plain), visit("season", m.season),
        visit("errors", m.errors);
  }
};

[[nodiscard]] SeasonalNaiveModel fit_seasonal_naive(std::span<const double> values,
                                                    std::size_t period);
[[nodiscard]] Path forecast(const SeasonalNaiveModel& model, std::size_t horizon);
[[nodiscard]] SeasonalNaiveModel started(const SeasonalNaiveModel& model);
[[nodiscard]] std::size_t fitted(const SeasonalNaiveModel& model);
// Of so many values the first whose error counts.
[[nodiscard]] std::size_t first_scored(const SeasonalNaiveModel& model, std::size_t values);
[[nodiscard]] OneStep one_step(const SeasonalNaiveModel& model, std::span<const double> values);

struct DriftModel {
  double first = 0;
  double last = 0;
  std::size_t n = 0;
  Moments steps{};  // y_t - y_(t-1)

  [[nodiscard]] double slope() const;
  [[nodiscard]] double next() const { return last + slope(); }
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("first", m.first), visit("last", m.last), visit("n", m.n), visit("steps", m.steps);
  }
};

[[nodiscard]] DriftModel fit_drift(std::span<const double> values);
[[nodiscard]] Path forecast(const DriftModel& model, std::size_t horizon);
[[nodiscard]] DriftModel started(const DriftModel& model);
[[nodiscard]] std::size_t fitted(const DriftModel& model);
[[nodiscard]] OneStep one_step(const DriftModel& model, std::span<const double> values);

}  // namespace shelduck::forecast
