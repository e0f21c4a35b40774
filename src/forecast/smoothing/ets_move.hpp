// What one value does to the states of exponential smoothing, with the form as a constant: the
// inner step of EtsSquares and of its derivatives. Private to this folder.
//
//   EtsWalk<true, EtsSeason::additive> walk{run};
//   const EtsPlace place = walk.place();
//   walk.go_on(place, ets_move<EtsSeason::additive>(value, place));
//
// Source: Hyndman, Koehler, Ord, Snyder 2008, tables 2.2 and 2.3; with errors in the units of the
// values both tables have the same equations. Threads: plain data, pure functions.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "shelduck/forecast/smoothing/ets_squares.hpp"

namespace shelduck::forecast {

// Relative errors of anything smaller say nothing about values near 1.
inline constexpr double kEtsForecastMin = 1e-100;

// A sum of logarithms, at the price of one for many factors.
class EtsLogProduct {
 public:
  void multiply(double factor) {
    product_ *= factor;
    if (!(product_ > kEtsForecastMin && product_ < 1 / kEtsForecastMin)) {
      log_ += std::log(product_);
      product_ = 1;
    }
  }
  [[nodiscard]] double log() const { return log_ + std::log(product_); }

 private:
  double product_ = 1;
  double log_ = 0;
};

struct EtsRun {
  std::size_t period;
  std::span<const double> values;
  const EtsCourse& course;
};

// Where a course stands before a value.
struct EtsPlace {
  double slope;
  double damped;  // phi slope
  double base;    // level + phi slope
  double index;
};

// What one value does: its forecast, its error, and how far it moves level and season at a weight
// of 1.
struct EtsMove {
  double forecast;
  double error;
  double of_level;
  double of_season;
};

template <EtsSeason kSeason>
[[nodiscard]] EtsMove ets_move(double value, const EtsPlace& at) {
  if constexpr (kSeason == EtsSeason::none) {
    const double error = value - at.base;
    return {.forecast = at.base, .error = error, .of_level = error, .of_season = 0};
  } else if constexpr (kSeason == EtsSeason::additive) {
    const double error = value - (at.base + at.index);
    return {.forecast = at.base + at.index, .error = error, .of_level = error, .of_season = error};
  } else {
    // Both are error / index and error / base, but wait for neither a product nor a division.
    return {.forecast = at.base * at.index,
            .error = value - at.base * at.index,
            .of_level = value / at.index - at.base,
            .of_season = value / at.base - at.index};
  }
}

template <bool kTrend, EtsSeason kSeason>
class EtsWalk {
 public:
  explicit EtsWalk(const EtsRun& run)
      : w_(run.course.weights),
        period_(run.period),
        level_(run.course.start.level),
        slope_(run.course.start.slope),
        season_(run.course.start.season) {}

  [[nodiscard]] std::size_t phase() const { return phase_; }

  [[nodiscard]] EtsPlace place() const {
    const double damped = kTrend ? w_.phi * slope_ : 0;
    return {.slope = slope_,
            .damped = damped,
            .base = level_ + damped,
            .index = kSeason == EtsSeason::none ? 0 : season_[phase_]};
  }

  void go_on(const EtsPlace& from, const EtsMove& move) {
    level_ = from.base + w_.alpha * move.of_level;
    if constexpr (kTrend) {
      slope_ = from.damped + w_.beta * move.of_level;
    }
    if constexpr (kSeason != EtsSeason::none) {
      season_[phase_] = from.index + w_.gamma * move.of_season;
      phase_ = phase_ + 1 == period_ ? 0 : phase_ + 1;
    }
  }

 private:
  EtsWeights w_;
  std::size_t period_;
  double level_;
  double slope_;
  std::array<double, kEtsPeriodMax> season_;
  std::size_t phase_ = 0;
};

}  // namespace shelduck::forecast
