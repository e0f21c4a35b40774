#include "shelduck/forecast/conformal.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/draws.hpp"

namespace shelduck::forecast {
namespace {

// Expected numbers: k = ceil((n + 1) level) with exact fractions, by hand.
TEST(ConformalRank, IsTheCeilingOfNPlusOneTimesTheLevel) {
  EXPECT_EQ(conformal_rank(9, 0.9), 9U);
  EXPECT_EQ(conformal_rank(10, 0.9), 10U);
  EXPECT_EQ(conformal_rank(19, 0.9), 18U);
  EXPECT_EQ(conformal_rank(19, 0.95), 19U);
  EXPECT_EQ(conformal_rank(99, 0.99), 99U);
  EXPECT_EQ(conformal_rank(20, 0.5), 11U);
  EXPECT_EQ(conformal_rank(8, 0.9), std::nullopt);
  EXPECT_EQ(conformal_rank(0, 0.5), std::nullopt);
}

TEST(ConformalRank, SaysHowManyScoresALevelNeeds) {
  EXPECT_EQ(scores_needed(0.5), 1U);
  EXPECT_EQ(scores_needed(0.8), 4U);
  EXPECT_EQ(scores_needed(0.9), 9U);
  EXPECT_EQ(scores_needed(0.95), 19U);
  EXPECT_EQ(scores_needed(0.99), 99U);
  EXPECT_EQ(scores_needed(0.995), 199U);
  for (int percent = 1; percent < 100; ++percent) {
    const double level = percent / 100.0;
    const std::size_t need = scores_needed(level);
    EXPECT_TRUE(conformal_rank(need, level)) << level;
    EXPECT_FALSE(conformal_rank(need - 1, level)) << level;
  }
}

TEST(ConformalRank, RefusesLevelsOutsideTheUnitInterval) {
  for (const double level : {0.0, 1.0, -0.1, 90.0, static_cast<double>(NAN)}) {
    EXPECT_THROW((void)conformal_rank(20, level), Error) << level;
    EXPECT_THROW((void)scores_needed(level), Error) << level;
  }
}

TEST(ConformalRadius, IsTheRankedAbsoluteScore) {
  const std::array scores{-9.0, 1.0, 2.0, -3.0, 4.0, -5.0, 6.0, 7.0, 8.0};
  EXPECT_EQ(conformal_radius(scores, 0.9), 9);
  EXPECT_EQ(conformal_radius(scores, 0.5), 5);
  EXPECT_EQ(conformal_radius(std::span{scores}.first(8), 0.9), std::nullopt);
}

// Coverage of exchangeable scores is exactly k / (n + 1): 10 / 11 for n = 10. The band is four
// standard errors of 20 000 replications.
TEST(ConformalRadius, CoversWhatItSays) {
  Draws draws{7};
  constexpr int kReplications = 20000;
  int covered = 0;
  for (int r = 0; r < kReplications; ++r) {
    std::array<double, 10> scores{};
    for (double& score : scores) {
      score = std::exp(draws.normal());
    }
    covered += std::exp(draws.normal()) <= conformal_radius(scores, 0.9) ? 1 : 0;
  }
  const double expected = 10.0 / 11;
  const double error = std::sqrt(expected * (1 - expected) / kReplications);
  EXPECT_NEAR(static_cast<double>(covered) / kReplications, expected, 4 * error);
}

TEST(BacktestScores, AreSignedAndStandardised) {
  const Backtest backtest{.first = 1, .steps = {{.centre = 2, .spread = 2}, {.centre = 5}}};
  const std::array values{0.0, 6.0, 4.0};
  EXPECT_EQ(backtest_scores(backtest, values, {}), (std::vector<double>{2, -1}));
}

// Expected numbers: a + gamma (a - err) by hand, a = 0.1, gamma = 0.02.
TEST(AdaptiveLevel, RisesAfterAMissAndFallsAfterACover) {
  EXPECT_NEAR(adaptive_level(0.9, {}), 0.9, 1e-15);
  EXPECT_NEAR(adaptive_level(0.9, {false}), 0.918, 1e-12);
  EXPECT_NEAR(adaptive_level(0.9, {true}), 0.898, 1e-12);
  EXPECT_NEAR(adapt(0.9, 0.918, Outcome::covered), 0.916, 1e-12);
}

TEST(AdaptiveLevel, StaysInItsBox) {
  EXPECT_NEAR(adaptive_level(0.9, std::vector<bool>(1000, false)), 0.98, 1e-12);
  EXPECT_NEAR(adaptive_level(0.9, std::vector<bool>(1000, true)), 0.5, 1e-12);
}

// Runs become twice as noisy half way: with the adaptive level the long-run coverage holds.
TEST(AdaptiveLevel, HoldsCoverageWhenTheErrorsGrow) {
  Draws draws{3};
  std::vector<double> scores;
  double working = 0.9;
  int covered = 0;
  constexpr int kSteps = 2000;
  for (int t = 0; t < kSteps + 50; ++t) {
    const double truth = (t < kSteps / 2 ? 1 : 2) * draws.normal();
    if (t >= 50) {
      const bool inside = std::abs(truth) <= conformal_radius(scores, working);
      covered += inside ? 1 : 0;
      working = adapt(0.9, working, inside ? Outcome::covered : Outcome::missed);
    }
    scores.push_back(truth);
  }
  EXPECT_NEAR(static_cast<double>(covered) / kSteps, 0.9, 0.02);
}

}  // namespace
}  // namespace shelduck::forecast
