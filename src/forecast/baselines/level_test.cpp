#include "shelduck/forecast/baselines/level.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kNear = 1e-12;  // rounding of a few operations on numbers near 1

// By hand: mean 5, squares 9 + 1 + 1 + 9 with divisor 3.
TEST(MeanLevel, IsTheMeanAtEachStep) {
  const std::vector<double> values{2, 4, 6, 8};
  const MeanLevel model = fit_mean_level(values);
  const Path path = forecast(model, 2);
  EXPECT_EQ(path.points, (std::vector<double>{5, 5}));
  EXPECT_NEAR(path.deviations[1], std::sqrt(20 / 3.0 * 1.25), kNear);
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 1U);
  EXPECT_EQ(past.errors, (std::vector<double>{2, 3, 4}));
}

// By hand: median 3, mean 4, deviations from the median -2, 0, 0, 7, -1 with divisor 4.
TEST(MedianLevel, IsTheMedianAtEachStep) {
  const std::vector<double> values{1, 3, 3, 10, 2};
  const MedianLevel model = fit_median_level(values);
  const Path path = forecast(model, 3);
  EXPECT_EQ(path.points, (std::vector<double>{3, 3, 3}));
  EXPECT_NEAR(path.deviations[0], std::sqrt(54 / 4.0 * (1 + std::numbers::pi / 10)), kNear);
  EXPECT_EQ(one_step(model, values).errors, (std::vector<double>{2, 1, 7, -1}));
}

TEST(MedianLevel, FollowsEveryPrefix) {
  std::vector<double> values;
  MedianLevel model;
  for (int i = 0; i < 200; ++i) {
    values.push_back((i * 37) % 101);
    model.absorb(values.back());
    EXPECT_EQ(model.next(), median_of(values));
  }
}

TEST(Levels, OfOneValueHaveNoDeviation) {
  const std::vector<double> one{7};
  EXPECT_TRUE(forecast(fit_mean_level(one), 1).deviations.empty());
  EXPECT_TRUE(forecast(fit_median_level(one), 1).deviations.empty());
  EXPECT_THROW((void)fit_mean_level({}), Error);
  EXPECT_THROW((void)fit_median_level({}), Error);
}

}  // namespace
}  // namespace shelduck::forecast
