// A linear forecast on lags relative to the last value: as the series went on from its past, it
// goes on. For each step ahead it has weights of its own.
//
//   const Path path = forecast(fit_nlinear(values, 12, 18), 18);
//   forecast(fit_nlinear(values, 24, 48, std::array{168UZ}), 48)   // a day and a week of hours
//   forecast(fit_nlinear(values, 12, pooled), 18)  // weights of many series: lag_sums.hpp
//
//   y_(t+h) = y_t + sum over i = 1 .. lags - 1 of w_(h,i) (y_(t-i) - y_t)
//
// Lags      nlinear_lags(period), at most half of the values; before the first value its like stand
// Seasons   longer than kPlainSeasonMax, and several: those that are there three times beside the
//           horizon, at lags of their own (lag_sums.hpp); where every value is positive y is its
//           logarithm, since such seasons mostly grow with the level
// Steps     beyond those that have weights repeat the longest season: forecasts, then values
// Deviation none stated
//
// At most the newest kIterativeValuesMax values are used to fit; `skipped` says how many others
// there were. Source and cost: lag_sums.hpp; O(lags) a value to absorb, and a step to forecast.
// Shape, threads, failure: path.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/forecast/nlinear/lag_sums.hpp"
#include "shelduck/forecast/path.hpp"

namespace shelduck::forecast {

// The logarithm in units of a power of two near the largest value; a value below the least that was
// fitted counts as it, and no forecast is more than e^kLogMax units.
inline constexpr double kLogMax = 345;  // so 1e150 times the largest, which is finite

struct LogScale {
  double unit = 1;
  double least = 1;

  [[nodiscard]] double of(double value) const { return std::log(std::max(value, least) / unit); }
  [[nodiscard]] double back(double logarithm) const {
    return std::exp(std::min(logarithm, kLogMax)) * unit;
  }

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("unit", m.unit), visit("least", m.least);
  }
};

struct NlinearModel {
  std::shared_ptr<const LagWeights> weights;  // never null
  std::optional<LogScale> scale{};            // of `newest`; none: plain values
  std::vector<double> newest{};               // a ring of as many as are looked at
  std::size_t place = 0;                      // of the next value in it
  std::size_t period = 1;
  std::size_t parameters = 0;  // that this series has fitted
  std::size_t n = 0;
  std::size_t skipped = 0;
  ErrorSum errors{};

  [[nodiscard]] double next() const;
  void absorb(double value);

  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("weights", m.weights), visit("scale", m.scale), visit("newest", m.newest),
        visit("place", m.place), visit("period", m.period), visit("parameters", m.parameters),
        visit("n", m.n), visit("skipped", m.skipped), visit("errors", m.errors);
  }
};

// 8 without a season or with one of more than 62 values, else a season and two values more. Of 6, 8
// and 10 without a season 8 had the lowest geometric mean of the MASE, of weights of many series,
// on the last horizon of the train parts of 4 yearly sets and M4 weekly (the others: +1.0, +0.4 %).
[[nodiscard]] std::size_t nlinear_lags(std::size_t period) noexcept;

inline constexpr std::size_t kNlinearNeeds = 4;       // values
inline constexpr std::size_t kNlinearStepsMax = 400;  // that have weights of their own
inline constexpr std::size_t kPlainSeasonMax = 24;

// `longer`: seasons beside the period.
[[nodiscard]] NlinearModel fit_nlinear(std::span<const double> values, std::size_t period,
                                       std::size_t horizon,
                                       std::span<const std::size_t> longer = {});
// With weights that were fitted to many series: of their parameters this one counts the share of
// its rows, rounded up. At least one step has weights.
[[nodiscard]] NlinearModel fit_nlinear(std::span<const double> values, std::size_t period,
                                       std::shared_ptr<const LagWeights> weights);

[[nodiscard]] NlinearModel started(const NlinearModel& model);
[[nodiscard]] std::size_t fitted(const NlinearModel& model);
[[nodiscard]] Path forecast(const NlinearModel& model, std::size_t horizon);
[[nodiscard]] OneStep one_step(const NlinearModel& model, std::span<const double> values);

}  // namespace shelduck::forecast
