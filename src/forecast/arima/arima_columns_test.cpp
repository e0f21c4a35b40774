#include "shelduck/forecast/arima/arima_columns.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

using ColumnValues = std::vector<double>;

KnownRows rows_of(const ColumnValues& entries, std::size_t columns) {
  return {.columns = columns, .entries = entries};
}

// A line, noise that is 1e9 away from 0, a constant, the sum of the first two, and a flag.
ColumnValues any_columns() {
  ColumnValues entries;
  for (int t = 0; t < 40; ++t) {
    const double noise = 1e9 + std::sin(1.3 * t);
    entries.insert(entries.end(), {3.0 * t, noise, 7, 3.0 * t + noise, t % 11 == 4 ? 1.0 : 0.0});
  }
  return entries;
}

double mean_product(const ColumnValues& a, const ColumnValues& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / static_cast<double>(a.size());
}

TEST(ArimaColumns, AreOrthogonalAndLeaveOutWhatOthersSay) {
  const ColumnValues entries = any_columns();
  const ArimaOrders orders{.constant = true};
  const ArimaColumns columns{rows_of(entries, 5), orders, 1};
  const auto beside = columns.beside(orders);
  ASSERT_EQ(beside.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(std::accumulate(beside[i].begin(), beside[i].end(), 0.0), 0, 1e-6);
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(mean_product(beside[i], beside[j]), i == j ? 1 : 0, 1e-7);
    }
  }
}

// y = 2 x line - 5 x noise + 4 x flag: ordinary least squares finds the effects again.
TEST(ArimaColumns, GiveTheEffectsOfTheCovariates) {
  const ColumnValues entries = any_columns();
  const ArimaOrders orders{.constant = true};
  const ArimaColumns columns{rows_of(entries, 5), orders, 1};
  ColumnValues values;
  for (std::size_t t = 0; t < 40; ++t) {
    values.push_back(2 * entries[5 * t] - 5 * (entries[5 * t + 1] - 1e9) + 4 * entries[5 * t + 4]);
  }
  const ColumnValues effects = columns.effects(columns.weights_of(values));
  ASSERT_EQ(effects.size(), 5U);
  EXPECT_NEAR(effects[0], 2, 1e-6);
  EXPECT_NEAR(effects[1], -5, 1e-6);
  EXPECT_EQ(effects[2], 0);
  EXPECT_EQ(effects[3], 0);
  EXPECT_NEAR(effects[4], 4, 1e-6);
}

// Of one difference the line leaves a constant, of two nothing but rounding.
TEST(ArimaColumns, AreThoseOfTheDifferences) {
  ColumnValues line;
  for (int t = 0; t < 30; ++t) line.push_back(0.1 * t);
  EXPECT_EQ((ArimaColumns{rows_of(line, 1), {.d = 1, .constant = true}, 1}.size()), 0U);
  EXPECT_EQ((ArimaColumns{rows_of(line, 1), {.d = 1}, 1}.size()), 1U);
  EXPECT_EQ((ArimaColumns{rows_of(line, 1), {.d = 2}, 1}.size()), 0U);
  EXPECT_EQ((ArimaColumns{rows_of(line, 1), {.d = 1, .D = 1}, 12}.size()), 0U);
  EXPECT_EQ((ArimaColumns{rows_of(line, 1), {}, 1}.size()), 1U);
}

// Where no constant takes the mean it stands in the column, and beside one what it took is told.
TEST(ArimaColumns, KeepTheirMeans) {
  ColumnValues entries;
  for (int t = 0; t < 20; ++t) entries.push_back(5 + t % 2);
  const ArimaOrders orders{.constant = true};
  const ArimaColumns columns{rows_of(entries, 1), orders, 1};
  const ColumnValues with_mean = columns.beside({}).front();
  EXPECT_NEAR(with_mean[0], 10, 1e-9);  // 5 over a deviation of 0.5
  EXPECT_NEAR(with_mean[1], 12, 1e-9);
  EXPECT_NEAR(columns.mean_of(ColumnValues{3}), 33, 1e-9);
  EXPECT_NEAR(columns.effects(ColumnValues{3})[0], 6, 1e-9);
}

TEST(ArimaColumns, AreNotManyMoreThanOrders) {
  const ColumnValues entries(30 * (kArimaRegressorsMax + 1), 1);
  EXPECT_THROW((ArimaColumns{rows_of(entries, kArimaRegressorsMax + 1), {}, 1}), Error);
}

}  // namespace
}  // namespace shelduck::forecast
