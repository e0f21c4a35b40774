// The remaining time of work that has been running for `elapsed` seconds.
//
//   const Remaining r = remaining_time(predictive, {.elapsed = 40, .progress = 0.3}, {.level =
//   0.9});
//
// With T the whole duration, distributed as the Distribution of the predictive, the answer is the
// median and the central interval of T - t given T > t. Three things follow, and are tested:
// it is never negative; it is continuous in t (no jumps without news); t + remaining never falls
// (waiting alone never moves the expected end forward in time).
// Beyond everything the history supports the tail of the Distribution speaks: for log errors the
// longer it has taken, the longer it will take; `beyond_history` says so.
//
// Progress f in [0, 1] is a second, noisy look at T: log(t / f) ~ N(log T, w), with
//   w = kProgressNoise^2 (1 - f)^2 / f (1 + (kStartUp m / t)^2),   m = the predicted duration,
// so that near the end what remains, t (1 - f) / f, is uncertain by that factor and not the whole.
// It is combined with the prediction by precision: no weight at f = 0 and at t = 0, all weight at
// f = 1, where the remaining time is 0. Where t > m the prediction is doubted by as much as it is
// seen to err, log(t / m)^2 on top of its variance: far beyond m progress alone speaks.
#pragma once

#include <optional>

#include "shelduck/forecast/predictive.hpp"

namespace shelduck::forecast {

inline constexpr double kProgressNoise = 0.35;  // log error of what progress says of the rest
inline constexpr double kStartUp = 0.05;        // share of a run in which its progress means little

struct Elapsed {
  double elapsed = 0;                // seconds, >= 0
  std::optional<double> progress{};  // fraction done, 0 to 1
};

struct Remaining {
  Forecast forecast{};          // of the remaining seconds
  bool beyond_history = false;  // elapsed is longer than anything the history supports
};

// Throws Error invalid_input for a negative or non-finite elapsed, or a progress outside [0, 1].
void check(const Elapsed& elapsed);

[[nodiscard]] Remaining remaining_time(const Predictive& predictive, const Elapsed& elapsed,
                                       const IntervalOptions& options = {});

// T given T > elapsed and the progress, for totals: quantiles of the remaining seconds.
class RemainingDistribution {
 public:
  RemainingDistribution(const Predictive& predictive, const Elapsed& elapsed);

  [[nodiscard]] double quantile(double p) const;  // 0 < p < 1; >= 0
  [[nodiscard]] bool beyond_history() const;

 private:
  Distribution whole_;
  double elapsed_;
  bool finished_;
};

}  // namespace shelduck::forecast
