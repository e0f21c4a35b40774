#include "shelduck/forecast/baselines/median.hpp"

#include <gtest/gtest.h>

#include <array>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

// Expected numbers: by hand.
TEST(Median, ForecastsTheMedianOfWhatCameBefore) {
  const std::array values{7.0, 1.0, 100.0, 3.0};
  const Fitted<MedianModel> fitted = fit_median(values);
  EXPECT_DOUBLE_EQ(fitted.model.median(), 5);
  ASSERT_EQ(fitted.backtest.steps.size(), 3U);
  EXPECT_DOUBLE_EQ(fitted.backtest.steps[0].centre, 7);
  EXPECT_DOUBLE_EQ(fitted.backtest.steps[1].centre, 4);
  EXPECT_DOUBLE_EQ(fitted.backtest.steps[2].centre, 7);
}

TEST(Median, RunsAlongAnyOrder) {
  std::vector<double> values;
  for (int i = 0; i < 500; ++i) values.push_back(i * 7919 % 61);  // each value several times
  const Fitted<MedianModel> fitted = fit_median(values);
  ASSERT_EQ(fitted.backtest.steps.size(), values.size() - 1);
  for (std::size_t n = 1; n < values.size(); ++n) {
    const std::vector<double> before(values.begin(),
                                     values.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_DOUBLE_EQ(fitted.backtest.steps[n - 1].centre, median_of(before)) << n;
  }
  EXPECT_DOUBLE_EQ(fitted.model.median(), median_of(values));
}

TEST(Median, LeavesEachValueOutOnce) {
  const std::array values{7.0, 1.0, 7.0, 3.0, 20.0};
  const Backtest backtest = leave_one_out_median(values);
  ASSERT_EQ(backtest.first, 0U);
  ASSERT_EQ(backtest.steps.size(), values.size());
  for (std::size_t out = 0; out < values.size(); ++out) {
    std::vector<double> others;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i != out) {
        others.push_back(values[i]);
      }
    }
    EXPECT_DOUBLE_EQ(backtest.steps[out].centre, median_of(others)) << out;
  }
}

TEST(Median, RefusesTooFewValues) {
  const std::array one{1.0};
  EXPECT_THROW((void)fit_median({}), Error);
  EXPECT_THROW((void)leave_one_out_median(one), Error);
}

}  // namespace
}  // namespace shelduck::forecast
