#include "shelduck/forecast/select.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/draws.hpp"
#include "shelduck/forecast/state/model_state.hpp"

namespace shelduck::forecast {
namespace {

TrainedModel trained(const Series& series, ModelKind kind = ModelKind::automatic) {
  return std::get<TrainedModel>(train(series, kind));
}

Series noise(std::size_t n, std::uint64_t seed) {
  Draws draws{seed};
  Series series;
  for (std::size_t i = 0; i < n; ++i) {
    series.values.push_back(100 * std::exp(0.3 * draws.normal()));
  }
  return series;
}

TEST(Train, SaysWhatIsMissing) {
  const auto few = train({.values = {1, 2, 3, 4}});
  ASSERT_TRUE(std::holds_alternative<NotEnough>(few));
  EXPECT_EQ(std::get<NotEnough>(few).have, 4U);
  EXPECT_EQ(std::get<NotEnough>(few).need, 5U);
  EXPECT_TRUE(std::holds_alternative<NotEnough>(train({.values = {}})));
}

TEST(Train, GivesAPointFromFiveAndAnIntervalFromNine) {
  Series series{.values = {30, 31, 35, 28, 33}};
  Forecast f = std::get<Forecast>(forecast_next(series, {}));
  EXPECT_EQ(f.point, 31);
  EXPECT_EQ(f.model, "median");
  EXPECT_EQ(f.n, 5U);
  EXPECT_FALSE(f.lower || f.upper);
  EXPECT_EQ(f.interval_need, 9U);
  series.values.insert(series.values.end(), {32, 29, 34, 30});
  f = std::get<Forecast>(forecast_next(series, {}));
  ASSERT_TRUE(f.lower && f.upper);
  EXPECT_LE(*f.lower, 28);
  EXPECT_GE(*f.upper, 34);
  EXPECT_FALSE(f.interval_need);
}

// The median of so many lognormal runs is right up to 4 %.
TEST(Train, StaysAtTheMiddleWhereNothingExplains) {
  double off = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    off += std::abs(std::log(point_of(predict(trained(noise(60, seed)))) / 100)) / 20;
  }
  EXPECT_LT(off, 0.07);
}

TEST(Train, FollowsALevelThatMoved) {
  double off = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Series series = noise(60, seed);
    for (std::size_t i = 30; i < 60; ++i) series.values[i] *= 8;
    off += std::abs(std::log(point_of(predict(trained(series))) / 800)) / 20;
  }
  EXPECT_LT(off, 0.2);
}

TEST(Train, SaysWhatEachMemberWeighs) {
  const TrainedModel model = trained(noise(60, 3));
  EXPECT_EQ(model.kind, ModelKind::together);
  ASSERT_EQ(model.candidates.size(), 1 + kTogetherMembers);
  EXPECT_EQ(model.candidates[0].kind, ModelKind::together);
  EXPECT_EQ(model.candidates[1].kind, ModelKind::regression);
  EXPECT_EQ(model.candidates[4].kind, ModelKind::ses);
  double sum = 0;
  for (const Candidate& member : model.candidates) {
    EXPECT_GT(member.loss, 0.2);
    sum += member.weight;
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(Train, LeansOnTheRegressionWhereTheSizeOfTheWorkExplains) {
  Draws draws{5};
  Series series{.values = {}, .covariates = {{"packages", {}}}};
  for (int i = 0; i < 40; ++i) {
    const double packages = std::floor(40 * draws.uniform());
    series.covariates[0].values.push_back(packages);
    series.values.push_back((5 + 3 * packages) * std::exp(0.1 * draws.normal()));
  }
  const TrainedModel model = trained(series);
  EXPECT_GT(model.candidates.at(1).weight, 0.8);
  const double small = point_of(predict(model, {.covariates = {{"packages", 2}}}));
  const double large = point_of(predict(model, {.covariates = {{"packages", 35}}}));
  EXPECT_GT(large, 4 * small);
  EXPECT_THROW((void)predict(model, {.covariates = {{"parcels", 2}}}), Error);
}

TEST(Train, FitsTheModelThatIsNamed) {
  for (const ModelKind kind : {ModelKind::mean, ModelKind::median, ModelKind::recent_median,
                               ModelKind::ses, ModelKind::regression, ModelKind::together}) {
    const TrainedModel model = trained(noise(30, 1), kind);
    EXPECT_EQ(model.kind, kind);
    EXPECT_EQ(model.scores.size(), 29U);
    EXPECT_EQ(predict(model).model, to_string(kind));
  }
}

TEST(Train, PredictsRunsThatFollowEachOther) {
  Series series = noise(40, 4);
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    series.times.push_back(1e9 + 1e5 * static_cast<double>(i * i % 7 + 7 * i));
  }
  const std::vector<NextRun> runs{{.time = 1e9 + 3e7}, {.time = 1e9 + 4e7}, {.time = 1e9 + 9e7}};
  for (const ModelKind kind : {ModelKind::ses, ModelKind::regression, ModelKind::together}) {
    const TrainedModel model = trained(series, kind);
    const std::vector<Centred> centres = predict_runs(model, runs);
    ASSERT_EQ(centres.size(), 3U);
    EXPECT_EQ(centres[0].centre, predict(model, runs[0]).next.centre);
    EXPECT_GE(centres[1].spread, centres[0].spread);
    EXPECT_GE(centres[2].spread, centres[1].spread);
  }
}

TEST(Train, RemembersWhatItWouldHaveSaid) {
  const TrainedModel model = trained({.values = {2, 4, 9, 1, 4}}, ModelKind::mean);
  EXPECT_TRUE(std::isnan(model.one_step[0]));
  EXPECT_DOUBLE_EQ(model.one_step[1], 2);
  EXPECT_DOUBLE_EQ(model.one_step[4], 4);
}

// Shuffling or changing the future must not change what was forecast before it.
TEST(Train, HasNoLeak) {
  Series series = noise(40, 9);
  for (std::size_t i = 0; i < 40; ++i) {
    series.times.push_back(static_cast<double>(i) * 90000);
  }
  Series other = series;
  for (std::size_t i = 25; i < 40; ++i) {
    other.values[i] *= 3;
  }
  for (const ModelKind kind : {ModelKind::mean, ModelKind::median, ModelKind::recent_median,
                               ModelKind::ses, ModelKind::regression, ModelKind::together}) {
    const TrainedModel a = trained(series, kind);
    const TrainedModel b = trained(other, kind);
    for (std::size_t t = 1; t <= 25; ++t) {
      EXPECT_EQ(a.one_step[t], b.one_step[t]) << to_string(kind) << t;
    }
  }
}

// Nominal 90 % on exchangeable lognormal runs, 2000 series a length, within four standard errors
// of [0.9, 0.9 + 1 / (n + 1)], less two points for choosing the model by the same errors.
TEST(Interval, CoversExchangeableRuns) {
  for (const std::size_t n : {9U, 12U, 25U, 60U}) {
    Draws draws{n};
    constexpr int kSeries = 2000;
    int covered = 0;
    for (int r = 0; r < kSeries; ++r) {
      Series series = noise(n + 1, 1000 * n + static_cast<std::uint64_t>(r));
      const double truth = series.values.back();
      series.values.pop_back();
      const Forecast f = std::get<Forecast>(forecast_next(series, {}));
      covered += f.lower.value() <= truth && truth <= f.upper.value() ? 1 : 0;
    }
    const double coverage = static_cast<double>(covered) / kSeries;
    const double error = std::sqrt(0.9 * 0.1 / kSeries);
    RecordProperty("coverage_" + std::to_string(n), std::to_string(coverage));
    EXPECT_GE(coverage, 0.9 - 0.02 - 4 * error) << n;
    EXPECT_LE(coverage, 0.9 + 1.0 / static_cast<double>(n + 1) + 4 * error) << n;
  }
}

// Runs with times, sizes that are not always known, and values that follow the sizes.
Series runs_with_sizes(std::size_t n) {
  Draws draws{11};
  Series series{.values = {}, .times = {}, .covariates = {{.name = "packages"}}};
  double time = 1.75e9;
  for (std::size_t i = 0; i < n; ++i) {
    const double packages = std::floor(1 + 30 * std::abs(draws.normal()));
    time += 86400 * (0.5 + std::abs(draws.normal()));
    series.times.push_back(time);
    series.covariates[0].values.push_back(i % 7 == 3 ? kUnknown : packages);
    series.values.push_back(20 * (1 + packages) * std::exp(0.2 * draws.normal()));
  }
  return series;
}

Series first_runs(const Series& all, std::size_t n) {
  const auto first = [&](const std::vector<double>& values) {
    return std::vector<double>(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n));
  };
  return {.values = first(all.values),
          .times = first(all.times),
          .covariates = {{.name = "packages", .values = first(all.covariates[0].values)}}};
}

Run run_of(const Series& all, std::size_t i) {
  NextRun known{.time = all.times[i]};
  const double packages = all.covariates[0].values[i];
  if (!std::isnan(packages)) known.covariates.push_back({"packages", packages});
  return {.known = known, .value = all.values[i]};
}

TEST(Update, GivesTheModelOfAllRuns) {
  const Series all = runs_with_sizes(60);
  for (const ModelKind kind : {ModelKind::mean, ModelKind::median, ModelKind::recent_median,
                               ModelKind::ses, ModelKind::regression, ModelKind::together}) {
    TrainedModel model = trained(first_runs(all, 40), kind);
    for (std::size_t i = 40; i < 60; ++i) model = update(std::move(model), run_of(all, i)).value();
    EXPECT_EQ(save(model), save(trained(all, kind))) << to_string(kind);
  }
}

TEST(Update, OfTheEnsembleGoesOnWithItsSequence) {
  const Series all = runs_with_sizes(60);
  const TrainedModel model = trained(first_runs(all, 50), ModelKind::ensemble);
  const TrainedModel after = update(model, run_of(all, 50)).value();
  EXPECT_EQ(after.n, 51U);
  EXPECT_EQ(after.scores.size(), model.scores.size() + 1);
  EXPECT_EQ(after.one_step.back(), point_of(predict(model), Sign::any));
}

TEST(Update, SaysWhereTheModelIsToBeTrainedAgain) {
  const Series all = runs_with_sizes(30);
  const TrainedModel few = trained(first_runs(all, 10), ModelKind::median);
  EXPECT_FALSE(update(few, run_of(all, 10)));
  const TrainedModel logs = trained(all, ModelKind::regression);
  EXPECT_FALSE(update(logs, {.known = {.time = 1.9e9}, .value = 0}));
  EXPECT_FALSE(update(logs, {.known = {.time = 1.9e9}, .value = -1}));
  EXPECT_TRUE(update(logs, {.known = {.time = 1.9e9}, .value = 1}));
}

TEST(Update, RefusesWhatNoRunCanBe) {
  const TrainedModel model = trained(runs_with_sizes(30), ModelKind::mean);
  EXPECT_THROW(static_cast<void>(update(model, {.known = {}, .value = kUnknown})), Error);
  EXPECT_THROW(
      static_cast<void>(update(model, {.known = {.covariates = {{"bytes", 1}}}, .value = 1})),
      Error);
}

TEST(Update, GoesOnFromAModelThatWasRead) {
  const Series all = runs_with_sizes(60);
  for (const ModelKind kind :
       {ModelKind::automatic, ModelKind::mean, ModelKind::median, ModelKind::recent_median,
        ModelKind::ses, ModelKind::regression, ModelKind::ensemble, ModelKind::together}) {
    const TrainedModel model = trained(first_runs(all, 50), kind);
    const TrainedModel again = load_trained(save(model));
    EXPECT_EQ(save(again), save(model));
    const NextRun next = run_of(all, 50).known;
    EXPECT_EQ(predict(again, next).next.centre, predict(model, next).next.centre);
    EXPECT_EQ(save(*update(again, run_of(all, 50))), save(*update(model, run_of(all, 50))));
  }
}

}  // namespace
}  // namespace shelduck::forecast
