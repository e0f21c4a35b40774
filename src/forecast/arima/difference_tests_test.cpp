#include "shelduck/forecast/arima/difference_tests.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

// By hand: 1, 2, 3, 4 less their mean sum up to -1.5, -2, -1.5, 0, whose squares sum to 8.5; the
// variance is 5 over n, and n = 4 has no lag: 8.5 / (4 x 5).
TEST(DifferenceTests, GiveTheStatisticByHand) {
  EXPECT_DOUBLE_EQ(level_statistic(std::vector<double>{1, 2, 3, 4}), 0.425);
  EXPECT_EQ(level_statistic(std::vector<double>(9, 4.5)), 0);
}

// By hand: 20 values of 1 and -1 in turn have partial sums 1, 0, 1, 0, ..., of squares 10, and n =
// 20 has one lag of weight 1/2: 20 + 2 x 1/2 x (-19) = 1. 10 / (20 x 1).
TEST(DifferenceTests, WeighTheLags) {
  std::vector<double> turns;
  for (int t = 0; t < 20; ++t) turns.push_back(t % 2 == 0 ? 1 : -1);
  EXPECT_DOUBLE_EQ(level_statistic(turns), 0.5);
}

TEST(DifferenceTests, TakeDifferences) {
  const std::vector<double> squares{0, 1, 4, 9, 16, 25};
  EXPECT_EQ(differenced(squares, 0, 1), squares);
  EXPECT_EQ(differenced(squares, 1, 1), (std::vector<double>{1, 3, 5, 7, 9}));
  EXPECT_EQ(differenced(squares, 2, 1), (std::vector<double>{2, 2, 2, 2}));
  EXPECT_EQ(differenced(squares, 1, 4), (std::vector<double>{16, 24}));
  EXPECT_TRUE(differenced(squares, 1, 6).empty());
}

// Of 60 series each: noise keeps its level, a walk needs a difference, its sums two. The tests err
// in 5 and 1 of a hundred, and have their power.
TEST(DifferenceTests, CountTheDifferencesOfASum) {
  std::array<std::size_t, 3> right{};
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 generator{seed};
    std::normal_distribution<double> noise;
    std::vector<double> values;
    for (int t = 0; t < 120; ++t) values.push_back(noise(generator));
    for (std::size_t sums = 0; sums < 3; ++sums) {
      right.at(sums) += differences_needed(values) == sums ? 1U : 0U;
      for (std::size_t t = 1; t < values.size(); ++t) values[t] += values[t - 1];
    }
  }
  EXPECT_GE(right[0], 50U);
  EXPECT_GE(right[1], 50U);
  EXPECT_GE(right[2], 45U);
}

// By hand: of 1, 2, ..., 8 the squares of the partial sums -3.5, -6, -7.5, -8, -7.5, -6, -3.5, 0
// sum to 273, the variance is 42: 273 / (8 x 42) = 0.8125, above 0.463. Their differences are
// still.
TEST(DifferenceTests, LeaveWhatNoLongerMoves) {
  const std::vector<double> line{1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_DOUBLE_EQ(level_statistic(line), 0.8125);
  EXPECT_EQ(differences_needed(line), 1U);
  EXPECT_EQ(differences_needed(std::vector<double>{1, 2, 3}), 0U) << "too few would be left";
  EXPECT_TRUE(is_still(std::vector<double>{0.1, 0.1 + 1e-16}, 1));
  EXPECT_FALSE(is_still(std::vector<double>{0.1, 0.1 + 1e-12}, 1));
  EXPECT_TRUE(is_still({}, 1));
}

}  // namespace
}  // namespace shelduck::forecast
