#include "shelduck/forecast/intervals/interval_scores.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace shelduck::forecast {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

LevelBounds bounds(std::vector<double> lower, std::vector<double> upper) {
  return {.level = 0.8, .lower = std::move(lower), .upper = std::move(upper)};
}

// Two series of two steps by hand. The first is covered at both steps with widths 2 and 4; the
// second misses the first step by 1, which costs 2 / 0.2.
TEST(IntervalScores, AreMeansOverSeries) {
  IntervalScores scores{0.8, 2};
  const LevelBounds wide = bounds({0, 0}, {2, 4});
  const std::vector<double> inside{1, 1};
  const std::vector<double> outside{3, 1};
  scores.add({.truth = inside, .scale = 2, .horizon = 2}, wide, wide);
  scores.add({.truth = outside, .scale = 1, .horizon = 2}, wide, wide);
  const auto means = scores.means();
  ASSERT_TRUE(means);
  EXPECT_DOUBLE_EQ(means->coverage, 0.75);
  EXPECT_DOUBLE_EQ(means->width, (1.5 + 3) / 2);
  EXPECT_DOUBLE_EQ(means->msis, (1.5 + (2 + 4 + 10) / 2.0) / 2);
  EXPECT_DOUBLE_EQ(means->share_poor, 0.5);
  EXPECT_EQ(scores.coverage_by_step(), (std::vector<std::optional<double>>{0.5, 1.0}));
}

TEST(IntervalScores, GiveAMissingIntervalTheYardsticksWidthAndNoCoverage) {
  IntervalScores scores{0.8, 2};
  const std::vector<double> truth{1, 1};
  scores.add({.truth = truth, .scale = 1, .horizon = 2}, bounds({kNothing, 0}, {kNothing, 2}),
             bounds({0, 0}, {6, 6}));
  EXPECT_DOUBLE_EQ(scores.means()->coverage, 0.5);
  EXPECT_DOUBLE_EQ(scores.means()->width, 4);
  EXPECT_EQ(scores.without(), 1U);
}

TEST(IntervalScores, LeaveOutWhatCannotBeMeasured) {
  IntervalScores scores{0.8, 1};
  const std::vector<double> truth{1};
  const std::vector<double> missing{kNothing};
  scores.add({.truth = truth, .scale = std::nullopt}, bounds({0}, {2}), bounds({0}, {2}));
  scores.add({.truth = missing, .scale = 1}, bounds({0}, {2}), bounds({0}, {2}));
  scores.add({.truth = truth, .scale = 1}, bounds({kNothing}, {kNothing}),
             bounds({kNothing}, {kNothing}));
  EXPECT_FALSE(scores.means());
  EXPECT_EQ(scores.coverage_by_step(), std::vector<std::optional<double>>{std::nullopt});
}

}  // namespace
}  // namespace shelduck::forecast
