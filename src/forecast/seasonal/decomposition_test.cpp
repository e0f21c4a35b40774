#include "shelduck/forecast/seasonal/decomposition.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kArithmetic = 1e-12;  // rounding of sums of a dozen numbers near 10

// A line 10, 11, ... with the additive season 2, -1, 0, -1: a moving average over one period gives
// back a line exactly, so trend and indices are known.
std::vector<double> line_with_season(std::size_t n) {
  constexpr std::array kSeason{2.0, -1.0, 0.0, -1.0};
  std::vector<double> values;
  for (std::size_t t = 0; t < n; ++t) {
    values.push_back(10 + static_cast<double>(t) + kSeason[t % 4]);
  }
  return values;
}

TEST(Decomposition, ReadsAnAdditiveSeasonExactly) {
  const std::vector<double> values = line_with_season(14);
  const Decomposition parts = decompose(values, 4, SeasonalForm::additive);
  const std::array expected{2.0, -1.0, 0.0, -1.0};
  for (std::size_t phase = 0; phase < 4; ++phase) {
    EXPECT_NEAR(parts.season.indices[phase], expected[phase], kArithmetic);
  }
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (t < 2 || t >= 12) {
      EXPECT_TRUE(std::isnan(parts.trend[t]));
    } else {
      EXPECT_NEAR(parts.trend[t], 10 + static_cast<double>(t), kArithmetic);
    }
    const double adjusted = parts.season.remove(values[t], t);
    EXPECT_NEAR(adjusted, 10 + static_cast<double>(t), kArithmetic);
    EXPECT_NEAR(parts.season.restore(adjusted, t), values[t], kArithmetic);
  }
}

// By hand, period 3: the trend at t = 1..4 is 4, 5, 6, 6; the ratios are beside the phases below.
TEST(Decomposition, ReadsAMultiplicativeSeasonOfAnOddPeriod) {
  const std::array values{2.0, 2.0, 8.0, 5.0, 5.0, 8.0};
  const std::vector<double> trend = decompose(values, 3, SeasonalForm::multiplicative).trend;
  const std::array expected_trend{4.0, 5.0, 6.0, 6.0};
  for (std::size_t t = 0; t < 4; ++t) {
    EXPECT_NEAR(trend[t + 1], expected_trend[t], kArithmetic);
  }
  const Seasonality season = decompose(values, 3, SeasonalForm::multiplicative).season;
  const double first = 5 / 6.0;                   // t = 3
  const double second = (2 / 4.0 + 5 / 6.0) / 2;  // t = 1, 4
  const double third = 8 / 5.0;                   // t = 2
  const double mean = (first + second + third) / 3;
  EXPECT_NEAR(season.indices[0], first / mean, kArithmetic);
  EXPECT_NEAR(season.indices[1], second / mean, kArithmetic);
  EXPECT_NEAR(season.indices[2], third / mean, kArithmetic);
  EXPECT_NEAR(season.restore(season.remove(5, 4), 4), 5, kArithmetic);
}

TEST(Decomposition, RefusesShortSeriesAndValuesThatAreNotPositive) {
  const std::array values{1.0, 2.0, 0.0, 4.0};
  EXPECT_THROW((void)decompose(values, 1, SeasonalForm::additive), Error);
  EXPECT_THROW((void)decompose(values, 3, SeasonalForm::additive), Error);
  EXPECT_EQ(decompose(values, 2, SeasonalForm::additive).season.indices.size(), 2U);
  try {
    (void)decompose(values, 2, SeasonalForm::multiplicative);
    FAIL() << "a zero was divided by";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().field, "values[2]");
  }
}

TEST(Decomposition, WithoutIndicesChangesNothing) {
  const Seasonality none{.form = SeasonalForm::multiplicative};
  EXPECT_EQ(none.remove(7, 3), 7);
  EXPECT_EQ(none.restore(7, 3), 7);
  EXPECT_EQ(Seasonality{}.remove(7, 3), 7);
}

// By hand: 1, -1, 1, -1, 1, -1 has r(1) = -5/6 and r(2) = 4/6; the limit for m = 2 is
// 1.645 sqrt((1 + 2 (5/6)^2) / 6) = 1.038, so it counts as no season. Three times as long,
// r(1) = -17/18, r(2) = 16/18, limit 1.645 sqrt((1 + 2 (17/18)^2) / 18) = 0.647: a season.
TEST(SeasonalTest, EqualsHandWork) {
  std::vector<double> values;
  for (int t = 0; t < 18; ++t) {
    values.push_back(t % 2 == 0 ? 1 : -1);
  }
  EXPECT_FALSE(is_seasonal(std::span{values}.first(6), 2));
  EXPECT_TRUE(is_seasonal(values, 2));
}

TEST(SeasonalTest, NeedsThreePeriods) {
  std::vector<double> values;
  for (int t = 0; t < 36; ++t) {
    values.push_back(t % 12 < 6 ? 100 : 1);
  }
  EXPECT_TRUE(is_seasonal(values, 12));
  EXPECT_FALSE(is_seasonal(std::span{values}.first(35), 12));
  EXPECT_FALSE(is_seasonal(values, 1));
  EXPECT_FALSE(is_seasonal(values, 0));
  EXPECT_FALSE(is_seasonal(std::vector<double>(36, 5.0), 12)) << "a constant has no season";
}

}  // namespace
}  // namespace shelduck::forecast
