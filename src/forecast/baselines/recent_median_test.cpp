#include "shelduck/forecast/baselines/recent_median.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

double point_of_recent(const Series& series, const NextRun& next = {}) {
  const RecentMedian model = fit_recent_median(series).model;
  return model.response.from_scale(predict_next(model, next).centre);
}

// Weights 0.8^4 .. 1 of 1, 100, 1, 1, 100: 0.4096 + 0.64 + 0.8 of 1 and 0.512 + 1 of 100.
TEST(RecentMedian, IsAValueThatHasMostOfTheWeightOnBothSides) {
  EXPECT_DOUBLE_EQ(point_of_recent({.values = {1, 100, 1, 1, 100}}), 1);
  // 0.64 + 1 of 100 against 0.4096 + 0.512 + 0.8 of 1 with one more step back: 1.64 and 1.7216.
  EXPECT_DOUBLE_EQ(point_of_recent({.values = {1, 1, 100, 1, 100}}), 1);
  EXPECT_DOUBLE_EQ(point_of_recent({.values = {1, 1, 1, 100, 100}}), 100);  // 1.8 of 3.3616
}

TEST(RecentMedian, LooksAtRunsLikeTheNextOne) {
  Series series{.values = {}, .covariates = {{"procs", {}}}};
  for (int i = 0; i < 20; ++i) {
    series.values.push_back(i % 2 == 0 ? 10 : 1000);
    series.covariates[0].values.push_back(i % 2 == 0 ? 1 : 128);
  }
  EXPECT_DOUBLE_EQ(point_of_recent(series, {.covariates = {{"procs", 1}}}), 10);
  EXPECT_DOUBLE_EQ(point_of_recent(series, {.covariates = {{"procs", 128}}}), 1000);
  // What is not known makes no difference: the newest run and its like have more weight.
  EXPECT_DOUBLE_EQ(point_of_recent(series), 1000);
}

TEST(RecentMedian, IsDefinedWhereNoRunIsAlike) {
  Series series{.values = {3, 3, 5}, .covariates = {{"far", {1e6, 1e6, 1e6}, CovariateKind::flag}}};
  // 0.64 + 0.8 of 3 against 1 of 5.
  EXPECT_DOUBLE_EQ(point_of_recent(series, {.covariates = {{"far", -1e6}}}), 3);
}

// Each step is what a fit to the values before it says; what is older than the runs that are looked
// at could not move it.
TEST(RecentMedian, HasNoLeakAndForgets) {
  Series series;
  for (std::size_t i = 0; i < 3 * kRunsLookedAt; ++i) {
    series.values.push_back(1 + std::fmod(static_cast<double>(i) * 0.618, 1.0));
  }
  const Fitted<RecentMedian> whole = fit_recent_median(series);
  const std::size_t cut = 2 * kRunsLookedAt;
  Series before{.values = {series.values.begin(), series.values.begin() + cut}};
  EXPECT_EQ(predict_next(fit_recent_median(before).model).centre,
            whole.backtest.steps[cut - 1].centre);
  EXPECT_EQ(whole.model.values.size(), kRunsLookedAt);
}

TEST(RecentMedian, RefusesNoValues) {
  EXPECT_THROW((void)fit_recent_median({.values = {}}), Error);
}

}  // namespace
}  // namespace shelduck::forecast
