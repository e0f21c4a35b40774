#include "shelduck/forecast/intervals/interval_bounds.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/intervals/interval_scores.hpp"
#include "shelduck/forecast/intervals/student_t.hpp"

namespace shelduck::forecast {
namespace {

const std::vector<double> kLevels{0.9, 0.5};

std::vector<double> up_to(int n) {
  std::vector<double> scores;
  for (int i = 1; i <= n; ++i) scores.push_back(i);
  return scores;
}

OriginScores known(int own_scores) {
  return {.by_step = {up_to(own_scores)}, .units = {2.0}, .deviations = {3.0}, .degrees = 5};
}

PooledScores pooled(int scores) {
  OriginScores all{.by_step = {up_to(scores)},
                   .targets = {std::vector<std::size_t>(static_cast<std::size_t>(scores))}};
  std::iota(all.targets[0].begin(), all.targets[0].end(), std::size_t{0});
  ScorePool pool;
  pool.add("pool", all);
  return std::move(pool).sorted();
}

// Own: 9 scores, rank 9 of 0.9. Pool: 19 scores, rank 18. Weight 9 / (9 + 20).
TEST(IntervalBounds, ShrinkThePoolTowardsTheSeries) {
  const IntervalEvidence own = evidence_of(known(9), kLevels);
  const auto bounds = bounds_of(std::vector{100.0}, own, pooled(19), kLevels);
  const double radius = (9.0 * 9 + kOwnEvidence * 18) / (9 + kOwnEvidence);
  EXPECT_DOUBLE_EQ(bounds[0].upper[0], 100 + 2 * radius);
  EXPECT_DOUBLE_EQ(bounds[0].lower[0], 100 - 2 * radius);
}

TEST(IntervalBounds, LetThePoolSpeakAloneForAShortSeries) {
  const IntervalEvidence own = evidence_of(known(3), kLevels);
  const auto bounds = bounds_of(std::vector{100.0}, own, pooled(19), kLevels);
  EXPECT_DOUBLE_EQ(bounds[0].upper[0], 100 + 2 * 18);
}

TEST(IntervalBounds, TakeStudentsTWhereAllScoresAreTooFew) {
  const IntervalEvidence own = evidence_of(known(3), kLevels);
  const auto bounds = bounds_of(std::vector{100.0}, own, pooled(3), kLevels);
  EXPECT_DOUBLE_EQ(bounds[0].upper[0], 100 + 3 * student_t_radius(0.9, 5));
}

TEST(IntervalBounds, AreAbsentWithoutADegreeOfFreedom) {
  const OriginScores none{.by_step = {{}}, .need = 4};
  const IntervalEvidence own = evidence_of(none, kLevels);
  EXPECT_EQ(own.need, 4U);
  EXPECT_TRUE(bounds_of(std::vector{100.0}, own, pooled(99), kLevels)[0].lower.empty());
}

// 0.9 has no conformal radius and falls back to a small deviation; 0.5 has one that is wider.
TEST(IntervalBounds, OfAWiderLevelHoldThoseOfANarrowerOne) {
  OriginScores scores = known(8);
  scores.deviations = {1e-3};
  const auto bounds = bounds_of(std::vector{0.0}, evidence_of(scores, kLevels), pooled(8), kLevels);
  EXPECT_GT(bounds[1].upper[0], 1);
  EXPECT_GE(bounds[0].upper[0], bounds[1].upper[0]);
}

TEST(IntervalBounds, AreClippedOnlyWhereAsked) {
  const IntervalEvidence own = evidence_of(known(9), kLevels);
  EXPECT_LT(bounds_of(std::vector{1.0}, own, pooled(19), kLevels)[0].lower[0], 0);
  const auto clipped = bounds_of(std::vector{1.0}, own, pooled(19), kLevels, Sign::non_negative);
  EXPECT_EQ(clipped[0].lower[0], 0);
}

TEST(IntervalBounds, RefuseALevelThatIsNone) {
  EXPECT_THROW(static_cast<void>(evidence_of(known(9), std::vector{1.0})), Error);
}

// Random walks of very different steps, 14 to 60 values: the conformal promise holds over series.
// 600 series: the standard error of the coverage at 0.8 is 0.016 at one step. On walks the weight
// is 1 and the start is forgotten at once, so the two estimates cost less than the inflation
// assumes: up to 0.06 more is held than was said.
TEST(IntervalBounds, HoldTheTruthAtLeastAsOftenAsTheySay) {
  constexpr std::size_t kHorizon = 4;
  constexpr int kSeries = 600;
  const std::vector<double> levels{0.8, 0.95};
  std::mt19937_64 random{7};
  std::normal_distribution<double> normal;
  ScorePool pool;
  struct Case {
    std::vector<double> points;
    std::vector<double> truth;
    IntervalEvidence own;
  };
  std::vector<Case> cases;
  for (int i = 0; i < kSeries; ++i) {
    const double size = std::exp(2 * normal(random));
    std::vector<double> walk{100};
    for (std::size_t t = 1; t < 14 + random() % 46 + kHorizon; ++t) {
      walk.push_back(walk.back() + size * normal(random));
    }
    const std::vector<double> train(walk.begin(), walk.end() - kHorizon);
    const auto model =
        std::get<TrainedRegular>(fit({.values = train, .period = 1}, RegularModel::ses));
    const OriginScores scores = origin_scores(model, train, kHorizon);
    pool.add("walk" + std::to_string(i), scores);
    cases.push_back({.points = forecast(model, kHorizon).points,
                     .truth = {walk.end() - kHorizon, walk.end()},
                     .own = evidence_of(scores, levels)});
  }
  const PooledScores all = std::move(pool).sorted();
  std::vector<IntervalScores> found{{0.8, kHorizon}, {0.95, kHorizon}};
  for (const Case& one : cases) {
    const auto bounds = bounds_of(one.points, one.own, all, levels);
    for (std::size_t i = 0; i < 2; ++i) {
      found[i].add({.truth = one.truth, .scale = 1, .horizon = kHorizon}, bounds[i], bounds[i]);
    }
  }
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_GT(found[i].means()->coverage, levels[i] - 0.02);
    EXPECT_LT(found[i].means()->coverage, levels[i] + 0.06);
  }
  for (const auto& share : found[0].coverage_by_step()) EXPECT_GT(share.value(), 0.8 - 0.03);
}

}  // namespace
}  // namespace shelduck::forecast
