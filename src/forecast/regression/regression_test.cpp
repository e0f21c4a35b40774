#include "shelduck/forecast/regression/regression.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/draws.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kDay = 86400;

Series six_runs() {
  return {.values = {12, 15.5, 11.2, 30.1, 22.4, 17.3},
          .times = {1.7e9, 1.7e9 + 86400, 1.7e9 + 200000, 1.7e9 + 300000, 1.7e9 + 420000,
                    1.7e9 + 500000},
          .covariates = {{"packages", {3, 5, 2, 20, 11, 6}}}};
}

// Expected numbers: the same model written as one dense generalised least squares problem per
// setting (diffuse level, prior and random walk as a covariance matrix, its inverse and
// determinant), of the logarithms and of the roots, in Python. Tolerance: rounding of two different
// routes.
TEST(Regression, EqualsDenseLeastSquares) {
  const Fitted<RegressionModel> fitted = fit_regression(six_runs());
  const Centred next =
      predict_next(fitted.model, {.time = 1.7e9 + 590000, .covariates = {{"packages", 9}}});
  EXPECT_EQ(fitted.model.response.unit, 8);
  EXPECT_NEAR(next.centre, 0.912988330814268, 1e-11);
  EXPECT_NEAR(next.spread, 1.24330694377642, 1e-11);
  EXPECT_NEAR(fitted.model.response.from_scale(next.centre), 19.9340609173773, 1e-9);
}

// Expected numbers: (S^-1 z)_t / (S^-1)_tt with the dense S of the best setting, in Python.
TEST(Regression, LeavesOneOutExactly) {
  const LeaveOneOut left = leave_one_out(six_runs());
  const std::array errors{-0.105408119618585, -0.015086027796085, -0.015868689087328,
                          0.125829371322801,  0.031561313369420,  0.027196866683588};
  const std::array leverages{0.289559265861386, 0.186457945602401, 0.449743431539272,
                             0.597724160808119, 0.272763779749596, 0.179297217948457};
  ASSERT_EQ(left.errors.size(), errors.size());
  for (std::size_t t = 0; t < errors.size(); ++t) {
    EXPECT_NEAR(left.errors[t], errors[t], 1e-11) << t;
    EXPECT_NEAR(left.leverages[t], leverages[t], 1e-11) << t;
  }
}

// A problem with a known answer: duration = 2 s per (1 + package), without noise.
TEST(Regression, LearnsWhatTheSizeOfTheWorkSays) {
  Series runs{.values = {}, .covariates = {{"packages", {}}}};
  for (int i = 0; i < 30; ++i) {
    const double packages = (i * 7) % 11;
    runs.covariates[0].values.push_back(packages);
    runs.values.push_back(2 * (1 + packages));
  }
  const Fitted<RegressionModel> fitted = fit_regression(runs);
  // Ridge pulls the slope of 1 towards 0 by 1 / (1 + 4 x sum of squares), here 0.016.
  EXPECT_NEAR(fitted.model.filter.coefficients()[1], 1, 0.02);
  const Centred next = predict_next(fitted.model, {.covariates = {{"packages", 20}}});
  EXPECT_NEAR(fitted.model.response.from_scale(next.centre), 42, 1);
}

// A problem with a known best answer: log y = 0.9 log(estimate) - 0.5 + level + N(0, 0.35), the
// level a random walk of 0.03 a run. The oracle knows all of this and the level before.
TEST(Regression, ComesNearTheOracleWithANoisyEstimate) {
  Draws draws{1};
  double error = 0;
  double oracle = 0;
  for (int replication = 0; replication < 200; ++replication) {
    Series runs{.values = {}, .covariates = {{"estimate", {}}}};
    double level = 0;
    for (int t = 0; t < 100; ++t) {
      level += 0.03 * draws.normal();
      const double x = 5 + draws.normal();
      runs.times.push_back(t * kDay);
      runs.covariates[0].values.push_back(std::exp(x));
      runs.values.push_back(std::exp(0.9 * x - 0.5 + level + 0.35 * draws.normal()));
    }
    const double x = 5 + draws.normal();
    const double truth = 0.9 * x - 0.5 + level + 0.03 * draws.normal() + 0.35 * draws.normal();
    const Fitted<RegressionModel> fitted = fit_regression(runs);
    const Centred next =
        predict_next(fitted.model, {.time = 100 * kDay, .covariates = {{"estimate", std::exp(x)}}});
    error += std::abs(truth - std::log(fitted.model.response.from_scale(next.centre)));
    oracle += std::abs(truth - (0.9 * x - 0.5 + level));
  }
  EXPECT_LT(error / oracle, 1.15);
}

struct AddedWeekdays {
  Series runs{.values = {}};
  double day = 0;

  [[nodiscard]] double expected() const {
    return 60 + 0.1 * day + 10 * std::sin(2 * std::numbers::pi * day / 7);
  }
};

AddedWeekdays hundred_runs_of_added_weekdays(Draws& draws) {
  AddedWeekdays drawn;
  for (int t = 0; t < 100; ++t) {
    drawn.day += 1 + std::floor(3 * draws.uniform());
    drawn.runs.times.push_back(drawn.day * kDay);
    drawn.runs.values.push_back(drawn.expected() + 5 * draws.normal());
  }
  drawn.day += 1 + std::floor(3 * draws.uniform());
  return drawn;
}

// On logarithms alone the wave bends and shrinks as the level grows: 0.12 instead of 0.084.
TEST(Regression, ComesNearTheOracleWhereWeekdaysAdd) {
  Draws draws{1};
  double apart = 0;
  constexpr int kReplications = 200;
  for (int replication = 0; replication < kReplications; ++replication) {
    const AddedWeekdays drawn = hundred_runs_of_added_weekdays(draws);
    const Fitted<RegressionModel> fitted = fit_regression(drawn.runs);
    const double said = fitted.model.response.from_scale(
        predict_next(fitted.model, {.time = drawn.day * kDay}).centre);
    apart += std::pow((said - drawn.expected()) / 5, 2) / kReplications;
  }
  EXPECT_LT(apart, 0.1);  // of the variance of the noise
}

// A line through falling values is below 0 at once, where no root is and no logarithm.
TEST(Regression, SaysARootOfWhatWasSeen) {
  Series runs{.values = {}};
  for (int day = 0; day < 12; ++day) {
    runs.times.push_back(day * kDay);
    runs.values.push_back(std::pow(std::max(0.1, 11.0 - day), 2));
  }
  const Fitted<RegressionModel> fitted = fit_regression(runs);
  for (const int day : {12, 40, 400}) {
    const double said =
        fitted.model.response.from_scale(predict_next(fitted.model, {.time = day * kDay}).centre);
    EXPECT_GT(said, 1e-3 * runs.values.back()) << day;
    EXPECT_LT(said, runs.values.front()) << day;
  }
}

// 3 s for each of 5 to 20 packages, and then 16 times as many as ever: 960 s. Roots, held to twice
// what was seen, drew the mixture to 380.
TEST(Regression, LeavesToLogarithmsWhatIsFarFromWhatWasSeen) {
  Draws draws{1};
  double apart = 0;
  constexpr int kReplications = 100;
  for (int replication = 0; replication < kReplications; ++replication) {
    Series runs{.values = {}, .covariates = {{"packages", {}}}};
    for (int i = 0; i < 12; ++i) {
      const double packages = 5 + std::floor(16 * draws.uniform());
      runs.covariates[0].values.push_back(packages);
      runs.values.push_back(3 * packages * std::exp(0.2 * draws.normal()));
    }
    const Fitted<RegressionModel> fitted = fit_regression(runs);
    const double said = fitted.model.response.from_scale(
        predict_next(fitted.model, {.covariates = {{"packages", 320}}}).centre);
    apart += std::abs(std::log(said / 960)) / kReplications;
  }
  EXPECT_LT(apart, 0.55);
}

// A level that walks far and a strong weekday: the setting of the last lane, which is no root below
// zero.
TEST(Regression, PrefersAnyLaneWhereNoneIsARoot) {
  Draws draws{1};
  Series runs{.values = {}};
  double level = -50;
  for (int day = 0; day < 200; ++day) {
    level += draws.normal();
    runs.times.push_back(day * kDay);
    runs.values.push_back(level + 6 * std::sin(2 * std::numbers::pi * day / 7) + draws.normal());
  }
  EXPECT_EQ(fit_regression(runs).model.filter.best_lane(), kLanes - 1);
}

// What is read from a file and cannot come from runs. Each would say or weigh what is no number.
TEST(Regression, RefusesAScaleOfRootsThatNoRunsHave) {
  const ScaleOfRoots seen{.has_roots = true, .first = 1, .least = 0, .largest = 2, .log_slopes = 3};
  EXPECT_TRUE(seen.is_whole());
  EXPECT_TRUE(ScaleOfRoots{}.is_whole());
  for (double ScaleOfRoots::* number : {&ScaleOfRoots::first, &ScaleOfRoots::least,
                                        &ScaleOfRoots::largest, &ScaleOfRoots::log_slopes}) {
    for (const double wrong : {kUnknown, std::numeric_limits<double>::infinity()}) {
      ScaleOfRoots scale = seen;
      scale.*number = wrong;
      EXPECT_FALSE(scale.is_whole());
    }
  }
  ScaleOfRoots turned = seen;
  turned.least = 1.5;
  EXPECT_FALSE(turned.is_whole());
}

TEST(Regression, HasRootsWhereItsResponseIsALogarithm) {
  RegressionModel model = fit_regression(six_runs()).model;
  EXPECT_TRUE(model.is_whole());
  model.response.kind = ResponseKind::identity;
  EXPECT_FALSE(model.is_whole());
}

TEST(Regression, KnowsWeekdays) {
  Series runs{.values = {}};
  for (int day = 0; day < 70; ++day) {
    runs.times.push_back(day * kDay);
    runs.values.push_back(day % 7 < 5 ? 100 : 20);
  }
  const Fitted<RegressionModel> fitted = fit_regression(runs);
  const auto at = [&](int day) {
    return fitted.model.response.from_scale(
        predict_next(fitted.model, {.time = day * kDay}).centre);
  };
  EXPECT_GT(at(72), 2 * at(76));  // a third and a seventh day of the week
}

TEST(Regression, HasNoLeak) {
  Series runs = six_runs();
  runs.values = {12, 15.5, 11.2, 30.1, 0, 17.3};
  const Fitted<RegressionModel> whole = fit_regression(runs);
  for (std::size_t t = 1; t < runs.values.size(); ++t) {
    Series past = runs;
    past.values.resize(t);
    past.times.resize(t);
    past.covariates[0].values.resize(t);
    const Fitted<RegressionModel> before = fit_regression(past);
    const NextRun next{.time = runs.times[t],
                       .covariates = {{"packages", runs.covariates[0].values[t]}}};
    const double then = before.model.response.from_scale(predict_next(before.model, next).centre);
    const double now = whole.model.response.from_scale(whole.backtest.steps[t - 1].centre);
    EXPECT_NEAR(now, then, 1e-12 * then) << t;
  }
}

TEST(Regression, StaysDefinedWhereLeastSquaresIsNot) {
  const std::vector<std::vector<double>> hard{{5, 5, 5, 5, 5, 5},   {0, 0, 0, 0, 0, 0},
                                              {0, 0, 3, 0, 0, 7},   {1, 2, 1, 2, 1, 1e9},
                                              {-3, 2, -1, 0, 5, 1}, {7}};
  for (const auto& values : hard) {
    const std::vector<double> same(values.size(), 3.0);
    const std::vector<double> unknown(values.size(), kUnknown);
    const Series runs{.values = values,
                      .times = std::vector<double>(values.size(), 1e9),
                      .covariates = {{"same", same}, {"unknown", unknown}}};
    const Fitted<RegressionModel> fitted = fit_regression(runs);
    const Centred next = predict_next(fitted.model, {.covariates = {{"unknown", 40}}});
    EXPECT_TRUE(std::isfinite(next.centre));
    EXPECT_TRUE(std::isfinite(next.spread));
    EXPECT_GE(next.spread, 1);
  }
}

TEST(Regression, GivesTheConstantOfAConstantSeries) {
  const Series runs{.values = std::vector<double>(8, 42.0), .times = {0, 1, 2, 3, 4, 5, 6, 7}};
  const Fitted<RegressionModel> fitted = fit_regression(runs);
  EXPECT_NEAR(fitted.model.response.from_scale(predict_next(fitted.model).centre), 42, 1e-9);
}

TEST(Regression, OneOutlierMovesItLittle) {
  Series runs{.values = std::vector<double>(40, 10.0)};
  for (std::size_t i = 0; i < runs.values.size(); ++i) {
    runs.values[i] += i % 2 == 0 ? 1 : -1;
  }
  runs.values[30] = 1e6;
  const Fitted<RegressionModel> fitted = fit_regression(runs);
  EXPECT_NEAR(fitted.model.response.from_scale(predict_next(fitted.model).centre), 10, 2);
}

TEST(Regression, RefusesNoValuesAndTooManyColumns) {
  EXPECT_THROW((void)fit_regression({.values = {}}), Error);
  Series wide{.values = {1, 2}};
  for (int c = 0; c < 40; ++c) {
    wide.covariates.push_back({std::to_string(c), {1, 2}});
  }
  EXPECT_THROW((void)fit_regression(wide), Error);
}

}  // namespace
}  // namespace shelduck::forecast
