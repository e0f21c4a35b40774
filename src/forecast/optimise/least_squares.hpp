// The smallest sum of squares of residuals that are smooth in a few unknowns, of which the first
// may stand within walls.
//
//   class Decay final : public SquaresProblem { ... };     // squares(at), linearise(at)
//   Decay decay{values};
//   const SquaresMinimum best = minimise_squares(decay, start, {.lower = low, .upper = high});
//
// Each step solves (J'J + damping diag J'J) step = -J'r; an unknown that would cross its wall is
// set upon it and the others are solved again. A step that does not lower the sum is tried again
// with more damping. One start, one valley: the minimum is the one that lies downhill.
// Source: Levenberg 1944; Marquardt 1963; Nielsen 1999 (how the damping changes).
// The problem is never evaluated outside the walls; a sum that is not finite counts as infinitely
// bad. Nothing is allocated. The same input gives the same bits.
// Cost: some 5 to 20 linearisations, and about as many sums. Threads: one at a time for a problem.
// Failure: Error invalid_input for no or more than kUnknownsMax unknowns, or for walls that are not
// ordered. A start of infinite sum is an outcome: it comes back as it is.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>

#include "shelduck/forecast/stop_check.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kUnknownsMax = 64;

// J'r and J'J, J the derivatives of the residuals r. Of the matrix the lower triangle is read; row
// i begins at i kUnknownsMax.
struct NormalEquations {
  std::array<double, kUnknownsMax> gradient;  // both are written before they are read
  std::array<double, kUnknownsMax * kUnknownsMax> matrix;
};

class SquaresProblem {
 public:
  SquaresProblem() = default;
  virtual ~SquaresProblem() = default;
  SquaresProblem(const SquaresProblem&) = delete;
  SquaresProblem& operator=(const SquaresProblem&) = delete;

  [[nodiscard]] virtual double squares(std::span<const double> at) = 0;
  // Of a place whose sum is finite; good until the next call.
  [[nodiscard]] virtual const NormalEquations& linearise(std::span<const double> at) = 0;
};

// Of the first unknowns, as many as the spans have; the others are free.
struct Walls {
  std::span<const double> lower;
  std::span<const double> upper;
};

struct LeastSquaresOptions {
  double gain = 1e-9;  // a step that lowers the sum by less than this part of it is the last
  double enough = 0;   // a sum that needs no lowering
  double worth = std::numeric_limits<double>::infinity();  // where it cannot come below it ends
  double damping = 1e-3;
  std::size_t steps_max = 60;
  StopCheck check{};  // called before each linearisation
};

struct SquaresMinimum {
  std::array<double, kUnknownsMax> at{};
  double squares = 0;
  std::size_t steps = 0;  // linearisations
  bool converged = false;
};

[[nodiscard]] SquaresMinimum minimise_squares(SquaresProblem& problem,
                                              std::span<const double> start, const Walls& walls,
                                              const LeastSquaresOptions& options = {});

}  // namespace shelduck::forecast
