#include "shelduck/forecast/run_forecast.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/draws.hpp"
#include "shelduck/forecast/evaluation.hpp"
#include "shelduck/forecast/intervals/interval_bounds.hpp"

namespace shelduck::forecast {
namespace {

// Runs at uneven times whose duration follows their size, up to a tenth.
Series sized_runs(std::size_t n, std::uint64_t seed = 1) {
  Draws draws{seed};
  Series rows{.values = {}, .covariates = {{"size", {}}}};
  double time = 1e9;
  for (std::size_t i = 0; i < n; ++i) {
    time += 3600 * (1 + std::floor(10 * draws.uniform()));
    const double size = std::floor(1 + 100 * draws.uniform());
    rows.values.push_back(3 * size * std::exp(0.1 * draws.normal()));
    rows.times.push_back(time);
    rows.covariates[0].values.push_back(size);
  }
  return rows;
}

RunForecast forecast_of_runs(const Series& rows, const RunOrigin& origin,
                             ModelKind kind = ModelKind::regression) {
  return std::get<RunForecast>(forecast_runs(rows, origin, kind));
}

TEST(RunForecast, KnowsWhatIsKnownOfTheComingRuns) {
  Series rows = sized_runs(62);
  rows.covariates[0].values[60] = 2;
  rows.covariates[0].values[61] = 200;
  const RunForecast next = forecast_of_runs(rows, {.known = 60, .horizon = 2});
  ASSERT_EQ(next.points.size(), 2U);
  EXPECT_EQ(next.n, 60U);
  EXPECT_NEAR(next.points[0], 6, 2.5);  // of log(1 + size), not of log size
  EXPECT_NEAR(next.points[1], 600, 200);
}

TEST(RunForecast, NeverSeesTheValueOfAComingRow) {
  Series rows = sized_runs(40);
  const RunForecast one = forecast_of_runs(rows, {.known = 38, .horizon = 2}, ModelKind::together);
  rows.values[38] = kUnknown;
  rows.values[39] = 1e9;
  const RunForecast other =
      forecast_of_runs(rows, {.known = 38, .horizon = 2}, ModelKind::together);
  EXPECT_EQ(one.points, other.points);
  EXPECT_EQ(one.scores.by_step, other.scores.by_step);
}

TEST(RunForecast, PassesOverWhatWasNotMeasured) {
  Series rows = sized_runs(41);
  Series measured = rows;
  rows.values[20] = kUnknown;
  measured.values.erase(measured.values.begin() + 20);
  measured.times.erase(measured.times.begin() + 20);
  measured.covariates[0].values.erase(measured.covariates[0].values.begin() + 20);
  const RunForecast one = forecast_of_runs(rows, {.known = 40, .horizon = 1});
  EXPECT_EQ(one.points, forecast_of_runs(measured, {.known = 39, .horizon = 1}).points);
  EXPECT_EQ(one.scores.targets[0].back(), 39U);
  EXPECT_EQ(one.n, 39U);
}

TEST(RunForecast, GoesOnWithoutRowsAndWithoutTimes) {
  Series rows = sized_runs(30);
  const RunForecast timed = forecast_of_runs(rows, {.known = 30, .horizon = 3});
  ASSERT_EQ(timed.points.size(), 3U);
  EXPECT_GT(timed.scores.units[2], timed.scores.units[0]);
  rows.times.clear();
  EXPECT_TRUE(std::isfinite(forecast_of_runs(rows, {.known = 30, .horizon = 3}).points[2]));
}

// What is ever negative enters as it is, in units of its own, however large it is.
TEST(RunForecast, TakesCovariatesBelowZero) {
  Series rows = sized_runs(60);
  for (std::size_t i = 0; i < 60; ++i) {
    const double size = rows.covariates[0].values[i];
    rows.values[i] = 100 * std::exp(size / 50);
    rows.covariates[0].values[i] = 1e7 * (size - 50);
  }
  const RunForecast next = forecast_of_runs(rows, {.known = 59, .horizon = 1});
  EXPECT_NEAR(std::log(next.points[0] / rows.values[59]), 0, 0.1);
}

TEST(RunForecast, SaysWhatIsMissing) {
  const auto few = forecast_runs(sized_runs(8), {.known = 4, .horizon = 1}, ModelKind::together);
  EXPECT_EQ(std::get<NotEnough>(few).need, 5U);
}

// The truth is lognormal: bounds are as far in logarithms on both sides, and none is below 0.
TEST(RunForecast, HasBoundsOnTheScaleOfItsErrors) {
  const std::vector<double> levels{0.8};
  const RunForecast next = forecast_of_runs(sized_runs(60), {.known = 60, .horizon = 1});
  ScorePool pool;
  pool.add("a", next.scores);
  const auto bounds =
      bounds_of(next.points, evidence_of(next.scores, levels), std::move(pool).sorted(), levels);
  const double point = next.points[0];
  EXPECT_NEAR(point / bounds[0].lower[0], bounds[0].upper[0] / point, 1e-9);
  EXPECT_GT(bounds[0].lower[0], 0);
}

// 400 series of 30 runs and one to come, own and pooled scores, at 90 %: of 2000 of them 0.965 are
// held, since the first origins know less than the last and their errors count. The standard error
// of 400 is 0.009.
TEST(RunForecast, HoldsTheTruthOftenerThanItSaysWhileItLearns) {
  const std::vector<double> levels{0.9};
  ScorePool pool;
  std::vector<RunForecast> all;
  std::vector<double> truth;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const Series rows = sized_runs(31, seed);
    truth.push_back(rows.values[30]);
    all.push_back(forecast_of_runs(rows, {.known = 30, .horizon = 1}, ModelKind::together));
    pool.add(std::to_string(seed), all.back().scores);
  }
  const PooledScores pooled = std::move(pool).sorted();
  int held = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto bounds =
        bounds_of(all[i].points, evidence_of(all[i].scores, levels), pooled, levels);
    held += bounds[0].lower[0] <= truth[i] && truth[i] <= bounds[0].upper[0] ? 1 : 0;
  }
  EXPECT_NEAR(held / 400.0, 0.965, 4 * 0.009);
}

TEST(EvaluatedRuns, AreForecastAtTheirTurn) {
  const Series rows = sized_runs(33);
  const std::span values{rows.values};
  const EvaluationSeries series{.train = values.first(30), .test = values.subspan(30)};
  const Evaluation seen =
      evaluate(series, {.rows = rows, .kind = ModelKind::together}, {.levels = {0.8}});
  ASSERT_EQ(seen.points.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const RunOrigin origin{.known = 30 + i, .horizon = 1};
    EXPECT_EQ(seen.points[i], forecast_of_runs(rows, origin, ModelKind::together).points[0]);
  }
  EXPECT_EQ(seen.failed, 0U);
  EXPECT_EQ(seen.scores.by_step.size(), 1U);
}

TEST(EvaluatedRuns, AreStoodInForWhereTheyAreTooFew) {
  const Series rows = sized_runs(5);
  const std::span values{rows.values};
  const Evaluation seen = evaluate({.train = values.first(4), .test = values.subspan(4)},
                                   {.rows = rows, .kind = ModelKind::regression});
  EXPECT_EQ(seen.failed, 1U);
  EXPECT_EQ(seen.points[0], rows.values[3]);
}

}  // namespace
}  // namespace shelduck::forecast
