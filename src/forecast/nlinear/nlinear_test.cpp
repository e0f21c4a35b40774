#include "shelduck/forecast/nlinear/nlinear.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

// y_t = y_(t-1) + 0.8 (y_(t-1) - y_(t-2)) + noise: of two lags the weight of the next step is -0.8,
// of the one after it -(0.8 + 0.64).
std::vector<double> swinging(std::size_t n, double noise, unsigned seed) {
  std::mt19937 generator{seed};
  std::normal_distribution<double> normal;
  std::vector<double> values{0, 1};
  while (values.size() < n) {
    const double last = values.back();
    const double before = values[values.size() - 2];
    values.push_back(last + 0.8 * (last - before) + noise * normal(generator));
  }
  return values;
}

LagWeights weights_of(const std::vector<std::vector<double>>& many, const LagShape& shape) {
  LagSums sums{shape};
  for (const auto& values : many) sums.add(values, 1);
  return sums.solved();
}

TEST(LagSums, FindTheWeightsBehindTheValues) {
  const LagWeights weights = weights_of({swinging(20'000, 1, 1)}, {.lags = 2, .horizon = 2});
  EXPECT_NEAR(weights.by_step[0].weights[0], -0.8,
              0.02);  // 4 standard errors of sqrt((1 - 0.64) / n)
  EXPECT_NEAR(weights.by_step[1].weights[0], -1.44, 0.04);
  EXPECT_EQ(weights.rows, 19'998U);
}

TEST(LagSums, CountEverySeriesInItsOwnUnit) {
  std::vector<double> large = swinging(200, 1, 2);
  for (double& value : large) value = 1000 * value + 7;
  const LagShape shape{.lags = 2, .horizon = 1};
  const double alone = weights_of({swinging(200, 1, 2)}, shape).by_step[0].weights[0];
  EXPECT_NEAR(weights_of({swinging(200, 1, 2), large}, shape).by_step[0].weights[0], alone, 1e-9);
}

TEST(LagSums, DoNotSeeInWhichOrderSeriesCome) {
  std::vector<std::vector<double>> many;
  for (unsigned seed = 0; seed < 9; ++seed) many.push_back(drifting_series(40, seed));
  std::vector<std::vector<double>> turned(many.rbegin(), many.rend());
  const LagShape shape{.lags = 5, .horizon = 3};
  EXPECT_EQ(weights_of(many, shape).by_step, weights_of(turned, shape).by_step);
}

TEST(LagSums, AreEmptyWhereNothingMoves) {
  const LagWeights weights = weights_of({std::vector<double>(30, 4)}, {.lags = 3, .horizon = 1});
  EXPECT_EQ(weights.rows, 0U);
  EXPECT_EQ(weights.by_step[0].weights, (std::vector<double>{0, 0}));
}

TEST(LagSums, LeaveOutStepsThatFewRowsKnow) {
  LagSums sums{{.lags = 3, .horizon = 6}};
  sums.add(std::vector<double>{1, 4, 2, 7, 3, 8},
           1);  // 3, 2 and 1 rows know one, two and three steps
  EXPECT_EQ(sums.solved().by_step.size(), 6U);
  EXPECT_EQ(sums.solved(2).by_step.size(), 2U);
  EXPECT_TRUE(sums.solved(4).by_step.empty());
}

TEST(LagSums, NameWhatTheyRefuse) {
  EXPECT_THROW(LagSums({.lags = 1, .horizon = 1}), Error);
  EXPECT_THROW(LagSums({.lags = 2, .horizon = 0}), Error);
}

TEST(Nlinear, FollowsALine) {
  std::vector<double> line;
  for (int t = 0; t < 30; ++t) line.push_back(3 + 2 * t);
  const Path path = forecast(fit_nlinear(line, 1, 4), 4);
  for (std::size_t h = 0; h < 4; ++h) {
    EXPECT_NEAR(path.points[h], 63 + 2 * static_cast<double>(h), 1e-3);
  }
}

TEST(Nlinear, FollowsASeason) {
  std::vector<double> wave;
  for (std::size_t t = 0; t < 60; ++t) wave.push_back(50 + 10 * season_wave(t, 12));
  const Path path = forecast(fit_nlinear(wave, 12, 12), 12);
  for (std::size_t h = 0; h < 12; ++h) EXPECT_NEAR(path.points[h], wave[h], 0.01);
}

// A season of 8 within one of 56: two and one ago, each with two neighbours on either side.
TEST(LagShape, LooksAtTheSameTimeOfLongSeasons) {
  const LagShape shape{.lags = 3, .horizon = 60, .seasons = {56}};
  using Distances = std::vector<std::size_t>;
  EXPECT_EQ(shape.distances(1), (Distances{1, 2, 53, 54, 55, 56, 57, 109, 110, 111, 112, 113}));
  EXPECT_EQ(shape.distances(56), (Distances{1, 2, 54, 55, 56, 57, 58}));  // 0 is the last value
  EXPECT_EQ(shape.distances(57), shape.distances(1));
  EXPECT_EQ(shape.reach(), 114U);
  EXPECT_EQ((LagShape{.lags = 4}.distances(9)), (Distances{1, 2, 3}));
}

TEST(Nlinear, FollowsSeveralSeasonsThatGrowWithTheLevel) {
  constexpr std::array<std::size_t, 1> kWeek{56};
  const auto value_at = [](std::size_t t) {
    return std::exp(0.005 * static_cast<double>(t) + 0.5 * season_wave(t, 8) +
                    (t % 56 < 16 ? -1.0 : 0.0));
  };
  std::vector<double> values;
  for (std::size_t t = 0; t < 400; ++t) values.push_back(value_at(t));
  const NlinearModel model = fit_nlinear(values, 8, 20, kWeek);
  const Path path = forecast(model, 20);
  for (std::size_t h = 0; h < 20; ++h) {
    EXPECT_NEAR(path.points[h] / value_at(400 + h), 1, 0.01);
  }
  EXPECT_TRUE(model.scale.has_value());
  values[7] = 0;
  EXPECT_FALSE(fit_nlinear(values, 8, 20, kWeek).scale.has_value());
}

TEST(Nlinear, LeavesOutLongSeasonsThatAreNotThereThreeTimes) {
  constexpr std::array<std::size_t, 1> kYear{52};
  const std::vector<double> values = drifting_series(150, 6);
  const auto points = [&](std::size_t n, std::span<const std::size_t> longer) {
    return forecast(fit_nlinear(std::span{values}.first(n), 1, 3, longer), 3).points;
  };
  EXPECT_EQ(points(150, kYear), points(150, {}));  // 156 values and the horizon
  const std::vector<double> enough = drifting_series(160, 6);
  EXPECT_NE(forecast(fit_nlinear(enough, 1, 3, kYear), 3).points,
            forecast(fit_nlinear(enough, 1, 3), 3).points);
}

// On a line from 1e-149 to 1e149 it would be at 1e336 after 125 steps.
TEST(Nlinear, StaysFiniteWhereLogarithmsGrowOn) {
  std::vector<double> values;
  for (int t = 0; t < 200; ++t) values.push_back(std::pow(10.0, -149 + 298 * t / 199.0));
  const Path path = forecast(fit_nlinear(values, 25, 125), 125);
  expect_finite(path);
  EXPECT_GT(path.points.back(), 1e290);
}

TEST(Nlinear, TakesNoLogarithmOfWhatVanishesBesideTheLargest) {
  std::vector<double> values;
  for (std::size_t t = 0; t < 120; ++t) values.push_back(t % 30 == 0 ? 1e-180 : 1e150);
  const NlinearModel model = fit_nlinear(values, 30, 5);
  EXPECT_FALSE(model.scale.has_value());
  expect_finite(forecast(model, 5));
}

// Only so many steps have weights; a farther horizon changes none of them.
TEST(Nlinear, ForecastsTheSameStepsForAFarHorizon) {
  std::vector<double> values;
  for (std::size_t t = 0; t < 700; ++t)
    values.push_back(5 + season_wave(t, 50) + season_wave(t, 7));
  const auto near = forecast(fit_nlinear(values, 50, kNlinearStepsMax), 10).points;
  EXPECT_EQ(forecast(fit_nlinear(values, 50, 5000), 10).points, near);
}

TEST(Nlinear, RepeatsTheLongestSeasonBeyondItsWeights) {
  constexpr std::array<std::size_t, 1> kLonger{450};
  std::vector<double> values;
  for (std::size_t t = 0; t < 1800; ++t) {
    values.push_back(9 + season_wave(t, 450) + season_wave(t, 9));
  }
  const Path path = forecast(fit_nlinear(values, 9, 1000, kLonger), 1000);
  for (std::size_t h = kNlinearStepsMax; h < 450; ++h) {
    EXPECT_NEAR(path.points[h], values[1800 + h - 450], 1e-9) << h;  // of a logarithm and back
  }
  for (std::size_t h = 450; h < 1000; ++h) EXPECT_EQ(path.points[h], path.points[h - 450]);
}

TEST(Nlinear, CountsWhatHasNoLogarithmAsTheLeastThatItKnows) {
  std::vector<double> values;
  for (std::size_t t = 0; t < 200; ++t) values.push_back(std::exp(season_wave(t, 40)));
  NlinearModel model = fit_nlinear(values, 40, 2);
  NlinearModel other = model;
  model.absorb(-5);
  other.absorb(std::ranges::min(values));
  EXPECT_EQ(forecast(model, 2).points, forecast(other, 2).points);
}

TEST(Nlinear, RepeatsTheLastSeasonBeyondItsWeights) {
  const NlinearModel model = fit_nlinear(drifting_series(60, 1), 4, 8);
  const Path path = forecast(model, 14);
  for (std::size_t h = 8; h < 14; ++h) EXPECT_EQ(path.points[h], path.points[h - 4]);
}

TEST(Nlinear, LearnsFromOthersWhatItIsTooShortFor) {
  std::vector<std::vector<double>> many;
  for (unsigned seed = 0; seed < 50; ++seed) many.push_back(swinging(60, 1, seed));
  const auto pooled =
      std::make_shared<const LagWeights>(weights_of(many, {.lags = 2, .horizon = 1}));
  const std::vector<double> brief{0, 1, 3, 4};
  const double expected = 4 - pooled->by_step[0].weights[0] * (4 - 3);
  EXPECT_DOUBLE_EQ(forecast(fit_nlinear(brief, 1, pooled), 1).points[0], expected);
  EXPECT_EQ(fitted(fit_nlinear(brief, 1, pooled)), 1U);  // a share of one weight, rounded up
  EXPECT_EQ(fitted(fit_nlinear(std::span{brief}.first(2), 1, pooled)), 0U);
}

TEST(Nlinear, GoesAlongItsValuesAgain) {
  const std::vector<double> values = drifting_series(50, 4);
  const NlinearModel model = fit_nlinear(values, 1, 2);
  const NlinearModel again = absorbed(started(model), values);
  EXPECT_EQ(forecast(again, 2).points, forecast(model, 2).points);
  EXPECT_EQ(again.errors.squares, model.errors.squares);
  EXPECT_EQ(one_step(model, values).errors.size(), 49U);
}

TEST(Nlinear, StaysFiniteAndUsesTheNewestValues) {
  for (const auto& values : degenerate_series())
    expect_finite(forecast(fit_nlinear(values, 4, 6), 9));
  EXPECT_EQ(fit_nlinear(longer_than_used(), 7, 7).skipped, 100U);
  EXPECT_THROW(static_cast<void>(fit_nlinear(std::vector<double>{1, 2, 3}, 1, 1)), Error);
}

TEST(Nlinear, LooksAtOneSeasonWhereThatIsNotTooLong) {
  EXPECT_EQ(nlinear_lags(1), 8U);
  EXPECT_EQ(nlinear_lags(12), 14U);
  EXPECT_EQ(nlinear_lags(62), 64U);
  EXPECT_EQ(nlinear_lags(63), 8U);
}

}  // namespace
}  // namespace shelduck::forecast
