#include "shelduck/forecast/optimise/nelder_mead.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

using Point = std::vector<double>;

// Minimum 0 at (1, 1), at the end of a curved valley (Rosenbrock 1960).
double rosenbrock(std::span<const double> x) {
  const double across = x[1] - x[0] * x[0];
  const double along = 1 - x[0];
  return 100 * across * across + along * along;
}

TEST(NelderMead, FollowsTheValleyOfRosenbrock) {
  constexpr double kPlace = 1e-6;  // 100 times the simplex that counts as converged
  const Minimum best = minimise(rosenbrock, Point{-1.2, 1}, {.lower = {-2, -2}, .upper = {2, 2}});
  EXPECT_TRUE(best.converged);
  EXPECT_NEAR(best.at[0], 1, kPlace);
  EXPECT_NEAR(best.at[1], 1, kPlace);
  EXPECT_LE(best.value, kPlace * kPlace);
}

TEST(NelderMead, FindsTheCentreOfASphere) {
  constexpr double kPlace = 1e-6;
  const auto sphere = [](std::span<const double> x) {
    double sum = 3;
    for (const double coordinate : x) {
      sum += (coordinate - 0.25) * (coordinate - 0.25);
    }
    return sum;
  };
  // Beside a minimum of 3 a quadratic is flat to 1e-10 within 2e-5; only the size tells more.
  const NelderMeadOptions by_size{.value_tolerance = 0, .evaluations_max = 5000};
  for (const std::size_t dimension : {1U, 2U, 4U}) {
    const Minimum best =
        minimise(sphere, Point(dimension, -1.0),
                 {.lower = Point(dimension, -2.0), .upper = Point(dimension, 2.0)}, by_size);
    EXPECT_TRUE(best.converged);
    EXPECT_NEAR(best.value, 3, 1e-12);
    for (const double coordinate : best.at) {
      EXPECT_NEAR(coordinate, 0.25, kPlace);
    }
  }
}

// With u = x - 3 and v = y + 1 the free minimum u = v = 0 lies outside. On the wall u = -2 what is
// left, 4 + 2 v^2 + v, has its minimum at v = -1/4.
TEST(NelderMead, StaysWithinItsBox) {
  constexpr double kPlace = 1e-6;
  const Box box{.lower = {0, -2}, .upper = {1, 2}};
  std::size_t outside = 0;
  const auto tilted = [&](std::span<const double> x) {
    outside += x[0] < 0 || x[0] > 1 || x[1] < -2 || x[1] > 2 ? 1U : 0U;
    const double u = x[0] - 3;
    const double v = x[1] + 1;
    return u * u + 2 * v * v - u * v / 2;
  };
  const Minimum best = minimise(tilted, Point{0.5, 1}, box, {.value_tolerance = 0});
  EXPECT_EQ(outside, 0U);
  EXPECT_NEAR(best.at[0], 1, kPlace);
  EXPECT_NEAR(best.at[1], -1.25, kPlace);
}

// Corners at 0.2 and 0.3 have the same value on both sides of the minimum.
TEST(NelderMead, IsNotDeceivedByEqualValues) {
  const auto valley = [](std::span<const double> x) { return 1 + (x[0] - 0.25) * (x[0] - 0.25); };
  const Minimum best = minimise(valley, Point{0.2}, {.lower = {0}, .upper = {1}});
  EXPECT_NEAR(best.at[0], 0.25, kFlatSize);
  EXPECT_LE(best.value, 1 + 1e-9);
}

// A narrow valley that leads from the corner (0, 0) to a minimum of 0 at (0.2, 1), on another wall.
TEST(NelderMead, FollowsAValleyFromCornerToWall) {
  const auto bent = [](std::span<const double> x) {
    const double u = x[0] - 0.2 * x[1];
    return 1 + 100 * u * u - x[1];
  };
  const Minimum best = minimise(bent, Point{0, 0}, {.lower = {0, 0}, .upper = {1, 1}});
  EXPECT_NEAR(best.at[0], 0.2, 1e-4);
  EXPECT_NEAR(best.at[1], 1, 1e-4);
  EXPECT_NEAR(best.value, 0, 1e-8);
}

TEST(NelderMead, FindsACornerFromTheOppositeOne) {
  const auto plane = [](std::span<const double> x) { return x[0] + 2 * x[1]; };
  const Minimum best = minimise(plane, Point{1, 1}, {.lower = {-1, -1}, .upper = {1, 1}});
  EXPECT_NEAR(best.at[0], -1, 1e-8);
  EXPECT_NEAR(best.at[1], -1, 1e-8);
  EXPECT_NEAR(best.value, -3, 1e-8);
}

TEST(NelderMead, WalksAroundNaN) {
  const auto half = [](std::span<const double> x) {
    return x[0] < 0.5 ? std::numeric_limits<double>::quiet_NaN() : x[0];
  };
  const Minimum best = minimise(half, Point{0.9}, {.lower = {0}, .upper = {1}});
  EXPECT_GE(best.at[0], 0.5);
  EXPECT_NEAR(best.value, 0.5, 1e-7);
}

TEST(NelderMead, SaysWhenItRanOut) {
  const Minimum best = minimise(rosenbrock, Point{-1.2, 1}, {.lower = {-2, -2}, .upper = {2, 2}},
                                {.evaluations_max = 20});
  EXPECT_FALSE(best.converged);
  EXPECT_LE(best.evaluations, 20U + 3U) << "one step more: at most a shrunk simplex";
  EXPECT_LE(best.value, rosenbrock(Point{-1.2, 1}));
}

std::string refused_start(const Point& start, const Box& box) {
  try {
    (void)minimise(rosenbrock, start, box);
  } catch (const Error& error) {
    return error.detail().field;
  }
  return "nothing was refused";
}

TEST(NelderMead, NamesWhatItRefuses) {
  EXPECT_EQ(refused_start({}, {}), "dimension");
  EXPECT_EQ(refused_start({0, 0}, {.lower = {0}, .upper = {1, 1}}), "dimension");
  EXPECT_EQ(refused_start({0, 3}, {.lower = {0, 0}, .upper = {1, 1}}), "start[1]");
  EXPECT_EQ(refused_start({0, NAN}, {.lower = {0, 0}, .upper = {1, 1}}), "start[1]");
  EXPECT_EQ(refused_start({0, 0}, {.lower = {0, 0}, .upper = {HUGE_VAL, 1}}), "upper[0]");
  EXPECT_EQ(refused_start({0, 0}, {.lower = {0, 1}, .upper = {1, 0}}), "upper[1]");
}

}  // namespace
}  // namespace shelduck::forecast
