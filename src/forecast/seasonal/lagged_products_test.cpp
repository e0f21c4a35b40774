#include "shelduck/forecast/seasonal/lagged_products.hpp"

#include <gtest/gtest.h>

#include <random>

namespace shelduck::forecast {
namespace {

double lagged_product_by_itself(std::span<const double> values, std::size_t lag) {
  double sum = 0;
  for (std::size_t t = lag; t < values.size(); ++t) sum += values[t] * values[t - lag];
  return sum;
}

TEST(LaggedProducts, AreThoseOfPlainLoopsBitForBit) {
  std::mt19937 generator{7};
  std::normal_distribution<double> noise{0, 1};
  std::vector<double> values;
  for (const std::size_t n : {1U, 2U, 15U, 16U, 17U, 31U, 100U, 401U}) {
    while (values.size() < n) values.push_back(noise(generator) * 1e3);
    for (const std::size_t lags : {0U, 1U, 14U, 15U, 16U, 17U, 99U, 500U}) {
      const std::vector<double> products = lagged_products(values, lags);
      ASSERT_EQ(products.size(), std::min<std::size_t>(lags + 1, n));
      for (std::size_t lag = 0; lag < products.size(); ++lag) {
        EXPECT_EQ(products[lag], lagged_product_by_itself(values, lag)) << n << ", " << lag;
      }
    }
  }
}

TEST(LaggedProducts, OfNoValuesAreNone) { EXPECT_TRUE(lagged_products({}, 3).empty()); }

}  // namespace
}  // namespace shelduck::forecast
