#include "shelduck/forecast/together/together.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/draws.hpp"

namespace shelduck::forecast {
namespace {

double sum_of_shares(const OfMembers& shares) {
  double sum = 0;
  for (const double share : shares) sum += share;
  return sum;
}

TEST(MemberWeights, AreEqualWhereNothingTellsThemApart) {
  MemberWeights weights;
  EXPECT_EQ(weights.shares(), (OfMembers{0.25, 0.25, 0.25, 0.25}));
  for (int i = 0; i < 9; ++i) weights.add({0.3, 0.3, 0.3, 0.3});
  EXPECT_EQ(weights.shares(), (OfMembers{0.25, 0.25, 0.25, 0.25}));
}

// One error each way: without fading the first is ahead by 1 +- 2 / sqrt(1) of the second.
TEST(MemberWeights, FallWithTheStandardErrorsBehindTheBest) {
  MemberWeights weights;
  weights.add({1, 4, 9, 9});
  weights.add({2, 1, 9, 9});
  const double f = kErrorFading;
  const double mean = (3 * f - 1) / (f + 1);
  const double variance = (9 * f + 1) / (f + 1) - mean * mean;
  const double origins = (1 + f) * (1 + f) / (1 + f * f);
  const double behind = mean / std::sqrt(variance / std::max(1.0, origins - 1));
  const OfMembers shares = weights.shares();
  EXPECT_NEAR(shares[1] / shares[0], std::exp(-kDoubt * behind), 1e-12);
  EXPECT_LT(shares[2], 1e-6 * shares[0]);
  EXPECT_EQ(shares[2], shares[3]);
  EXPECT_NEAR(sum_of_shares(shares), 1, 1e-12);
}

TEST(MemberWeights, HaveNoFavourite) {
  MemberWeights one;
  MemberWeights other;
  Draws draws{1};
  for (int i = 0; i < 40; ++i) {
    const OfMembers e{draws.uniform(), draws.uniform(), 0.9 * draws.uniform(), draws.uniform()};
    one.add(e);
    other.add({e[3], e[2], e[1], e[0]});
  }
  const OfMembers a = one.shares();
  const OfMembers b = other.shares();
  for (std::size_t k = 0; k < kTogetherMembers; ++k) {
    EXPECT_NEAR(a[k], b[kTogetherMembers - 1 - k], 1e-9);
  }
}

TEST(MemberWeights, ForgetWhatWasLongAgo) {
  MemberWeights weights;
  Draws draws{2};
  for (int i = 0; i < 200; ++i) weights.add({1, 0.5 * draws.uniform(), 1, 1});
  for (int i = 0; i < 200; ++i) weights.add({0.5 * draws.uniform(), 1, 1, 1});
  EXPECT_GT(weights.shares()[0], 0.99);
}

Series short_and_long_runs(std::size_t n) {
  Draws draws{3};
  Series series{.values = {}, .times = {}};
  for (std::size_t i = 0; i < n; ++i) {
    series.times.push_back(1e9 + 86400 * (static_cast<double>(i) + 0.2 * draws.uniform()));
    const bool is_long = draws.uniform() < 0.3;
    series.values.push_back((is_long ? 90 : 3) * std::exp(0.1 * draws.normal()));
  }
  return series;
}

// A mean of their logarithms lies where no run ever is.
TEST(Together, TakesTheCommonCaseOfShortAndLongRuns) {
  const FittedTogether fitted = fit_together(short_and_long_runs(100));
  const NextRun next{.time = 1e9 + 86400 * 100};
  const Centred said = predict_runs(fitted.model, std::span{&next, 1}).front();
  EXPECT_NEAR(fitted.model.regression.response.from_scale(said.centre), 3, 1.5);
  EXPECT_GT(fitted.model.weights.shares()[2], 0.4);
  EXPECT_LT(fitted.error, fitted.errors[0]);
}

TEST(Together, IsTheMedianBelowTenRuns) {
  const Series series{.values = {3, 9, 4, 8, 5, 7, 6}};
  const FittedTogether fitted = fit_together(series);
  const NextRun next{};
  const Centred said = predict_runs(fitted.model, std::span{&next, 1}).front();
  EXPECT_NEAR(fitted.model.regression.response.from_scale(said.centre), 6, 1e-12);
}

TEST(Together, IsDefinedWhereRunsTookNoTime) {
  Series series{.values = std::vector<double>(30, 0.0)};
  series.values[20] = 5;
  const FittedTogether fitted = fit_together(series);
  for (const Centred& step : fitted.backtest.steps) {
    EXPECT_TRUE(std::isfinite(step.centre) && step.spread >= 1);
  }
}

TEST(Together, RefusesNoRuns) { EXPECT_THROW((void)fit_together({.values = {}}), Error); }

}  // namespace
}  // namespace shelduck::forecast
