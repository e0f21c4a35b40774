#include "shelduck/forecast/intervals/score_pool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <numeric>
#include <string>

namespace shelduck::forecast {
namespace {

OriginScores scores_of(std::vector<double> of_first_step) {
  std::vector<std::size_t> targets(of_first_step.size());
  std::iota(targets.begin(), targets.end(), std::size_t{0});
  return {.by_step = {std::move(of_first_step)}, .targets = {std::move(targets)}};
}

TEST(ScorePool, AnswersByTheRankRule) {
  ScorePool pool;
  pool.add("a", scores_of({9, 1, 5, 3}));
  pool.add("b", scores_of({8, 2, 7, 4, 6}));
  const PooledScores pooled = std::move(pool).sorted();
  EXPECT_EQ(pooled.radius(0, 0.9), 9);              // ceil(10 x 0.9) of 9 scores
  EXPECT_EQ(pooled.radius(0, 0.5), 5);              // ceil(10 x 0.5)
  EXPECT_EQ(pooled.radius(0, 0.95), std::nullopt);  // needs 19
  EXPECT_EQ(pooled.radius(1, 0.5), std::nullopt);   // no such step
}

std::vector<double> many(int from) {
  std::vector<double> scores;
  for (int i = 0; i < 3000; ++i) scores.push_back(from + i);
  return scores;
}

TEST(ScorePool, KeepsTheSameScoresInAnyOrderOfTheSeries) {
  ScorePool forth;
  ScorePool back;
  for (int i = 0; i < 5; ++i) {
    forth.add("s" + std::to_string(i), scores_of(many(3000 * i)));
    back.add("s" + std::to_string(4 - i), scores_of(many(3000 * (4 - i))));
  }
  const PooledScores a = std::move(forth).sorted();
  const PooledScores b = std::move(back).sorted();
  for (const double level : {0.1, 0.5, 0.9, 0.999})
    EXPECT_EQ(a.radius(0, level), b.radius(0, level));
}

OriginScores scores_with(std::size_t period, double size) {
  OriginScores scores = scores_of(std::vector<double>(9, size));
  scores.period = period;
  return scores;
}

TEST(ScorePool, AsksTheSeriesOfThePeriodFirst) {
  ScorePool pool;
  pool.add("year", scores_with(1, 30));
  pool.add("month", scores_with(12, 10));
  const PooledScores pooled = std::move(pool).sorted();
  EXPECT_EQ(pooled.radius(0, 0.9), 30);
  EXPECT_EQ(pooled.of_period(12).radius(0, 0.9), 10);
  EXPECT_EQ(pooled.of_period(1).radius(0, 0.5), 30);
  EXPECT_EQ(pooled.of_period(12).radius(0, 0.94), 30);  // needs 16 of any period
  EXPECT_EQ(pooled.of_period(7).radius(0, 0.9), 30);    // of which no series was
  EXPECT_EQ(pooled.of_period(12).known_before(0).radius(0, 0.9), 10);
}

TEST(ScorePool, KeepsTheShortestPeriodsInAnyOrderOfTheSeries) {
  ScorePool forth;
  ScorePool back;
  constexpr std::size_t kPeriods = kPeriodsPooled + 5;
  for (std::size_t i = 1; i <= kPeriods; ++i) {
    forth.add(std::to_string(i), scores_with(i, static_cast<double>(i)));
    back.add(std::to_string(kPeriods + 1 - i),
             scores_with(kPeriods + 1 - i, static_cast<double>(kPeriods + 1 - i)));
  }
  const PooledScores a = std::move(forth).sorted();
  const PooledScores b = std::move(back).sorted();
  for (std::size_t i = 1; i <= kPeriods; ++i) {
    const double all = 19;  // rank ceil(190 x 0.9) of 21 times 9 scores
    const double expected = i <= kPeriodsPooled ? static_cast<double>(i) : all;
    EXPECT_EQ(a.of_period(i).radius(0, 0.9), expected);
    EXPECT_EQ(b.of_period(i).radius(0, 0.9), expected);
  }
}

// Every origin has the same score at both of its steps.
TEST(ScorePool, KeepsTheSameOriginsAtEachStep) {
  OriginScores scores = scores_of(many(0));
  scores.by_step.push_back(scores.by_step[0]);
  scores.targets.push_back(scores.targets[0]);
  for (std::size_t& target : scores.targets[1]) ++target;
  ScorePool pool;
  pool.add("a", scores);
  pool.add("b", scores);
  const PooledScores pooled = std::move(pool).sorted();
  for (const double level : {0.1, 0.5, 0.7, 0.9, 0.99})
    EXPECT_EQ(pooled.radius(0, level), pooled.radius(1, level));
}

// 4096 of 15 000 values spread evenly: the sample's quantile is within five standard errors.
TEST(ScorePool, KeepsAFairSampleOfManyScores) {
  ScorePool pool;
  for (int i = 0; i < 5; ++i) pool.add("s" + std::to_string(i), scores_of(many(3000 * i)));
  const double median = std::move(pool).sorted().radius(0, 0.5).value();
  EXPECT_NEAR(median, 7500, 5 * 15000 * 0.5 / 64);
}

TEST(ScorePool, KnowsOnlyWhatHadHappened) {
  ScorePool pool;
  const std::array<std::int64_t, 9> early{1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::array<std::int64_t, 9> late{11, 12, 13, 14, 15, 16, 17, 18, 19};
  pool.add("a", scores_of({1, 2, 3, 4, 5, 6, 7, 8, 9}), early);
  pool.add("b", scores_of({101, 102, 103, 104, 105, 106, 107, 108, 109}), late);
  const PooledScores pooled = std::move(pool).sorted();
  EXPECT_EQ(pooled.radius(0, 0.9), 109);  // rank 18 of 18
  EXPECT_EQ(pooled.known_before(20).radius(0, 0.9), 109);
  EXPECT_EQ(pooled.known_before(10).radius(0, 0.9), 9);  // rank 9 of 9
  EXPECT_EQ(pooled.known_before(9).radius(0, 0.9), std::nullopt);
  EXPECT_EQ(pooled.known_before(9).radius(0, 0.5), 5);  // rank 5 of 8
}

}  // namespace
}  // namespace shelduck::forecast
