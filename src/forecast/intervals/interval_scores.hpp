// IntervalScores judge the intervals of one model and level over many series.
//
//   IntervalScores at_90{0.9, horizon};
//   at_90.add({.truth = test, .scale = scale, .horizon = 12}, bounds, bounds_of_naive2);
//   at_90.means()->coverage
//
// Means over series of per-series means of coverage, width and msis (accuracy.hpp); coverage by
// step is over all series together, and the share of series of which less than kPoorCoverage was
// covered tells whether a good mean hides bad ones. A step without an interval (NaN) counts as not
// covered and has the width and msis of the yardstick's interval. A series without a scale or a
// scored truth is left out. Threads: one at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/forecast/intervals/interval_bounds.hpp"

namespace shelduck::forecast {

inline constexpr double kPoorCoverage = 0.6;

struct IntervalMeans {
  double coverage;
  double width;
  double msis;
  double share_poor;  // of series
};

// Borrowed for the time of the call. A missing truth is NaN.
struct ScoredTruth {
  std::span<const double> truth;
  std::optional<double> scale{};
  std::size_t horizon = 1;  // steps of each origin but the last
};

class IntervalScores {
 public:
  // `horizon`: the largest of any series.
  IntervalScores(double level, std::size_t horizon);

  // Bounds of all truths, origin after origin.
  void add(const ScoredTruth& known, const LevelBounds& bounds, const LevelBounds& yardstick);

  [[nodiscard]] double level() const noexcept { return level_; }
  [[nodiscard]] std::size_t without() const noexcept { return without_; }  // steps, no interval
  // Nothing before a series was scored.
  [[nodiscard]] std::optional<IntervalMeans> means() const;
  // Nothing at a step of which no truth is known.
  [[nodiscard]] std::vector<std::optional<double>> coverage_by_step() const;

 private:
  double level_;
  std::size_t series_ = 0;
  std::size_t poor_ = 0;
  std::size_t without_ = 0;
  double coverage_sum_ = 0;
  double width_sum_ = 0;
  double msis_sum_ = 0;
  std::vector<std::size_t> scored_;   // by step
  std::vector<std::size_t> covered_;  // by step
};

}  // namespace shelduck::forecast
