// Intervals of a forecast over its horizon: as wide as past errors of the series itself and of the
// other series of the same input were.
//
//   pool.add(id, scores);                                      // of every series, before any bound
//   IntervalEvidence own = evidence_of(scores, levels);        // small: put it aside meanwhile
//   const auto bounds = bounds_of(path.points, own, pooled, levels, Sign::any);
//   bounds[0].lower[h]                                         // empty: no interval, own.need
//
// The radius of a level at a step is that of the pooled scores, first those of series of the same
// period (score_pool.hpp), shrunk towards the series' own:
//
//   w r_own + (1 - w) r_pool,    w = e / (e + kOwnEvidence),    e = scores of step h / h
//
// since errors over h steps from neighbouring origins share h - 1 steps. Both are conformal (the
// rank rule of conformal.hpp). Where the series has too few scores, the pool speaks alone; where
// the pool has too few at a step, with its radius of the last step that has enough; where there is
// none, Student's t with the degrees of freedom of the fit speaks for the model's own deviation.
// Bounds are the point -+ radius x unit, on the scale of the response. A wider level never lies
// within a narrower one. Without a degree of freedom there are no bounds, and `need` says how many
// values would do. Levels are fractions, ascending or not. Threads: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/forecast/intervals/origin_scores.hpp"
#include "shelduck/forecast/intervals/score_pool.hpp"
#include "shelduck/forecast/predictive.hpp"

namespace shelduck::forecast {

inline constexpr double kOwnEvidence = 20;

struct IntervalEvidence {
  std::vector<double> units{};
  std::vector<double> deviations{};
  std::size_t degrees = 0;
  std::size_t need = 0;
  std::size_t period = 1;  // of which scores of others are asked first
  Response response{};
  std::vector<std::size_t> counts{};  // scores of each step
  // [level][step], nothing where the scores are too few
  std::vector<std::vector<std::optional<double>>> radii{};
};

// Throws Error invalid_input for a level outside (0, 1).
[[nodiscard]] IntervalEvidence evidence_of(const OriginScores& scores,
                                           std::span<const double> levels);

struct LevelBounds {
  double level = 0;
  std::vector<double> lower{};  // empty: no interval
  std::vector<double> upper{};
};

// In the order of `levels`, which are those of the evidence.
[[nodiscard]] std::vector<LevelBounds> bounds_of(std::span<const double> points,
                                                 const IntervalEvidence& own,
                                                 const PooledScores& pooled,
                                                 std::span<const double> levels,
                                                 Sign sign = Sign::any);

}  // namespace shelduck::forecast
