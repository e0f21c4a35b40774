// The smallest value of a function of a few variables within a box, without derivatives.
//
//   const Minimum best = minimise([&](std::span<const double> x) { return loss(x[0], x[1]); },
//                                 std::vector{0.3, 0.1}, {.lower = {0, 0}, .upper = {1, 1}});
//
// Source: Nelder and Mead 1965 with the rules of Lagarias et al. 1998 (reflect 1, expand 2,
// contract and shrink 1/2). The search runs over angles, of which a coordinate within its walls is
// the sine: trial points that were moved to a wall would press the simplex flat. One that has
// converged is set up anew around its best point until that gains no more.
// The objective is never called outside the box, NaN counts as infinitely bad, and nothing is
// allocated between the evaluations of one simplex. The same input gives the same bits.
// Failure: Error invalid_input for an empty start, one outside the box, or a box that is not
// finite, ordered and of the same dimension. Running out of evaluations is an outcome.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace shelduck::forecast {

using Objective = std::function<double(std::span<const double>)>;

struct Box {
  std::vector<double> lower;
  std::vector<double> upper;
};

// Converged: the simplex is smaller than point_tolerance in every direction, or its values differ
// by less than value_tolerance of the best one while it is smaller than kFlatSize (equal values far
// apart lie on both sides of a minimum). Sizes are in widths of the box, measured along the sine.
inline constexpr double kFlatSize = 1e-3;

struct NelderMeadOptions {
  double step = 0.1;  // edge of the first simplex, in widths of the box
  double value_tolerance = 1e-10;
  double point_tolerance = 1e-8;
  std::size_t evaluations_max = 2000;
  std::size_t restarts = 5;    // at most
  double restart_gain = 1e-8;  // relative to the best value; a smaller one is the end
};

struct Minimum {
  std::vector<double> at;
  double value;
  std::size_t evaluations;
  bool converged;  // false: the evaluations were used up
};

[[nodiscard]] Minimum minimise(const Objective& objective, std::span<const double> start,
                               const Box& box, const NelderMeadOptions& options = {});

}  // namespace shelduck::forecast
