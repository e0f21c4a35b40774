#include "shelduck/forecast/baselines/recent_median.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/draws.hpp"

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

// The definition, run by run: weights with an exponential, runs sorted at each origin.
double defined_middle(const Series& series, std::size_t next) {
  std::vector<std::pair<double, double>> runs;
  double sum = 0;
  for (std::size_t i = next - std::min(next, kRunsLookedAt); i < next; ++i) {
    double distance = 0;
    for (const Covariate& column : series.covariates) {
      const bool is_flag = column.kind == CovariateKind::flag;
      const auto entering = [&](double x) { return is_flag ? x : std::log1p(x); };
      const double apart = std::abs(entering(column.values[i]) - entering(column.values[next]));
      if (!std::isnan(apart)) distance += apart;
    }
    const auto age = static_cast<double>(next - 1 - i);
    runs.emplace_back(series.values[i], std::pow(kRunFading, age) * std::exp(-distance));
    sum += runs.back().second;
  }
  std::ranges::sort(runs);
  double below = 0;
  for (const auto& [value, weight] : runs) {
    below += weight;
    if (2 * below >= sum) return value;
  }
  return runs.back().first;
}

TEST(RecentMedian, IsWhatItsDefinitionSays) {
  Draws draws{4};
  Series series{.values = {},
                .covariates = {{"packages", {}}, {"kernel", {}, CovariateKind::flag}}};
  for (int i = 0; i < 200; ++i) {
    series.values.push_back(std::floor(1 + 12 * draws.uniform()));  // many runs are equal
    const double packages = std::floor(30 * draws.uniform());
    series.covariates[0].values.push_back(i % 6 == 1 ? kUnknown : packages);
    series.covariates[1].values.push_back(i % 9 == 2 ? kUnknown : std::floor(2 * draws.uniform()));
  }
  const Fitted<RecentMedian> fitted = fit_recent_median(series);
  for (std::size_t t = 1; t < series.values.size(); ++t) {
    EXPECT_DOUBLE_EQ(fitted.model.response.from_scale(fitted.backtest.steps[t - 1].centre),
                     defined_middle(series, t))
        << t;
  }
}

TEST(RecentMedian, RefusesNoValues) {
  EXPECT_THROW((void)fit_recent_median({.values = {}}), Error);
}

}  // namespace
}  // namespace shelduck::forecast
