#include "shelduck/forecast/accuracy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kRounding = 1e-12;  // of a few additions and divisions
using Steps = std::vector<double>;

// Every expected number of this file is worked out by hand, as the comment beside it says.
TEST(MaseScale, IsTheMeanSeasonalDifference) {
  const Steps train{1, 4, 2, 8, 3, 8};
  EXPECT_NEAR(mase_scale(train, 1).value(), (3 + 2 + 6 + 5 + 5) / 5.0, kRounding);
  EXPECT_NEAR(mase_scale(train, 2).value(), (1 + 4 + 1 + 0) / 4.0, kRounding);
  EXPECT_EQ(mase_scale(train, 0), mase_scale(train, 1));
}

TEST(MaseScale, FillsGapsAndCutsTheStart) {
  // 2, (4), 6, 5, (5) after filling: differences 2, 2, 1, 0.
  EXPECT_NEAR(mase_scale(Steps{kMissing, 2, kMissing, 6, 5, kMissing}, 1).value(), 5 / 4.0,
              kRounding);
}

TEST(MaseScale, IsAbsentWhereTheSeriesHasNone) {
  EXPECT_FALSE(mase_scale(Steps{7, 7, 7, 7}, 1));             // 0
  EXPECT_FALSE(mase_scale(Steps{1, 2, 1, 2}, 2));             // 0 at its period
  EXPECT_FALSE(mase_scale(Steps{1, 2, 3}, 3));                // no pair
  EXPECT_FALSE(mase_scale(Steps{kMissing, 4, kMissing}, 1));  // one value
  EXPECT_FALSE(mase_scale(Steps{kMissing, kMissing}, 1));
  EXPECT_FALSE(mase_scale({}, 1));
}

TEST(PointAccuracyOfAHorizon, EqualsHandWork) {
  // errors 2, 4, 1 over truths 10, 20, 5 and points 12, 16, 4
  const PointAccuracy a = point_accuracy(Steps{10, 20, 5}, Steps{12, 16, 4}, 2.0);
  EXPECT_EQ(a.scored, 3U);
  EXPECT_NEAR(a.smape.value(), (400 / 22.0 + 800 / 36.0 + 200 / 9.0) / 3, kRounding);
  EXPECT_NEAR(a.mae.value(), 7 / 3.0, kRounding);
  EXPECT_NEAR(a.rmse.value(), std::sqrt(21 / 3.0), kRounding);
  EXPECT_NEAR(a.mase.value(), 7 / 6.0, kRounding);
  EXPECT_NEAR(a.mape.value(), (20 + 20 + 20) / 3.0, kRounding);
}

// Two series: errors f - y of 2 and -1 over truths 1 and 3, then 3 over 0. So sqrt(14 / 3) over a
// mean of 4 / 3, and 4 over 4.
TEST(ErrorTotalsOfASet, EqualHandWork) {
  ErrorTotals set = point_accuracy(Steps{1, kMissing, 3}, Steps{3, 9, 2}).totals;
  set.add(point_accuracy(Steps{0}, Steps{3}).totals);
  EXPECT_EQ(set.scored, 3U);
  EXPECT_NEAR(set.rmse_scaled().value(), std::sqrt(14 / 3.0) / (4 / 3.0), kRounding);
  EXPECT_NEAR(set.bias().value(), 1, kRounding);
}

// Forecasts of -5 for truths of -4 and -2 are too low, by 4 of 6; their root mean square is
// sqrt(5).
TEST(ErrorTotalsOfASet, AreOfTheSizeOfNegativeTruths) {
  const ErrorTotals set = point_accuracy(Steps{-4, -2}, Steps{-5, -5}).totals;
  EXPECT_NEAR(set.bias().value(), -4 / 6.0, kRounding);
  EXPECT_NEAR(set.rmse_scaled().value(), std::sqrt(5.0) / 3, kRounding);
}

TEST(ErrorTotalsOfASet, SayNothingWithoutAMean) {
  const ErrorTotals none;
  const ErrorTotals even = point_accuracy(Steps{2, -2}, Steps{1, 1}).totals;
  const ErrorTotals giant = point_accuracy(Steps{1, 1}, Steps{1e200, 1}).totals;
  EXPECT_FALSE(none.rmse_scaled());
  EXPECT_FALSE(none.bias());
  EXPECT_FALSE(even.rmse_scaled());
  EXPECT_FALSE(even.bias());
  EXPECT_FALSE(giant.rmse_scaled()) << "its square is not finite";
}

TEST(PointAccuracyOfAHorizon, TakesZerosAndMissingTruthsApart) {
  // scored: 0 against 0, 0 against 3, -4 against 4; mape only over the last: 100 * 8 / 4
  const PointAccuracy a = point_accuracy(Steps{0, kMissing, 0, -4}, Steps{0, 5, 3, 4});
  EXPECT_EQ(a.scored, 3U);
  EXPECT_EQ(a.missing, 1U);
  EXPECT_EQ(a.zero_truths, 2U);
  EXPECT_NEAR(a.smape.value(), (0 + 200 + 200) / 3.0, kRounding);
  EXPECT_NEAR(a.mape.value(), 200, kRounding);
  EXPECT_NEAR(a.mae.value(), 11 / 3.0, kRounding);
  EXPECT_FALSE(a.mase) << "no scale was given";
}

TEST(PointAccuracyOfAHorizon, IsAbsentWithoutTruths) {
  const PointAccuracy none = point_accuracy(Steps{kMissing}, Steps{1}, 1.0);
  EXPECT_EQ(none.missing, 1U);
  EXPECT_FALSE(none.smape || none.mae || none.rmse || none.mase || none.mape);
  EXPECT_FALSE(point_accuracy(Steps{0, 0}, Steps{1, 2}, 1.0).mape);
}

TEST(IntervalAccuracyOfAHorizon, EqualsHandWork) {
  // level 0.8, so 2 / a = 10: truths 5 inside [4, 8], 1 below [3, 5] by 2, 9 on the edge of [7, 9]
  const Steps lower{4, 3, 0, 7};
  const Steps upper{8, 5, 1, 9};
  const IntervalAccuracy a =
      interval_accuracy(Steps{5, 1, kMissing, 9}, {lower, upper}, {.level = 0.8, .scale = 2.0});
  EXPECT_EQ(a.scored, 3U);
  EXPECT_EQ(a.missing, 1U);
  EXPECT_EQ(a.covered, 2U);
  EXPECT_NEAR(a.coverage.value(), 2 / 3.0, kRounding);
  EXPECT_NEAR(a.width.value(), (4 + 2 + 2) / 3.0 / 2, kRounding);
  EXPECT_NEAR(a.msis.value(), (4 + 2 + 20 + 2) / 3.0 / 2, kRounding);
  const IntervalAccuracy bare =
      interval_accuracy(Steps{5, 1, 0, 9}, {lower, upper}, {.level = 0.8});
  EXPECT_TRUE(bare.coverage && !bare.width && !bare.msis);
}

TEST(OverallWeightedAverage, IsTheMeanOfTwoRatiosOfMeans) {
  EXPECT_NEAR(overall_weighted_average({12, 3}, {16, 2}).value(), (0.75 + 1.5) / 2, kRounding);
  EXPECT_FALSE(overall_weighted_average({12, 3}, {0, 2}));
  EXPECT_FALSE(overall_weighted_average({12, 3}, {16, kMissing}));
}

template <class Call>
std::string refused_field(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind() == ErrorKind::invalid_input ? error.detail().field : "another kind";
  }
  return "nothing was refused";
}

TEST(Accuracy, RefusesWhatItCannotScore) {
  const double infinite = std::numeric_limits<double>::infinity();
  const Steps two{1, 2};
  const Steps crossed{3, 0};
  EXPECT_EQ(refused_field([&] { (void)point_accuracy(two, Steps{1}); }), "points");
  EXPECT_EQ(refused_field([&] { (void)point_accuracy(two, Steps{1, kMissing}); }), "points[1]");
  EXPECT_EQ(refused_field([&] { (void)point_accuracy(Steps{infinite}, Steps{1}); }), "truth[0]");
  EXPECT_EQ(refused_field([&] { (void)interval_accuracy(two, {crossed, two}, {.level = 0.9}); }),
            "lower[0]");
  EXPECT_EQ(refused_field([&] { (void)interval_accuracy(two, {two, two}, {.level = 1}); }),
            "level");
}

}  // namespace
}  // namespace shelduck::forecast
