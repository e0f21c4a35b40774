#include "shelduck/forecast/baselines/growth.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kGrowthClose = 1e-12;  // rounding of a few operations, of the number itself
using GrowthValues = std::vector<double>;

void expect_near_each(const GrowthValues& got, const GrowthValues& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i], expected[i], kGrowthClose * (1 + std::abs(expected[i]))) << "at " << i;
  }
}

// Expected numbers of this file: by hand from the formula of the header.
TEST(Growth, GoesOnByTheMeanShareOfAStep) {
  const GrowthValues values{2, 5, 8, 16};  // times 8 in three steps: times 2 in each
  const GrowthModel model = fit_growth(values);
  const Path path = forecast(model, 3);
  expect_near_each(path.points, {32, 64, 128});
  EXPECT_EQ(path.deviations, forecast(fit_drift(values), 3).deviations);
  const OneStep past = one_step(model, values);  // 5 x 5/2 and 8 x 2
  EXPECT_EQ(past.first, 2U);
  expect_near_each(past.errors, {-4.5, 0});
}

TEST(Growth, ShrinksWithoutReachingZero) {
  expect_near_each(forecast(fit_growth(GrowthValues{16, 4, 4}), 4).points, {2, 1, 0.5, 0.25});
}

TEST(Growth, IsDriftWhereAValueIsNotPositive) {
  for (const double odd : {0.0, -3.0}) {
    const GrowthValues values{4, odd, 10, 16};
    const GrowthModel model = fit_growth(values);
    EXPECT_EQ(forecast(model, 2).points, forecast(fit_drift(values), 2).points);
    EXPECT_EQ(model.next(), 20);
  }
}

TEST(Growth, StandsStillFarOut) {
  const Path path = forecast(fit_growth(GrowthValues{1e-140, 1, 1e140}), 400);
  EXPECT_EQ(path.points.back(), kGrowthReach * 1e140);
  EXPECT_EQ(forecast(fit_growth(GrowthValues{1, 10}), 3).points.back(), kGrowthReach * 10);
}

TEST(Growth, NeedsTwoValues) {
  EXPECT_THROW((void)fit_growth(GrowthValues{3}), Error);
  EXPECT_THROW((void)forecast(fit_growth(GrowthValues{3, 4}), 0), Error);
}

}  // namespace
}  // namespace shelduck::forecast
