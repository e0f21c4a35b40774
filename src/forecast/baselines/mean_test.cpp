#include "shelduck/forecast/baselines/mean.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// Expected numbers: by hand.
TEST(Mean, ForecastsTheMeanOfWhatCameBefore) {
  const std::array values{2.0, 4.0, 9.0};
  const Fitted<MeanModel> fitted = fit_mean(values);
  EXPECT_DOUBLE_EQ(fitted.model.mean(), 5);
  ASSERT_EQ(fitted.backtest.first, 1U);
  ASSERT_EQ(fitted.backtest.steps.size(), 2U);
  EXPECT_DOUBLE_EQ(fitted.backtest.steps[0].centre, 2);
  EXPECT_DOUBLE_EQ(fitted.backtest.steps[1].centre, 3);
  EXPECT_DOUBLE_EQ(fitted.backtest.steps[0].spread, std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(predict_next(fitted.model).spread, std::sqrt(4.0 / 3.0));
}

TEST(Mean, KeepsSmallValuesBesideHugeOnes) {
  const std::array values{1e16, 1.0, -1e16, 1.0};
  EXPECT_DOUBLE_EQ(fit_mean(values).model.mean(), 0.5);  // a plain sum gives 0.25
}

TEST(Mean, RefusesNoValues) { EXPECT_THROW((void)fit_mean({}), Error); }

}  // namespace
}  // namespace shelduck::forecast
