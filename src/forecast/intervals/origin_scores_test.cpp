#include "shelduck/forecast/intervals/origin_scores.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace shelduck::forecast {
namespace {

TrainedRegular model_on(const std::vector<double>& values, RegularModel kind,
                        std::size_t period = 1) {
  return std::get<TrainedRegular>(fit({.values = values, .period = period}, kind));
}

// Steps of 1, 2, 3, 4, 5: naive has the deviation sqrt(55 / 5), and nothing is estimated. The first
// origin knows three steps.
TEST(OriginScores, AreErrorsInUnitsOfTheModelAndOfTheSeries) {
  const std::vector<double> values{1, 2, 4, 7, 11, 16};
  const OriginScores scores = origin_scores(model_on(values, RegularModel::naive), values, 2);
  const double one = std::sqrt(11.0);
  const double two = std::sqrt(22.0);
  ASSERT_EQ(scores.by_step.size(), 2U);
  ASSERT_EQ(scores.by_step[0].size(), 2U);
  EXPECT_DOUBLE_EQ(scores.by_step[0][0], 4 / std::sqrt(one * 2));
  EXPECT_DOUBLE_EQ(scores.by_step[0][1], 5 / std::sqrt(one * 2.5));
  ASSERT_EQ(scores.by_step[1].size(), 1U);
  EXPECT_DOUBLE_EQ(scores.by_step[1][0], 9 / std::sqrt(two * 2));
  EXPECT_DOUBLE_EQ(scores.units[0], std::sqrt(one * 3));
  EXPECT_DOUBLE_EQ(scores.units[1], std::sqrt(two * 3));
  EXPECT_DOUBLE_EQ(scores.deviations[1], two);
  EXPECT_EQ(scores.degrees, 5U);
}

// The mean is one parameter: errors are inflated by sqrt((n + 1) / (n - 1)).
TEST(OriginScores, AreInflatedForWhatWasEstimated) {
  const std::vector<double> values{1, 5, 2, 4, 3, 3};
  const OriginScores scores = origin_scores(model_on(values, RegularModel::mean), values, 1);
  const Path path = forecast(model_on({1, 5, 2, 4}, RegularModel::mean), 1);
  const double unit = std::sqrt(path.deviations[0] * (4.0 + 3 + 2) / 3);
  EXPECT_DOUBLE_EQ(scores.by_step[0][0], std::sqrt(7.0 / 5) * (3 - 3.0) / unit);
  const Path next = forecast(model_on({1, 5, 2, 4, 3}, RegularModel::mean), 1);
  EXPECT_DOUBLE_EQ(scores.by_step[0][1], 0);
  const std::vector<double> off{1, 5, 2, 4, 3, 7};
  const double of_off = origin_scores(model_on(off, RegularModel::mean), off, 1).by_step[0][1];
  EXPECT_DOUBLE_EQ(of_off, std::sqrt(7.0 / 5) * 4 / std::sqrt(next.deviations[0] * 10 / 4));
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

TEST(OriginScores, SayWhatIsNeededWhereNoErrorIsLeft) {
  const std::vector<double> one{5};
  const OriginScores naive = origin_scores(model_on(one, RegularModel::naive), one, 2);
  EXPECT_TRUE(naive.units.empty());
  EXPECT_EQ(naive.degrees, 0U);
  EXPECT_EQ(naive.need, 2U);
}

TEST(OriginScores, OfALongSeriesAreTheNewest) {
  std::vector<double> values;
  for (int t = 0; t < 2000; ++t) values.push_back(t % 7);
  const OriginScores scores = origin_scores(model_on(values, RegularModel::drift), values, 3);
  EXPECT_EQ(scores.by_step[0].size(), kOriginsMax);
  EXPECT_EQ(scores.by_step[2].size(), kOriginsMax - 2);
}

}  // namespace
}  // namespace shelduck::forecast
