#include "shelduck/forecast/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

PointAccuracy metrics_of(const RegularSeries& series, RegularModel kind) {
  return std::get<PointAccuracy>(metrics(series, kind));
}

// The third is 8, 10; naive says 9, 8: errors of 1 and 2. The scale of 2, 4, 6, 9 is 7 / 3.
TEST(Metrics, OfARegularSeriesLookAtItsNewestThird) {
  const PointAccuracy past = metrics_of({.values = {2, 4, 6, 9, 8, 10}}, RegularModel::naive);
  EXPECT_EQ(past.scored, 2U);
  EXPECT_DOUBLE_EQ(past.mae.value(), 1.5);
  EXPECT_DOUBLE_EQ(past.rmse.value(), std::sqrt(2.5));
  EXPECT_DOUBLE_EQ(past.mape.value(), (100.0 / 8 + 200.0 / 10) / 2);
  EXPECT_DOUBLE_EQ(past.smape.value(), (200.0 / 17 + 400.0 / 18) / 2);
  EXPECT_DOUBLE_EQ(past.mase.value(), 1.5 * 3 / 7);
}

// Values a season of 2 apart differ by 1, so that is the scale, and what seasonal_naive is wrong
// by.
TEST(Metrics, OfARegularSeriesKnowItsSeason) {
  const RegularSeries series{.values = {1, 5, 2, 6, 3, 7}, .period = 2};
  EXPECT_DOUBLE_EQ(metrics_of(series, RegularModel::seasonal_naive).mase.value(), 1);
}

TEST(Metrics, DoNotLetAForecastSeeWhatComesAfterIt) {
  RegularSeries series{.values = drifting_series(90, 3)};
  const PointAccuracy past = metrics_of(series, RegularModel::ses);
  EXPECT_EQ(past.scored, 30U);
  series.values.back() += 1000;
  const PointAccuracy moved = metrics_of(series, RegularModel::ses);
  // Only the truth of the last step has changed.
  EXPECT_NEAR(moved.totals.errors, past.totals.errors - 1000, 1e-9);
}

TEST(Metrics, SayHowManyValuesTheyNeed) {
  const auto few = std::get<NotEnough>(
      metrics({.values = std::vector<double>(16, 1.0)}, RegularModel::lightgbm));
  EXPECT_EQ(few.have, 16U);
  EXPECT_EQ(few.need, 17U);  // 17 less 5 are the 12 that it needs
  EXPECT_EQ(metrics_of({.values = std::vector<double>(17, 1.0)}, RegularModel::lightgbm).scored,
            5U);
  EXPECT_EQ(metrics_of({.values = {1, 2}}, RegularModel::naive).mae, std::nullopt);
}

// The mean so far of 10, 20, 30, 20, 20 is 10, 15, 20, 20: errors of 10, 15, 0 and 0. The scale is
// (10 + 10 + 10 + 0) / 4.
TEST(Metrics, OfRunsAreThoseOfEachFromTheOnesBefore) {
  const std::vector<double> values{10, 20, 30, 20, 20};
  const auto model = std::get<TrainedModel>(train({.values = values}, ModelKind::mean));
  const PointAccuracy past = metrics(model, values);
  EXPECT_EQ(past.scored, 4U);
  EXPECT_DOUBLE_EQ(past.mae.value(), 6.25);
  EXPECT_DOUBLE_EQ(past.rmse.value(), std::sqrt(325.0 / 4));
  EXPECT_DOUBLE_EQ(past.mape.value(), (50.0 + 50 + 0 + 0) / 4);
  EXPECT_DOUBLE_EQ(past.smape.value(), (2000.0 / 30 + 3000.0 / 45) / 4);
  EXPECT_DOUBLE_EQ(past.mase.value(), 6.25 / 7.5);
}

TEST(Metrics, RefuseOtherValues) {
  const std::vector<double> values{10, 20, 30, 20, 20};
  const auto model = std::get<TrainedModel>(train({.values = values}, ModelKind::mean));
  try {
    (void)metrics(model, std::span{values}.first(4));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().value, "4");
  }
}

}  // namespace
}  // namespace shelduck::forecast
