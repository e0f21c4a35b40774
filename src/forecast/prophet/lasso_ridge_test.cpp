#include "shelduck/forecast/prophet/lasso_ridge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <span>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/allocations_for_test.hpp"

namespace shelduck::forecast {
namespace {

struct PricedProblem {
  std::vector<std::vector<double>> rows{};
  std::vector<double> targets{};
  std::vector<Price> prices{};
};

RowSums sums_of(const PricedProblem& problem) {
  RowSums sums{problem.prices.size()};
  for (std::size_t t = 0; t < problem.rows.size(); ++t) {
    sums.add(problem.rows[t], problem.targets[t]);
  }
  return sums;
}

// Columns 0, 1, 2 of the Hadamard matrix of order 4: squares of 4, products of 0.
PricedProblem orthogonal_problem(const std::array<Price, 3>& prices) {
  return {.rows = {{1, 1, 1}, {1, -1, 1}, {1, 1, -1}, {1, -1, -1}},
          .targets = {3, 1, 0.5, -2.5},
          .prices = {prices.begin(), prices.end()}};
}

// Half of the columns are random walks, as alike as hinges are; every third weight is not 0.
PricedProblem any_problem(unsigned seed) {
  std::mt19937 generator{seed};
  std::normal_distribution<double> normal;
  const std::size_t columns = 2 + seed % 18;
  PricedProblem problem{.prices = std::vector<Price>(columns)};
  for (std::size_t i = 0; i < columns; ++i) {
    problem.prices[i] = i % 2 == 0 ? Price{.lasso = i % 4 == 0 ? 4.0 : 12.0} : Price{.ridge = 0.25};
  }
  std::vector<double> row(columns);
  for (std::size_t t = 0; t < 30; ++t) {
    double target = normal(generator);
    for (std::size_t i = 0; i < columns; ++i) {
      row[i] = 0.3 * normal(generator) + (i % 2 == 0 ? row[i] : 0);
      if (i % 3 == 0) target += row[i];
    }
    problem.rows.push_back(row);
    problem.targets.push_back(target);
  }
  return problem;
}

double left_of_row(const PricedProblem& problem, std::span<const double> weights, std::size_t t) {
  double rest = problem.targets[t];
  for (std::size_t i = 0; i < weights.size(); ++i) rest -= problem.rows[t][i] * weights[i];
  return rest;
}

// F of the header, from the rows themselves.
double whole_price(const PricedProblem& problem, std::span<const double> weights, double v,
                   double scale) {
  double sum = static_cast<double>(problem.rows.size()) / 2 * std::log(v) + v / (2 * scale * scale);
  for (std::size_t t = 0; t < problem.rows.size(); ++t) {
    const double rest = left_of_row(problem, weights, t);
    sum += rest * rest / (2 * v);
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Price& price = problem.prices[i];
    sum += price.ridge * weights[i] * weights[i] / 2 + price.lasso * std::abs(weights[i]);
  }
  return sum;
}

// How far the weights are from the conditions of a minimum: at a weight that is not 0 the slope of
// the smooth part is the price against its sign, at one that is 0 no more than the price.
double unmet_conditions(const PricedProblem& problem, std::span<const double> weights, double v) {
  double worst = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Price& price = problem.prices[i];
    double slope = price.ridge * weights[i];
    for (std::size_t t = 0; t < problem.rows.size(); ++t) {
      slope -= problem.rows[t][i] * left_of_row(problem, weights, t) / v;
    }
    worst =
        std::max(worst, weights[i] == 0 ? std::abs(slope) - price.lasso
                                        : std::abs(slope + std::copysign(price.lasso, weights[i])));
  }
  return worst;
}

// X'y = 2, 5, 9 ... by hand: (3 + 1 + 0.5 - 2.5), (3 - 1 + 0.5 + 2.5), (3 + 1 - 0.5 + 2.5). With
// X'X = 4 and v = 0.5 the weights are sign(c) max(0, |c| - v lasso) / (4 + v ridge).
TEST(LassoRidge, ShrinksOrthogonalColumnsOneByOne) {
  const PricedProblem problem =
      orthogonal_problem({Price{.lasso = 5}, Price{.lasso = 6}, Price{.ridge = 2, .lasso = 2}});
  LassoRidge solver{sums_of(problem), problem.prices};
  solver.solve(0.5);
  EXPECT_EQ(solver.weights()[0], 0);                 // 2 < 2.5
  EXPECT_DOUBLE_EQ(solver.weights()[1], 0.5);        // (5 - 3) / 4
  EXPECT_DOUBLE_EQ(solver.weights()[2], 5.0 / 5.0);  // (6 - 1) / (4 + 1)
}

TEST(LassoRidge, IsARidgeWithoutALasso) {
  const PricedProblem problem = orthogonal_problem({Price{.ridge = 2}, Price{.ridge = 4}, Price{}});
  LassoRidge solver{sums_of(problem), problem.prices};
  solver.solve(0.5);
  EXPECT_DOUBLE_EQ(solver.weights()[0], 2.0 / 5);
  EXPECT_DOUBLE_EQ(solver.weights()[1], 5.0 / 6);
  EXPECT_DOUBLE_EQ(solver.weights()[2], 6.0 / 4);
}

TEST(LassoRidge, MeetsTheConditionsOfAMinimum) {
  std::size_t zeros = 0;
  std::size_t others = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const PricedProblem problem = any_problem(seed);
    LassoRidge solver{sums_of(problem), problem.prices};
    for (const double variance : {4.0, 0.3, 1.0, 1e-3, 50.0}) {  // each from the weights before
      solver.solve(variance);
      EXPECT_LE(unmet_conditions(problem, solver.weights(), variance) * variance, 1e-9) << seed;
      for (const double weight : solver.weights()) ++(weight == 0 ? zeros : others);
    }
  }
  EXPECT_GT(zeros, 500U);
  EXPECT_GT(others, 500U);
}

TEST(LassoRidge, FindsVarianceAndWeightsTogether) {
  constexpr double kScale = 0.5;
  for (unsigned seed = 0; seed < 100; ++seed) {
    const PricedProblem problem = any_problem(seed);
    LassoRidge solver{sums_of(problem), problem.prices};
    solver.settle({.scale = kScale});
    const double v = solver.variance();
    std::vector<double> weights{solver.weights().begin(), solver.weights().end()};
    EXPECT_LE(unmet_conditions(problem, weights, v) * v, 1e-9) << seed;
    const double least = whole_price(problem, weights, v, kScale);
    EXPECT_GE(whole_price(problem, weights, v * 1.001, kScale), least) << seed;
    EXPECT_GE(whole_price(problem, weights, v * 0.999, kScale), least) << seed;
    std::mt19937 generator{seed};
    std::normal_distribution<double> step{0, 1e-3};
    for (int trial = 0; trial < 50; ++trial) {
      std::vector<double> moved = weights;
      for (double& weight : moved) weight += step(generator);
      EXPECT_GE(whole_price(problem, moved, v * (1 + step(generator)), kScale), least) << seed;
    }
  }
}

// n = 4, no weights: 4 v^2 + 4 v = 3^2 + 1 + 0.5^2 + 2.5^2 = 16.5.
TEST(LassoRidge, FindsTheVarianceOfWhatItDoesNotExplain) {
  const Price dear{.lasso = 1e9};
  const PricedProblem problem = orthogonal_problem({dear, dear, dear});
  LassoRidge solver{sums_of(problem), problem.prices};
  solver.settle({.scale = 0.5});
  const double v = solver.variance();
  EXPECT_NEAR(4 * v * v + 4 * v, 16.5, 1e-12);
}

TEST(LassoRidge, KeepsTheLeastVarianceWhereNothingIsLeft) {
  PricedProblem problem = orthogonal_problem({});
  problem.targets = {1, 1, 1, 1};
  LassoRidge solver{sums_of(problem), problem.prices};
  solver.settle({.least = 1e-3});
  EXPECT_DOUBLE_EQ(solver.variance(), 1e-6);
  EXPECT_NEAR(solver.weights()[0], 1, 1e-12);
}

TEST(LassoRidge, LeavesOutWhatDependsOnOthers) {
  for (const Price& price : {Price{}, Price{.lasso = 0.1}}) {
    PricedProblem problem = orthogonal_problem({price, price, price});
    for (auto& row : problem.rows) row[2] = row[1];
    LassoRidge solver{sums_of(problem), problem.prices};
    solver.solve(1);
    EXPECT_DOUBLE_EQ(solver.weights()[1] + solver.weights()[2], (5 - price.lasso) / 4);
    EXPECT_TRUE(solver.weights()[1] == 0 || solver.weights()[2] == 0);
  }
}

TEST(LassoRidge, AllocatesNothingOnItsWay) {
  const PricedProblem problem = any_problem(17);
  LassoRidge solver{sums_of(problem), problem.prices};
  const std::size_t before = allocations_so_far();
  solver.settle({});
  EXPECT_EQ(allocations_so_far() - before, 0U);
  EXPECT_GT(solver.systems(), 5U);
}

TEST(LassoRidge, NeedsAPriceForEachColumn) {
  EXPECT_THROW((LassoRidge{RowSums{3}, std::vector<Price>(2)}), Error);
}

}  // namespace
}  // namespace shelduck::forecast
