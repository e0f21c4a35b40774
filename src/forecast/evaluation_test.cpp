#include "shelduck/forecast/evaluation.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

const std::vector<double> kRising{1, 2, 3, 4};
const std::vector<double> kRisingOn{5, 6, 7, 8};

TEST(Evaluation, MovesItsOriginByTheHorizon) {
  const Evaluation seen =
      evaluate({.train = kRising, .test = kRisingOn, .horizon = 2}, RegularModel::naive);
  EXPECT_EQ(seen.points, (std::vector<double>{4, 4, 6, 6}));
  EXPECT_DOUBLE_EQ(seen.scale.value(), 1);            // mean |difference| of 1, 2, 3, 4
  EXPECT_DOUBLE_EQ(seen.accuracy.mase.value(), 1.5);  // errors 1, 2, 1, 2
  EXPECT_DOUBLE_EQ(seen.accuracy.smape.value(),
                   (200.0 / 9 + 400.0 / 10 + 200.0 / 13 + 400.0 / 14) / 4);
  EXPECT_EQ(seen.failed, 0U);
}

TEST(Evaluation, LetsTheLastForecastBeShorter) {
  const std::vector<double> test{5, 6, 7};
  const Evaluation seen =
      evaluate({.train = kRising, .test = test, .horizon = 2}, RegularModel::naive);
  EXPECT_EQ(seen.points, (std::vector<double>{4, 4, 6}));
}

// A trend that turns into noise: a fit to more of it finds other parameters.
std::vector<double> turning_noise() {
  std::vector<double> values;
  for (int t = 0; t < 36; ++t) values.push_back((t < 30 ? 3 * t : 90) + (t * t * 7) % 23);
  return values;
}

TEST(Evaluation, UpdatesBetweenFitsWithWhatBecameKnown) {
  const std::vector<double> values = turning_noise();
  const EvaluationSeries series{
      .train = std::span{values}.first(30), .test = std::span{values}.last(6), .horizon = 1};
  constexpr RegularModel kModel = RegularModel::exponential_smoothing;
  const std::vector<double> rarely = evaluate(series, kModel, {.refit_every = 3}).points;
  std::optional<TrainedRegular> trained;
  for (std::size_t i = 0; i < 6; ++i) {
    const std::vector<double> known{values.begin(),
                                    values.begin() + static_cast<std::ptrdiff_t>(30 + i)};
    trained = i % 3 == 0 ? std::get<TrainedRegular>(fit({.values = known}, kModel))
                         : update(*trained, std::span{known}.last(1));
    EXPECT_EQ(rarely[i], forecast(*trained, 1).points[0]) << i;
  }
  const std::vector<double> always = evaluate(series, kModel).points;
  for (const std::size_t i : {0U, 3U}) EXPECT_EQ(always[i], rarely[i]) << i;
  for (const std::size_t i : {1U, 2U, 4U, 5U}) EXPECT_NE(always[i], rarely[i]) << i;
}

TEST(Evaluation, FillsTheHistoryAndDoesNotScoreAMissingTruth) {
  const std::vector<double> train{kUnknown, 1, kUnknown, 3};
  const std::vector<double> test{kUnknown, 5};
  const Evaluation seen =
      evaluate({.train = train, .test = test, .horizon = 2}, RegularModel::drift);
  // The history is 1, 2, 3.
  EXPECT_NEAR(seen.points[0], 4, 1e-12);
  EXPECT_NEAR(seen.points[1], 5, 1e-12);
  EXPECT_EQ(seen.accuracy.scored, 1U);
  EXPECT_EQ(seen.accuracy.missing, 1U);
}

// Nothing is known of rows behind the last known value, so nothing is learnt of them, and a
// forecast of the rows behind them is as wide as one of so many steps.
TEST(Evaluation, BeginsBehindTheLastKnownValue) {
  const std::vector<double> known{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
  std::vector<double> train = known;
  train.insert(train.end(), 2, kUnknown);
  const std::vector<double> test{9, 7, 9};
  std::vector<double> longer{kUnknown, kUnknown};
  longer.insert(longer.end(), test.begin(), test.end());
  const EvaluationOptions options{.levels = {0.8}};
  const Evaluation seen =
      evaluate({.train = train, .test = test, .horizon = 3}, RegularModel::holt, options);
  const Evaluation whole =
      evaluate({.train = known, .test = longer, .horizon = 5}, RegularModel::holt, options);
  EXPECT_EQ(seen.points, (std::vector<double>{whole.points.begin() + 2, whole.points.end()}));
  EXPECT_EQ(seen.accuracy.missing, 0U);
  ScorePool pool;
  pool.add("a", seen.scores);
  const PooledScores pooled = std::move(pool).sorted();
  const auto bounds = bounds_of(seen, {.own = pooled, .naive2 = pooled}, options.levels);
  const auto of_whole = bounds_of(whole, {.own = pooled, .naive2 = pooled}, options.levels);
  ASSERT_EQ(bounds[0].lower.size(), 3U);
  for (std::size_t h = 0; h < 3; ++h) {
    EXPECT_EQ(bounds[0].lower[h], of_whole[0].lower[h + 2]) << h;
    EXPECT_EQ(bounds[0].upper[h], of_whole[0].upper[h + 2]) << h;
  }
}

TEST(Evaluation, LearnsNothingAtLaterOriginsFromRowsThatNobodyMeasured) {
  const std::vector<double> test{5, kUnknown, kUnknown, kUnknown, 9, 10, 11, 12};
  const EvaluationSeries series{.train = kRising, .test = test, .horizon = 2};
  for (const std::size_t refit_every : {1U, 10U}) {
    const Evaluation seen = evaluate(series, RegularModel::drift, {.refit_every = refit_every});
    // kRising ends with 4; at the third origin nothing more is known than at the second.
    const std::vector<double> line{5, 6, 7, 8, 9, 10, 11, 12};
    ASSERT_EQ(seen.points.size(), line.size());
    for (std::size_t i = 0; i < line.size(); ++i) EXPECT_NEAR(seen.points[i], line[i], 1e-12) << i;
    EXPECT_EQ(seen.origins[1].behind, 1U);
    EXPECT_EQ(seen.origins[2].behind, 3U);
    EXPECT_EQ(seen.failed, 0U);
  }
}

TEST(Evaluation, LetsNaive2StandInWhereAModelCannotBeFitted) {
  const std::vector<double> nothing{kUnknown, kUnknown};
  const Evaluation seen =
      evaluate({.train = nothing, .test = kRisingOn, .horizon = 4}, RegularModel::ses);
  EXPECT_EQ(seen.failed, 1U);
  EXPECT_FALSE(seen.reason.empty());
  EXPECT_EQ(seen.points.size(), 4U);
  EXPECT_FALSE(seen.scale);
}

TEST(Evaluation, LetsNaive2StandInSinceASeriesIsLate) {
  int asked = 0;
  const EvaluationOptions hurried{.levels = {0.5}, .is_late = [&] { return ++asked > 2; }};
  const EvaluationSeries series{.train = kRising, .test = kRisingOn, .horizon = 1};
  const Evaluation seen = evaluate(series, RegularModel::drift, hurried);
  // Once before the first origin, once before its fit; the second origin is late.
  ASSERT_EQ(seen.origins.size(), 4U);
  EXPECT_EQ(seen.origins[0].status, OriginStatus::ok);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(seen.origins[i].status, OriginStatus::timeout);
  EXPECT_NEAR(seen.points[0], 5, 1e-12);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(seen.points[i], kRisingOn[i - 1]);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(seen.failed, 3U);
  EXPECT_EQ(seen.reason, "timeout");
  SetScores scores;
  scores.add(seen);
  EXPECT_EQ(scores.failed(), 1U);
  EXPECT_EQ(scores.timeouts(), 1U);
}

TEST(Evaluation, AsksBeforeEachMemberWhetherItIsLate) {
  int asked = 0;
  const EvaluationOptions hurried{.is_late = [&] { return ++asked > 3; }};
  const std::array members{RegularModel::naive, RegularModel::drift, RegularModel::mean};
  const Evaluation seen =
      evaluate({.train = kRising, .test = kRisingOn, .horizon = 4}, members, hurried);
  EXPECT_EQ(seen.origins[0].status, OriginStatus::timeout);
  EXPECT_EQ(asked, 4);
}

TEST(Evaluation, ClipsOnlyWhereItIsAskedTo) {
  const std::vector<double> falling{9, 6, 3, 0};
  const std::vector<double> truth{0, 0};
  const EvaluationSeries series{.train = falling, .test = truth, .horizon = 2};
  EXPECT_GT(evaluate(series, RegularModel::drift).accuracy.mae.value(), 0);
  const EvaluationOptions clipped{.refit_every = 1, .sign = Sign::non_negative};
  EXPECT_EQ(evaluate(series, RegularModel::drift, clipped).accuracy.mae.value(), 0);
}

TEST(Evaluation, RefusesAHorizonThatTheTestPartDoesNotHold) {
  const auto with_horizon = [](std::size_t horizon) {
    return evaluate({.train = kRising, .test = kRisingOn, .horizon = horizon}, RegularModel::naive);
  };
  EXPECT_THROW(static_cast<void>(with_horizon(0)), Error);
  EXPECT_THROW(static_cast<void>(with_horizon(5)), Error);
}

// naive says 4 where 5 to 8 come: 10 too little of 26, squares 1 + 4 + 9 + 16. The constant series
// has no scale, but four steps that are right.
TEST(SetScores, TotalsAreOverAllSeries) {
  const std::vector<double> constant{2, 2, 2, 2};
  SetScores scores;
  scores.add(evaluate({.train = kRising, .test = kRisingOn, .horizon = 4}, RegularModel::naive));
  scores.add(evaluate({.train = constant, .test = constant, .horizon = 4}, RegularModel::naive));
  EXPECT_DOUBLE_EQ(scores.totals().bias().value(), -10.0 / (26 + 8));
  EXPECT_DOUBLE_EQ(scores.totals().rmse_scaled().value(), std::sqrt(30.0 / 8) / (34.0 / 8));
}

TEST(SetScores, AreMeansOfSeriesMeansWithoutTheExcludedOnes) {
  const std::vector<double> constant{2, 2, 2, 2};
  SetScores scores;
  EXPECT_FALSE(scores.means());
  scores.add(evaluate({.train = kRising, .test = kRisingOn, .horizon = 4}, RegularModel::naive));
  scores.add(evaluate({.train = constant, .test = constant, .horizon = 4}, RegularModel::naive));
  EXPECT_EQ(scores.scored(), 1U);
  EXPECT_EQ(scores.excluded(), 1U);
  EXPECT_DOUBLE_EQ(scores.means()->mase, 2.5);  // errors 1, 2, 3, 4
}

TEST(Evaluation, FitsAgainForTheScoresOfEveryOriginWhereThatIsAsked) {
  RegularSeries known{.values = {}, .horizon = 2};
  for (int t = 0; t < 33; ++t) known.values.push_back(20 + t * t * 5 % 13);
  const EvaluationSeries series{.train = std::span{known.values}.first(30),
                                .test = std::span{known.values}.last(3),
                                .horizon = 2};
  std::size_t fits = 0;
  const EvaluationOptions exact{
      .levels = {0.5}, .intervals = IntervalMethod::refit, .check = [&] { ++fits; }};
  const Evaluation seen = evaluate(series, RegularModel::holt, exact);
  EXPECT_EQ(fits, 22U);  // one and 10 more of 30 values, and of 32
  EXPECT_EQ(seen.points, evaluate(series, RegularModel::holt, {.levels = {0.5}}).points);
  RegularSeries train = known;
  train.values.resize(30);
  const std::array kinds{RegularModel::holt};
  const auto trained = std::get<TrainedRegular>(fit(train, kinds));
  EXPECT_EQ(seen.scores.by_step,
            refit_scores(trained, {.series = train, .kinds = kinds}, 2).by_step);
  EXPECT_EQ(evaluate(series, RegularModel::naive, exact).scores.by_step,
            evaluate(series, RegularModel::naive, {.levels = {0.5}}).scores.by_step);
}

}  // namespace
}  // namespace shelduck::forecast
