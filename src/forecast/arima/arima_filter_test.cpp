#include "shelduck/forecast/arima/arima_filter.hpp"

#include <gtest/gtest.h>

#include <array>

#include "shelduck/forecast/arima/arima_for_test.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::array kFilterOrders{
    ArimaOrders{},
    ArimaOrders{.p = 1},
    ArimaOrders{.q = 1},
    ArimaOrders{.p = 3, .q = 2},
    ArimaOrders{.p = 1, .q = 4},
    ArimaOrders{.P = 1},
    ArimaOrders{.Q = 2},
    ArimaOrders{.p = 2, .q = 1, .P = 2, .Q = 1},
    ArimaOrders{.p = 5, .q = 5, .P = 1, .Q = 2},
};

ArmaProcess<double> any_process(const ArimaOrders& orders, unsigned seed, std::size_t period = 4) {
  return process_of(factors_of(orders, any_unknowns(orders, seed)), period);
}

// By hand: (1 - 0.5 B) z = (1 + 0.4 B) e has gamma(0) = (1 + 0.4^2 + 2 x 0.5 x 0.4) / (1 - 0.25) =
// 2.08 and gamma(1) = 0.5 x 2.08 + 0.4 = 1.44; gamma(2) = 0.5 x 1.44 has no place in a state of 1.
TEST(ArimaFilter, StartsFromTheAutocovariances) {
  const ArmaProcess<double> process = process_of(
      {.ar = {.weights = {0.5}, .degree = 1}, .ma = {.weights = {-0.4}, .degree = 1}}, 1);
  ArimaStart<double> start{1, 1};
  const std::span<const double> gammas = start.of(process.ar, process.ma);
  ASSERT_EQ(gammas.size(), 2U);
  EXPECT_NEAR(gammas[0], 2.08, 1e-12);
  EXPECT_NEAR(gammas[1], 1.44, 1e-12);
}

TEST(ArimaFilter, HasTheAutocovariancesOfTheErrorsEffects) {
  for (const ArimaOrders& orders : kFilterOrders) {
    const ArmaProcess<double> process = any_process(orders, 5);
    ArimaStart<double> start{process.ar.longest, process.ma.longest};
    const std::span<const double> gammas = start.of(process.ar, process.ma);
    const std::vector<double> expected = autocovariances_for_test(process, gammas.size());
    for (std::size_t h = 0; h < gammas.size(); ++h) {
      EXPECT_NEAR(gammas[h], expected[h], 1e-9 * expected[0]) << to_string(orders, 4) << " " << h;
    }
  }
}

TEST(ArimaFilter, PredictsAsTheWholeCovarianceMatrixDoes) {
  for (const ArimaOrders& orders : kFilterOrders) {
    for (unsigned seed = 0; seed < 3; ++seed) {
      const ArmaProcess<double> process = any_process(orders, seed);
      const std::vector<double> values = noise_for_test(60, seed);
      const DenseErrors dense = dense_errors(process, values);
      ArimaStart<double> start{process.ar.longest, process.ma.longest};
      ArimaFilter<double> filter{start.of(process.ar, process.ma), process.ar};
      for (std::size_t t = 0; t < values.size(); ++t) {
        EXPECT_NEAR(filter.variance(), dense.variances[t], 1e-8 * dense.variances[0]);
        EXPECT_NEAR(values[t] - filter.next(), dense.errors[t], 1e-7)
            << to_string(orders, 4) << " " << t;
        filter.absorb(values[t]);
        filter.settle();
      }
    }
  }
}

// The best prediction of a later value is the expectation of the errors' effects: that of the
// state, moved on by its own recursion, when the next predictions are taken for values.
TEST(ArimaFilter, KnowsTheNextValuesOfItsState) {
  const ArmaProcess<double> process = any_process(kFilterOrders.back(), 9);
  ArimaStart<double> start{process.ar.longest, process.ma.longest};
  ArimaFilter<double> filter{start.of(process.ar, process.ma), process.ar};
  for (const double value : noise_for_test(30, 2)) filter.absorb(value);
  const std::vector<double> known{filter.predictions().begin(), filter.predictions().end()};
  ASSERT_EQ(known.size(), 13U);
  for (const double prediction : known) {
    EXPECT_NEAR(filter.next(), prediction, 1e-12);
    filter.absorb(filter.next());
  }
}

// A pure autoregression knows all it needs after as many values as it has lags.
TEST(ArimaFilter, Settles) {
  const ArmaProcess<double> process = any_process({.p = 2, .P = 1}, 3);
  ArimaStart<double> start{6, 0};
  ArimaFilter<double> filter{start.of(process.ar, process.ma), process.ar};
  for (std::size_t t = 0; t < 6; ++t) {
    filter.settle();
    EXPECT_FALSE(filter.is_settled()) << t;
    filter.absorb(1);
  }
  filter.settle();
  EXPECT_TRUE(filter.is_settled());
  EXPECT_NEAR(filter.variance(), 1, 1e-12);
}

}  // namespace
}  // namespace shelduck::forecast
