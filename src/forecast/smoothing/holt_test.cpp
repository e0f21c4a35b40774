#include "shelduck/forecast/smoothing/holt.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

using Reals = std::vector<double>;

HoltModel hand_made() {
  return {.trend = Trend::damped, .alpha = 0.5, .beta = 0.5, .phi = 0.8, .level = 10, .slope = 5};
}

// By hand: f = 10 + 4, e = 2, l = 15, b = 4 + 0.5; then points 15 + 4.5 (0.8, 1.44, 1.952).
TEST(Holt, FollowsItsRecursion) {
  HoltModel model = hand_made();
  model.absorb(16);
  EXPECT_DOUBLE_EQ(model.level, 15);
  EXPECT_DOUBLE_EQ(model.slope, 4.5);
  EXPECT_EQ(model.errors.squares, 4);
  const Path path = forecast(model, 3);
  EXPECT_NEAR(path.points[0], 18.6, 1e-12);
  EXPECT_NEAR(path.points[1], 21.48, 1e-12);
  EXPECT_NEAR(path.points[2], 23.784, 1e-12);
  EXPECT_TRUE(path.deviations.empty()) << "one error and five fitted numbers";
}

// The deviation of step h is that of the error of step h when every value to come lies s off its
// forecast independently: how far one error moves the point of a later step is read from two runs.
TEST(Holt, DeviationsAreTheEffectsOfTheErrors) {
  HoltModel model = hand_made();
  model.errors = {.squares = 9 * 4, .count = 9};  // nine errors, five fitted numbers: s = 3
  const Path path = forecast(model, 4);
  HoltModel moved = model;
  HoltModel still = model;
  moved.absorb(model.next() + 1);
  still.absorb(model.next());
  double variance = 9;
  for (std::size_t h = 0; h < 4; ++h) {
    EXPECT_NEAR(path.deviations[h], std::sqrt(variance), 1e-12);
    const double effect = forecast(moved, h + 1).points[h] - forecast(still, h + 1).points[h];
    variance += 9 * effect * effect;
  }
}

TEST(Holt, ContinuesALineExactly) {
  Reals line;
  for (int t = 0; t < 20; ++t) {
    line.push_back(100 - 2.5 * t);
  }
  const Path path = forecast(fit_holt(line), 10);
  EXPECT_NEAR(path.points[9], 100 - 2.5 * 29, 1e-9);
  EXPECT_NEAR(path.deviations[9], 0, 1e-9);
}

TEST(Holt, GivesTheConstantOfAConstantSeries) {
  for (const Trend trend : {Trend::none, Trend::additive, Trend::damped}) {
    EXPECT_EQ(forecast(fit_holt(Reals(9, 4.1), trend), 3).points, Reals(3, 4.1));
  }
}

double squares_of(const HoltModel& model, std::span<const double> values) {
  double sum = 0;
  for (const double error : one_step(model, values).errors) {
    sum += error * error;
  }
  return sum;
}

Reals noisy_trend() {
  std::mt19937 generator{7};
  std::normal_distribution<double> noise;
  Reals values;
  double level = 50;
  for (int t = 0; t < 60; ++t) {
    level += 0.4 + noise(generator);
    values.push_back(level + 2 * noise(generator));
  }
  return values;
}

struct Solution {
  Trend trend;
  double squares;
  std::array<double, 3> points;
  double deviation;  // of the first step
};

// Expected numbers: the errors written as a dense linear problem in the two start values (powers of
// the discount matrix of the state space form, normal equations), alpha, beta and phi by a grid
// that is refined fourteen times; Python 3. The sum is flat at its minimum, so that 1e-10 of it is
// 1e-5 of a parameter and 1e-4 of a point.
TEST(Holt, EqualsDenseLeastSquares) {
  const Reals bent{10,   12.5, 13,   17, 16, 19.5, 25,   24, 26,
                   25.5, 23,   24.5, 20, 18, 19,   15.5, 13, 14};
  const Reals rising{30.2, 31.7, 29.8, 34.1, 36.0, 35.2, 39.4, 38.1, 41.9, 44.6, 43.0, 47.2};
  const std::array solutions{
      Solution{Trend::none, 124.501401673, {13.99990003, 13.99990003, 13.99990003}, 2.789504903},
      Solution{
          Trend::additive, 22.0457711358, {47.64090908, 49.18566432, 50.73041957}, 1.660036563},
      Solution{Trend::damped, 89.4128950629, {12.25275307, 11.60591333, 11.06944773}, 2.622577931}};
  for (const Solution& expected : solutions) {
    const HoltModel model =
        fit_holt(expected.trend == Trend::additive ? rising : bent, expected.trend);
    EXPECT_NEAR(model.errors.squares, expected.squares, 1e-9 * expected.squares);
    const Path path = forecast(model, 3);
    for (std::size_t h = 0; h < 3; ++h) {
      EXPECT_NEAR(path.points[h], expected.points[h], 1e-4);
    }
    EXPECT_NEAR(path.deviations[0], expected.deviation, 1e-8);
  }
}

// No neighbour in any parameter or start value is better: each is moved both ways by a hundredth.
TEST(Holt, IsALocalMinimumOfTheSquares) {
  const Reals values = noisy_trend();
  for (const Trend trend : {Trend::none, Trend::additive, Trend::damped}) {
    const HoltModel model = fit_holt(values, trend);
    const double least = squares_of(model, values);
    EXPECT_NEAR(least, model.errors.squares, 1e-9 * least);
    for (double HoltModel::* part : {&HoltModel::alpha, &HoltModel::beta, &HoltModel::phi,
                                     &HoltModel::initial_level, &HoltModel::initial_slope}) {
      for (const double move : {-0.01, 0.01}) {
        HoltModel moved = model;
        moved.*part += move;
        const bool inside = moved.alpha >= 1e-4 && moved.alpha <= 0.9999 && moved.beta >= 1e-4 &&
                            moved.beta <= 0.9999 && moved.phi >= 0.8 && moved.phi <= 0.98;
        if (inside) {
          EXPECT_GE(squares_of(moved, values), least * (1 - 1e-9));
        }
      }
    }
  }
}

TEST(Holt, NamesTheLengthThatItNeeds) {
  EXPECT_EQ(values_needed(Trend::none), 3U);
  EXPECT_EQ(values_needed(Trend::additive), 5U);
  EXPECT_EQ(values_needed(Trend::damped), 6U);
  try {
    (void)fit_holt(Reals{1, 2, 3, 4});
    FAIL() << "four values were taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().rule, "at least 5 values");
  }
}

TEST(Holt, UsesTheNewestValuesOfALongSeries) {
  Reals values(kIterativeValuesMax + 100, 1e6);
  for (std::size_t t = 100; t < values.size(); ++t) {
    values[t] = static_cast<double>(t % 7);
  }
  const HoltModel model = fit_holt(values, Trend::none);
  EXPECT_EQ(model.skipped, 100U);
  EXPECT_EQ(model.n, kIterativeValuesMax);
  EXPECT_LT(forecast(model, 1).points[0], 7);
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 100U);
  EXPECT_EQ(past.errors.size(), kIterativeValuesMax);
}

}  // namespace
}  // namespace shelduck::forecast
