#include "shelduck/forecast/predictive.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

Predictive ten_scores() {
  return {.model = "median",
          .n = 10,
          .response = {},
          .next = {.centre = 100, .spread = 2},
          .scores = {-1, 2, -3, 4, -5, 6, -7, 8, -9, 10}};
}

// Expected numbers: rank ceil(11 x level) of the scores, times the spread, by hand.
TEST(Interval, IsTheCentreAndTheRankedScore) {
  const Forecast f = interval(ten_scores(), {.level = 0.8});
  EXPECT_EQ(f.point, 100);
  EXPECT_EQ(f.lower, 100 - 2 * 9);
  EXPECT_EQ(f.upper, 100 + 2 * 9);
  EXPECT_EQ(f.level, 0.8);
  EXPECT_EQ(f.n, 10U);
  EXPECT_EQ(f.model, "median");
  EXPECT_FALSE(f.interval_need);
}

TEST(Interval, IsAbsentWhereNoneIsHonest) {
  const Forecast f = interval(ten_scores(), {.level = 0.95});
  EXPECT_FALSE(f.lower || f.upper);
  EXPECT_EQ(f.interval_need, 19U);  // still scored by leave-one-out
  EXPECT_EQ(interval(ten_scores(), {.level = 0.99}).interval_need, 100U);  // by then it is not
  Predictive rolling = ten_scores();
  rolling.scores.pop_back();
  rolling.scores.pop_back();
  EXPECT_EQ(interval(rolling, {.level = 0.9}).interval_need, 11U);
}

TEST(Interval, NeedsNineForNinetyPercent) {
  Predictive eight = ten_scores();
  eight.scores.resize(8);
  eight.n = 8;
  EXPECT_EQ(interval(eight, {.level = 0.9}).interval_need, 9U);
}

TEST(Interval, IsClippedAtZeroOnlyIfAsked) {
  Predictive low = ten_scores();
  low.next.centre = 3;
  EXPECT_EQ(interval(low, {.level = 0.8}).lower, 0);
  EXPECT_EQ(interval(low, {.level = 0.8, .sign = Sign::any}).lower, 3 - 18);
}

TEST(Interval, TakesTheAdaptiveLevelOrTheLargestScore) {
  EXPECT_EQ(interval(ten_scores(), {.level = 0.8, .working_level = 0.5}).upper, 100 + 2 * 6);
  EXPECT_EQ(interval(ten_scores(), {.level = 0.8, .working_level = 0.99}).upper, 100 + 2 * 10);
}

TEST(Interval, UsesTheNewestScores) {
  Predictive drifted = ten_scores();
  drifted.scores.assign(500, 50.0);
  drifted.scores.insert(drifted.scores.end(), 100, 1.0);
  drifted.n = 601;
  EXPECT_EQ(interval(drifted, {.level = 0.9}).upper, 102);
  EXPECT_EQ(interval(drifted, {.level = 0.99}).upper, 200);  // this level looks at 198 scores
}

TEST(Interval, RefusesImpossibleLevels) {
  EXPECT_THROW((void)interval(ten_scores(), {.level = 1}), Error);
  EXPECT_THROW((void)interval(ten_scores(), {.level = 0.9, .working_level = 0}), Error);
}

// Expected numbers: |score| = k at level k / 11, linear between; tail mean 10 / log 11; by hand.
TEST(Distribution, RunsThroughTheScores) {
  const Distribution d{ten_scores()};
  EXPECT_NEAR(d.quantile(0.5), 100, 1e-9);
  EXPECT_NEAR(d.quantile(0.5 + 0.5 * 4 / 11), 100 + 2 * 4, 1e-9);
  EXPECT_NEAR(d.quantile(0.5 - 0.5 * 4.5 / 11), 100 - 2 * 4.5, 1e-9);
  EXPECT_NEAR(d.quantile(1 - 0.5 / 22), 120 + 2 * 10 / std::log(11.0) * std::log(2.0), 1e-9);
  EXPECT_NEAR(d.largest_supported(), 120, 1e-9);
}

TEST(Distribution, InvertsItself) {
  const Distribution d{ten_scores()};
  for (double p = 0.001; p < 1; p += 0.0071) {
    EXPECT_NEAR(1 - d.probability_above(d.quantile(p)), p, 1e-12);
  }
}

TEST(Distribution, IsStrictEvenWithEqualScores) {
  Predictive equal = ten_scores();
  equal.scores.assign(10, 0.0);
  const Distribution d{equal};
  EXPECT_LT(d.quantile(0.1), d.quantile(0.2));
  EXPECT_GT(d.quantile(0.9), 100);
  EXPECT_NEAR(d.quantile(0.9), 100, 5);
}

// Beyond everything known: with log errors the tail is a Pareto law, T / t has one distribution.
TEST(Distribution, HasATailWithoutMemory) {
  Predictive logs{.n = 10,
                  .response = {.kind = ResponseKind::log},
                  .next = {.centre = std::log(60.0)},
                  .scores = {.1, .1, .2, .2, .3, .3, .4, .4, .5, .5}};
  const Distribution d{logs};
  const double early = d.quantile_above(1e3, 0.5) / 1e3;
  EXPECT_GT(early, 1);
  EXPECT_NEAR(d.quantile_above(1e6, 0.5) / 1e6, early, 1e-9);
  EXPECT_NEAR(d.quantile_above(1e200, 0.5) / 1e200, early, 1e-9);
}

TEST(EquallyLikely, AreQuantilesInOrder) {
  const std::vector<double> values = equally_likely(ten_scores(), 5);
  ASSERT_EQ(values.size(), 5U);
  EXPECT_NEAR(values[2], 100, 1e-9);
  for (std::size_t i = 1; i < values.size(); ++i) {
    EXPECT_LT(values[i - 1], values[i]);
  }
}

}  // namespace
}  // namespace shelduck::forecast
