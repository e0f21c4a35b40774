#include "shelduck/forecast/optimise/least_squares.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// Residuals as a function; derivatives by central differences.
class Residuals final : public SquaresProblem {
 public:
  using Function = std::function<std::vector<double>(std::span<const double>)>;
  explicit Residuals(Function function) : function_(std::move(function)) {}

  [[nodiscard]] double squares(std::span<const double> at) override {
    double sum = 0;
    for (const double residual : function_(at)) {
      sum += residual * residual;
    }
    return sum;
  }

  [[nodiscard]] const NormalEquations& linearise(std::span<const double> at) override {
    constexpr double kMove = 1e-6;
    const std::vector<double> here = function_(at);
    std::vector<std::vector<double>> by(at.size());
    for (std::size_t i = 0; i < at.size(); ++i) {
      std::vector<double> place{at.begin(), at.end()};
      place[i] = at[i] + kMove;
      const std::vector<double> above = function_(place);
      place[i] = at[i] - kMove;
      const std::vector<double> below = function_(place);
      for (std::size_t r = 0; r < here.size(); ++r) {
        by[i].push_back((above[r] - below[r]) / (2 * kMove));
      }
    }
    equations_ = {};
    for (std::size_t i = 0; i < at.size(); ++i) {
      for (std::size_t r = 0; r < here.size(); ++r) {
        equations_.gradient[i] += by[i][r] * here[r];
        for (std::size_t k = 0; k <= i; ++k) {
          equations_.matrix[i * kUnknownsMax + k] += by[i][r] * by[k][r];
        }
      }
    }
    return equations_;
  }

 private:
  Function function_;
  NormalEquations equations_{};
};

constexpr double kUnbounded = 1e9;

// Minimum 0 at (1, 1), at the end of a curved valley (Rosenbrock 1960).
TEST(LeastSquares, FollowsTheValleyOfRosenbrock) {
  Residuals valley{
      [](std::span<const double> x) { return std::vector{10 * (x[1] - x[0] * x[0]), 1 - x[0]}; }};
  const SquaresMinimum best = minimise_squares(valley, std::vector{-1.2, 1.0}, {});
  EXPECT_TRUE(best.converged);
  EXPECT_NEAR(best.at[0], 1, 1e-6);
  EXPECT_NEAR(best.at[1], 1, 1e-6);
  EXPECT_LT(best.squares, 1e-12);
}

// Of y = 2 e^(-t / 3) at t = 0..9, without noise: the unknowns are known.
TEST(LeastSquares, ReadsAnExponentialDecay) {
  Residuals decay{[](std::span<const double> x) {
    std::vector<double> residuals;
    for (int t = 0; t < 10; ++t) {
      residuals.push_back(2 * std::exp(-t / 3.0) - x[0] * std::exp(-x[1] * t));
    }
    return residuals;
  }};
  const SquaresMinimum best = minimise_squares(decay, std::vector{1.0, 1.0}, {});
  EXPECT_NEAR(best.at[0], 2, 1e-6);
  EXPECT_NEAR(best.at[1], 1 / 3.0, 1e-6);
}

// (u - 3)^2 + (u + v - 1)^2 has its free minimum at (3, -2). With u <= 1 the wall holds u = 1, and
// what is left, v^2, is least at v = 0; with v >= 0.5 besides, both walls hold.
TEST(LeastSquares, StaysWithinItsWalls) {
  std::size_t outside = 0;
  const auto plane = [&](std::span<const double> x) {
    outside += x[0] > 1 + 2e-6 ? 1U : 0U;  // differences reach a little beyond
    return std::vector{x[0] - 3, x[0] + x[1] - 1};
  };
  Residuals problem{plane};
  const std::vector<double> lower{-kUnbounded, 0.5};
  const std::vector<double> upper{1, kUnbounded};
  const std::vector<double> start{0, 5};
  const SquaresMinimum one = minimise_squares(
      problem, start, {.lower = std::span{lower}.first(1), .upper = std::span{upper}.first(1)});
  EXPECT_EQ(one.at[0], 1);
  EXPECT_NEAR(one.at[1], 0, 1e-6);
  const SquaresMinimum both = minimise_squares(problem, start, {.lower = lower, .upper = upper});
  EXPECT_EQ(both.at[0], 1);
  EXPECT_EQ(both.at[1], 0.5);
  EXPECT_EQ(outside, 0U);
}

// Of the same with v <= -0.5 the free minimum has u = 3 beyond its wall; set upon it, v = 0 is
// beyond the other. Residuals are linear, so that the first step, undamped, ends at both walls, and
// the second linearisation finds nothing left.
TEST(LeastSquares, SolvesAgainUntilNoWallIsCrossed) {
  Residuals plane{[](std::span<const double> x) {
    return std::vector{x[0] - 3, x[0] + x[1] - 1, x[1] + x[2]};
  }};
  const std::vector<double> lower{-kUnbounded, -kUnbounded};
  const std::vector<double> upper{1, -0.5};
  const SquaresMinimum best = minimise_squares(
      plane, std::vector{0.0, -5.0, 3.0}, {.lower = lower, .upper = upper}, {.damping = 1e-12});
  EXPECT_TRUE(best.converged);
  EXPECT_LE(best.steps, 2U);
  EXPECT_EQ(best.at[0], 1);
  EXPECT_EQ(best.at[1], -0.5);
  EXPECT_NEAR(best.at[2], 0.5, 1e-6);
}

// A wall that was hit on the way is left again: of (v - u^2)^2 + (u - 2)^2 / 100 with v <= 1 the
// minimum has v = 1 and 400 u (u^2 - 1) + 2 (u - 2) = 0, u = 1.00124 (bisection, Python 3).
TEST(LeastSquares, SlidesAlongAWall) {
  Residuals bent{
      [](std::span<const double> x) { return std::vector{x[0] - x[1] * x[1], (x[1] - 2) / 10}; }};
  const std::vector<double> lower{-kUnbounded};
  const std::vector<double> upper{1};
  const SquaresMinimum best =
      minimise_squares(bent, std::vector{-3.0, 0.5}, {.lower = lower, .upper = upper});
  const double u = best.at[1];
  EXPECT_EQ(best.at[0], 1);
  EXPECT_NEAR(400 * u * (u * u - 1) + 2 * (u - 2), 0, 1e-3);
}

// The data tell u + v alone.
TEST(LeastSquares, LeavesWhatTheDataDoNotTell) {
  Residuals sum{[](std::span<const double> x) {
    return std::vector{x[0] + x[1] - 3, 2 * (x[0] + x[1] - 3), 0.5};
  }};
  const SquaresMinimum best = minimise_squares(sum, std::vector{0.0, 0.0}, {});
  EXPECT_TRUE(std::isfinite(best.at[0]));
  EXPECT_NEAR(best.at[0] + best.at[1], 3, 1e-6);
  EXPECT_NEAR(best.squares, 0.25, 1e-12);
}

TEST(LeastSquares, TurnsBackFromWhatIsNotFinite) {
  Residuals log{[](std::span<const double> x) {
    return std::vector{std::log(x[0]) + 2, x[0] > 0 ? 0.0 : std::nan("")};
  }};
  const SquaresMinimum best = minimise_squares(log, std::vector{20.0}, {});
  EXPECT_NEAR(best.at[0], std::exp(-2.0), 1e-6);
  const SquaresMinimum lost = minimise_squares(log, std::vector{-1.0}, {});
  EXPECT_FALSE(lost.converged);
  EXPECT_EQ(lost.at[0], -1);
}

TEST(LeastSquares, EndsAboveWhatIsWorthReaching) {
  // The least sum is 2, at 3.
  Residuals problem{
      [](std::span<const double> at) { return std::vector<double>{at[0] - 2, at[0] - 4}; }};
  const std::array start{40.0};
  const SquaresMinimum found = minimise_squares(problem, start, {}, {.worth = 2.5});
  EXPECT_NEAR(found.squares, 2, 1e-9);
  const std::array near{3.001};
  const SquaresMinimum given_up = minimise_squares(problem, near, {}, {.worth = 1.5});
  EXPECT_TRUE(given_up.converged);
  EXPECT_EQ(given_up.at[0], near[0]);
}

TEST(LeastSquares, SaysWhenItRanOut) {
  Residuals valley{
      [](std::span<const double> x) { return std::vector{10 * (x[1] - x[0] * x[0]), 1 - x[0]}; }};
  const SquaresMinimum best =
      minimise_squares(valley, std::vector{-1.2, 1.0}, {}, {.steps_max = 3});
  EXPECT_FALSE(best.converged);
  EXPECT_EQ(best.steps, 3U);
}

TEST(LeastSquares, RefusesWallsInDisorder) {
  Residuals any{[](std::span<const double> x) { return std::vector{x[0]}; }};
  const std::vector<double> one{1};
  const std::vector<double> two{2};
  EXPECT_THROW((void)minimise_squares(any, {}, {}), Error);
  EXPECT_THROW((void)minimise_squares(any, one, {.lower = two, .upper = one}), Error);
  EXPECT_THROW((void)minimise_squares(any, one, {.lower = two, .upper = {}}), Error);
  EXPECT_THROW((void)minimise_squares(any, std::vector<double>(kUnknownsMax + 1), {}), Error);
}

}  // namespace
}  // namespace shelduck::forecast
