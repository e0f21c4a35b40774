#include "shelduck/forecast/arima/arima_squares.hpp"

#include <gtest/gtest.h>

#include <array>

#include "shelduck/forecast/allocations_for_test.hpp"
#include "shelduck/forecast/arima/arima_for_test.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::array kSquaresOrders{
    ArimaOrders{.p = 1, .constant = true},
    ArimaOrders{.p = 2, .q = 1},
    ArimaOrders{.q = 2, .Q = 1, .constant = true},
    ArimaOrders{.p = 1, .q = 1, .P = 2, .Q = 2, .constant = true},
    ArimaOrders{.p = 5, .q = 5, .P = 2, .Q = 2, .constant = true},
};
constexpr std::size_t kSeasonForTest = 4;

std::span<const double> used_part(const ArimaUnknowns& at, const ArimaOrders& orders) {
  return std::span{at}.first(arima_parameters(orders));
}

TEST(ArimaSquares, AreTheLikelihoodOfTheWholeCovarianceMatrix) {
  for (const ArimaOrders& orders : kSquaresOrders) {
    for (unsigned seed = 0; seed < 4; ++seed) {
      const std::vector<double> values = noise_for_test(70, seed + 10);
      const ArimaUnknowns at = any_unknowns(orders, seed);
      ArimaSquares problem{orders, kSeasonForTest, values};
      const double expected =
          dense_squares(process_of(factors_of(orders, at), kSeasonForTest), values);
      EXPECT_NEAR(problem.squares(used_part(at, orders)), expected, 1e-7 * expected)
          << to_string(orders, kSeasonForTest);
    }
  }
}

// Once the filter has settled the errors come from the recursion: the same likelihood, for far
// fewer values than the matrix takes here.
TEST(ArimaSquares, GoOnWhereTheFilterHasSettled) {
  const ArimaOrders orders{.p = 2, .q = 1, .P = 1};
  const std::vector<double> values = noise_for_test(300, 3);
  ArimaUnknowns at{0.5, -0.3, 0.4, 0.6};
  ArimaSquares problem{orders, kSeasonForTest, values};
  const double expected = dense_squares(process_of(factors_of(orders, at), kSeasonForTest), values);
  EXPECT_NEAR(problem.squares(used_part(at, orders)), expected, 1e-9 * expected);
}

// J'r by central differences of the sum, whose derivative is 2 J'r.
TEST(ArimaSquares, HaveTheGradientOfTheirSum) {
  constexpr double kMove = 1e-5;
  const std::vector<double> values = noise_for_test(80, 4);
  for (const ArimaOrders& orders : kSquaresOrders) {
    const ArimaUnknowns at = any_unknowns(orders, 6);
    ArimaSquares problem{orders, kSeasonForTest, values};
    const NormalEquations equations = problem.linearise(used_part(at, orders));
    const double scale = problem.squares(used_part(at, orders));
    for (std::size_t i = 0; i < arima_parameters(orders); ++i) {
      ArimaUnknowns above = at;
      ArimaUnknowns below = at;
      above.at(i) += kMove;
      below.at(i) -= kMove;
      const double slope =
          (problem.squares(used_part(above, orders)) - problem.squares(used_part(below, orders))) /
          (2 * kMove);
      EXPECT_NEAR(2 * equations.gradient[i], slope, 1e-4 * scale)
          << to_string(orders, kSeasonForTest) << " " << i;
    }
  }
}

// Of the residuals of one lane, which the tests of the filter know.
TEST(ArimaSquares, HaveTheMatrixOfTheirResiduals) {
  constexpr double kMove = 1e-5;
  const std::vector<double> values = noise_for_test(60, 5);
  const ArimaOrders orders = kSquaresOrders[3];
  const std::size_t unknowns = arima_parameters(orders);
  const ArimaUnknowns at = any_unknowns(orders, 7);
  ArimaPass<double> pass{orders, kSeasonForTest, values.size()};
  const auto residuals = [&](const ArimaUnknowns& place) {
    const auto found =
        pass.residuals(process_of(factors_of(orders, place), kSeasonForTest), values);
    return std::vector<double>{found.begin(), found.end()};
  };
  std::vector<std::vector<double>> columns;
  for (std::size_t i = 0; i < unknowns; ++i) {
    ArimaUnknowns moved = at;
    moved.at(i) += kMove;
    std::vector<double> column = residuals(moved);
    moved.at(i) -= 2 * kMove;
    const std::vector<double> below = residuals(moved);
    for (std::size_t t = 0; t < column.size(); ++t) {
      column[t] = (column[t] - below[t]) / (2 * kMove);
    }
    columns.push_back(column);
  }
  ArimaSquares problem{orders, kSeasonForTest, values};
  const NormalEquations& equations = problem.linearise(used_part(at, orders));
  for (std::size_t i = 0; i < unknowns; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      double product = 0;
      for (std::size_t t = 0; t < values.size(); ++t) product += columns[i][t] * columns[k][t];
      EXPECT_NEAR(equations.matrix[i * kUnknownsMax + k], product, 1e-3 * (1 + std::abs(product)));
    }
  }
}

// At a wall the difference is taken inwards.
TEST(ArimaSquares, StayWithinTheirWalls) {
  const ArimaOrders orders{.p = 1, .q = 1, .constant = true};
  const std::vector<double> values = noise_for_test(40, 8);
  ArimaSquares problem{orders, 1, values};
  EXPECT_EQ(problem.walls().upper.size(), 2U) << "the mean is free";
  for (const double wall : {-kPartialMax, kPartialMax}) {
    const ArimaUnknowns at{wall, -wall, 0.1};
    const NormalEquations& equations = problem.linearise(used_part(at, orders));
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(std::isfinite(equations.gradient[i]));
    EXPECT_TRUE(std::isfinite(problem.squares(used_part(at, orders))));
  }
}

TEST(ArimaSquares, AskForNoMemory) {
  const std::vector<double> values = noise_for_test(90, 9);
  for (const ArimaOrders& orders : kSquaresOrders) {
    const ArimaUnknowns at = any_unknowns(orders, 1);
    ArimaSquares problem{orders, kSeasonForTest, values};
    const std::size_t before = allocations_so_far();
    const double sum = problem.squares(used_part(at, orders));
    const NormalEquations& equations = problem.linearise(used_part(at, orders));
    EXPECT_EQ(allocations_so_far() - before, 0U);
    EXPECT_TRUE(std::isfinite(sum + equations.gradient[0]));
  }
}

}  // namespace
}  // namespace shelduck::forecast
