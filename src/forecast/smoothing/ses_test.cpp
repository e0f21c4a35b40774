#include "shelduck/forecast/smoothing/ses.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// Expected numbers: the recursion by hand with alpha 0.3, the default while four errors are known.
TEST(Ses, FollowsItsRecursion) {
  const std::array values{10.0, 12.0, 11.0, 15.0, 14.0};
  const Fitted<SesModel> fitted = fit_ses(values);
  EXPECT_EQ(fitted.model.alpha(), 0.3);
  EXPECT_NEAR(fitted.model.level(), 12.6028, 1e-12);
  const std::array expected{10.0, 10.6, 10.72, 12.004};
  ASSERT_EQ(fitted.backtest.steps.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(fitted.backtest.steps[i].centre, expected[i], 1e-12);
  }
}

TEST(Ses, FollowsAStepFastAndNoiseSlowly) {
  std::vector<double> step(40, 1.0);
  std::vector<double> noise;
  for (int i = 0; i < 40; ++i) {
    step[static_cast<std::size_t>(i)] = std::floor(i / 8.0);
    noise.push_back(i % 2 == 0 ? 1.0 : -1.0);
  }
  EXPECT_EQ(fit_ses(step).model.alpha(), 0.9);
  EXPECT_EQ(fit_ses(noise).model.alpha(), 0.05);
}

TEST(Ses, GivesTheConstantOfAConstantSeries) {
  const std::vector<double> values(12, 4.25);
  EXPECT_EQ(fit_ses(values).model.level(), 4.25);
  EXPECT_THROW((void)fit_ses({}), Error);
}

}  // namespace
}  // namespace shelduck::forecast
