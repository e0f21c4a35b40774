#include "shelduck/forecast/intervals/origin_scores.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace shelduck::forecast {
namespace {

TrainedRegular model_on(const std::vector<double>& values, RegularModel kind,
                        std::size_t period = 1) {
  return std::get<TrainedRegular>(fit({.values = values, .period = period}, kind));
}

// The mean of sizes of which each weighs 0.9 of the next one.
double fading_mean(const std::vector<double>& sizes) {
  double sum = 0;
  double weights = 0;
  for (const double size : sizes) {
    sum = 0.9 * sum + size;
    weights = 0.9 * weights + 1;
  }
  return sum / weights;
}

// Steps of 1, 2, 3, 4, 5, of which naive misses each; nothing is estimated. Origins: the newest
// third of six values, which know three steps (14 / 3 is their mean square) and four (30 / 4).
TEST(OriginScores, AreErrorsInUnitsOfTheModelAndOfTheSeries) {
  const std::vector<double> values{1, 2, 4, 7, 11, 16};
  const OriginScores scores = origin_scores(model_on(values, RegularModel::naive), values, 2);
  const double of_three = std::sqrt(14.0 / 3) * fading_mean({1, 2, 3});
  const double of_four = std::sqrt(30.0 / 4) * fading_mean({1, 2, 3, 4});
  const double of_all = std::sqrt(55.0 / 5) * fading_mean({1, 2, 3, 4, 5});
  ASSERT_EQ(scores.by_step.size(), 2U);
  ASSERT_EQ(scores.by_step[0].size(), 2U);
  EXPECT_NEAR(scores.by_step[0][0], 4 / std::sqrt(of_three), 1e-12);
  EXPECT_NEAR(scores.by_step[0][1], 5 / std::sqrt(of_four), 1e-12);
  ASSERT_EQ(scores.by_step[1].size(), 1U);
  EXPECT_NEAR(scores.by_step[1][0], 9 / std::sqrt(std::sqrt(2.0) * of_three), 1e-12);
  EXPECT_NEAR(scores.units[0], std::sqrt(of_all), 1e-12);
  EXPECT_NEAR(scores.units[1], std::sqrt(std::sqrt(2.0) * of_all), 1e-12);
  EXPECT_DOUBLE_EQ(scores.deviations[1], std::sqrt(22.0));
  EXPECT_EQ(scores.degrees, 5U);
}

// The mean is one parameter: errors are inflated by sqrt((n + 1) / (n - 1)).
TEST(OriginScores, AreInflatedForWhatWasEstimated) {
  const std::vector<double> values{1, 5, 2, 4, 3, 7};
  const OriginScores scores = origin_scores(model_on(values, RegularModel::mean), values, 1);
  const Path before = forecast(model_on({1, 5, 2, 4, 3}, RegularModel::mean), 1);
  const double unit = std::sqrt(before.deviations[0] * fading_mean({4, 3, 2, 1}));
  EXPECT_DOUBLE_EQ(scores.by_step[0][0], 0);  // the mean of 1, 5, 2, 4 is 3, which came
  EXPECT_NEAR(scores.by_step[0][1], std::sqrt(7.0 / 5) * (7 - 3) / unit, 1e-12);
}

TEST(OriginScores, MeasureASeasonByItsOwnDifferences) {
  std::vector<double> values;
  for (int t = 0; t < 24; ++t) values.push_back(t % 4 == 0 ? 1000 + t : t);
  const OriginScores seasonal =
      origin_scores(model_on(values, RegularModel::seasonal_naive, 4), values, 4);
  // A season later everything is 4 larger, which is also the deviation.
  EXPECT_DOUBLE_EQ(seasonal.units[0], 4);
  EXPECT_DOUBLE_EQ(seasonal.by_step[0].back(), 1);
}

TEST(OriginScores, OfAConstantSeriesAreZero) {
  for (const double level : {0.0, 7.0}) {
    const std::vector<double> values(12, level);
    const OriginScores scores = origin_scores(model_on(values, RegularModel::naive), values, 3);
    for (const auto& of_step : scores.by_step) {
      for (const double score : of_step) EXPECT_EQ(score, 0);
    }
    EXPECT_GT(scores.units[0], 0);
    EXPECT_LE(scores.units[0], level == 0 ? 1 : 7.0001e-9);
  }
}

// Of a jump to 1e9 from steps of 1 the error is 1e9 in units of 1, and what comes after it is
// counted in units of some 1e8: bounds stay within a hundred of those.
TEST(OriginScores, AreBlownUpByNoJump) {
  for (const std::size_t since : {50U, 59U}) {
    for (const std::size_t length : {1U, 60U}) {
      std::vector<double> values;
      for (std::size_t t = 0; t < 60; ++t) values.push_back(100 + static_cast<double>(t % 2));
      for (std::size_t t = since; t < std::min<std::size_t>(60, since + length); ++t)
        values[t] = 1e9;
      const OriginScores scores = origin_scores(model_on(values, RegularModel::naive), values, 3);
      for (const auto& of_step : scores.by_step) {
        for (const double score : of_step) EXPECT_LE(score, kScoreMax);
      }
      EXPECT_LE(scores.units[0], 1e9);
    }
  }
}

// 59 values about 100, then the level moves: no error was larger than the shift, and at no step is
// what a score comes to now much larger.
TEST(OriginScores, OfAShiftAtTheEndAreMeasuredInTheUnitOfNow) {
  for (const double shift : {100.0, 900.0, 1e6, 1e12}) {
    for (const std::size_t since : {50U, 55U, 58U}) {
      std::vector<double> values;
      for (std::size_t t = 0; t < 60; ++t) {
        values.push_back(100 + static_cast<double>(t * 5 % 7) + (t >= since ? shift : 0));
      }
      const OriginScores scores = origin_scores(model_on(values, RegularModel::naive), values, 4);
      for (std::size_t h = 0; h < 4; ++h) {
        for (const double score : scores.by_step[h]) {
          EXPECT_LE(score * scores.units[h], 2.5 * shift) << shift << ' ' << since << ' ' << h;
        }
      }
    }
  }
}

TEST(OriginScores, SayWhatIsNeededWhereNoErrorIsLeft) {
  const std::vector<double> one{5};
  const OriginScores naive = origin_scores(model_on(one, RegularModel::naive), one, 2);
  EXPECT_TRUE(naive.units.empty());
  EXPECT_EQ(naive.degrees, 0U);
  EXPECT_EQ(naive.need, 2U);
}

TEST(OriginScores, OfALongSeriesAreTheNewest) {
  std::vector<double> values;
  for (int t = 0; t < 4000; ++t) values.push_back(t % 7);
  const OriginScores scores = origin_scores(model_on(values, RegularModel::drift), values, 3);
  EXPECT_EQ(scores.by_step[0].size(), kOriginsMax);
  EXPECT_EQ(scores.by_step[2].size(), kOriginsMax - 2);
}

}  // namespace
}  // namespace shelduck::forecast
