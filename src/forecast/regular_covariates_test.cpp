// Covariates at the door of regular models: who takes them, what is refused, and that what a model
// says does not depend on how it came by its values.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/any_regular_for_test.hpp"
#include "shelduck/forecast/evaluation.hpp"
#include "shelduck/forecast/intervals/interval_bounds.hpp"
#include "shelduck/forecast/intervals/refit_scores.hpp"
#include "shelduck/forecast/metrics.hpp"
#include "shelduck/forecast/regular_prediction.hpp"
#include "shelduck/forecast/state/model_state.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kComing = 4;

// Values that move with two covariates, one a flag, which are known of kComing steps more.
struct DrivenSeries {
  RegularSeries series;
  StepCovariates known;

  [[nodiscard]] StepCovariates coming() const { return known.part(series.values.size(), kComing); }
};

DrivenSeries driven_series(std::size_t n, unsigned seed, double effect = 5) {
  std::mt19937 generator{seed};
  std::normal_distribution<double> noise;
  DrivenSeries driven{.series = {.values = {}, .period = 7}, .known = {.names = {"x", "flag"}}};
  double level = 100;
  for (std::size_t t = 0; t < n + kComing; ++t) {
    const double x = noise(generator);
    const double flag = generator() % 5 == 0 ? 1 : 0;
    driven.known.entries.insert(driven.known.entries.end(), {x, flag});
    level += 0.1 * noise(generator);
    if (t < n) {
      driven.series.values.push_back(level + effect * x - 3 * effect * flag + noise(generator));
    }
  }
  driven.series.covariates = driven.known.part(0, n);
  return driven;
}

TrainedRegular driven_model(const RegularSeries& series, RegularModel kind) {
  return std::get<TrainedRegular>(fit(series, kind));
}

std::vector<RegularModel> models_of_covariates(const RegularSeries& series) {
  std::vector<RegularModel> models;
  for (const RegularModel kind : kRegularModels) {
    const std::size_t needed = values_needed(kind, series.covariates.names.size());
    const bool is_long_enough =
        std::ranges::any_of(members_of(kind, series), [&](RegularModel member) {
          return series.values.size() >= values_needed(member, series.covariates.names.size());
        });
    if (knows_covariates(kind) && series.values.size() >= needed && is_long_enough) {
      models.push_back(kind);
    }
  }
  return models;
}

RegularModel any_of_covariates(const RegularSeries& series) {
  const std::vector<RegularModel> models = models_of_covariates(series);
  return models.at(*rc::gen::inRange<std::size_t>(0, models.size()));
}

TEST(RegularCovariates, ChangeTheForecastOfThoseWhoKnowThem) {
  const DrivenSeries driven = driven_series(80, 1);
  StepCovariates other = driven.coming();
  for (double& entry : other.entries) entry = 1 - entry;
  for (const RegularModel kind : models_of_covariates(driven.series)) {
    const TrainedRegular model = driven_model(driven.series, kind);
    EXPECT_EQ(model.covariates, driven.known.names);
    EXPECT_NE(forecast(model, kComing, driven.coming()).points,
              forecast(model, kComing, other).points)
        << to_string(kind);
  }
}

TEST(RegularCovariates, AreRefusedByThoseWhoDoNot) {
  const DrivenSeries driven = driven_series(40, 1);
  for (const RegularModel kind : kRegularModels) {
    if (knows_covariates(kind)) continue;
    try {
      (void)fit(driven.series, kind);
      ADD_FAILURE() << to_string(kind);
    } catch (const Error& error) {
      EXPECT_EQ(error.detail().field, "model");
      EXPECT_EQ(error.detail().value, to_string(kind));
      EXPECT_NE(error.detail().rule.find("auto_arima, prophet, lightgbm"), std::string::npos);
    }
  }
}

std::string field_refused_by(const auto& use) {
  try {
    use();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    return error.detail().field;
  }
  return "none";
}

TEST(RegularCovariates, AreThoseOfTheTraining) {
  const DrivenSeries driven = driven_series(40, 1);
  const TrainedRegular model = driven_model(driven.series, RegularModel::auto_arima);
  const std::vector<double> more{100, 101};
  StepCovariates others = driven.coming();
  std::swap(others.names[0], others.names[1]);
  StepCovariates missing = driven.coming();
  missing.entries[3] = kUnknown;
  EXPECT_EQ(field_refused_by([&] { (void)forecast(model, kComing); }), "covariates");
  EXPECT_EQ(field_refused_by([&] { (void)forecast(model, kComing, others); }), "covariates");
  EXPECT_EQ(field_refused_by([&] { (void)forecast(model, 3, driven.coming()); }),
            "the number of entries");
  EXPECT_EQ(field_refused_by([&] { (void)forecast(model, kComing, missing); }), "flag at step 2");
  EXPECT_EQ(field_refused_by([&] { (void)update(model, more); }), "covariates");
  EXPECT_EQ(field_refused_by([&] { (void)one_step(model, driven.series.values); }), "covariates");
  RegularSeries short_of_one = driven.series;
  short_of_one.covariates = driven.known.part(0, 39);
  EXPECT_EQ(field_refused_by([&] { (void)fit(short_of_one, RegularModel::prophet); }),
            "the number of entries");
}

TEST(RegularCovariates, AreShownToAPrediction) {
  const DrivenSeries driven = driven_series(80, 5);
  const std::vector<double>& values = driven.series.values;
  const TrainedRegular model = driven_model(driven.series, RegularModel::auto_arima);
  const PredictionOptions asked{.horizon = kComing, .levels = {0.8}, .known = driven.known};
  const RegularPrediction next = predict(model, values, asked);
  EXPECT_EQ(next.points, forecast(model, kComing, driven.coming()).points);
  EXPECT_LT(next.bounds[0].upper[0] - next.bounds[0].lower[0], 10);
  const PredictionOptions blind{.horizon = kComing, .levels = {0.8}};
  EXPECT_EQ(field_refused_by([&] { (void)predict(model, values, blind); }), "covariates");
  PredictionOptions of_the_past = asked;
  of_the_past.known = driven.series.covariates;
  EXPECT_EQ(field_refused_by([&] { (void)predict(model, values, of_the_past); }),
            "the number of entries");
}

TEST(RegularCovariates, ChooseTheMembers) {
  const DrivenSeries driven = driven_series(60, 2);
  const TrainedRegular model = driven_model(driven.series, RegularModel::automatic);
  EXPECT_EQ(to_string(model.problem.value()), "known covariates");
  for (const TrainedMember& member : model.members) EXPECT_TRUE(knows_covariates(member.kind));
  EXPECT_GT(model.members.size(), 1U);
  EXPECT_EQ(driven_model(driven.series, RegularModel::by_size).members.front().kind,
            RegularModel::lightgbm);
  // The rule of by_size stands also where the model does without.
  const DrivenSeries few = driven_series(12, 2);
  const TrainedRegular without = driven_model(few.series, RegularModel::by_size);
  EXPECT_EQ(without.members.front().kind, RegularModel::exponential_smoothing);
  EXPECT_EQ(forecast(without, kComing, few.coming()).points.size(), kComing);
  const auto too_few =
      std::get<NotEnough>(fit(driven_series(12, 2).series, RegularModel::auto_arima));
  EXPECT_EQ(too_few.need, 13U);
}

RC_GTEST_PROP(RegularCovariatesProperty, AreKnownToUpdatesStatesAndPastErrors, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(14, 60);
  const DrivenSeries driven = driven_series(n + 3, *rc::gen::inRange(0U, 1000U));
  RegularSeries start = driven.series;
  start.values.resize(n);
  start.covariates = driven.known.part(0, n);
  const std::span<const double> all{driven.series.values};
  const StepCovariates past = driven.known.part(0, n + 3);
  const TrainedRegular model = driven_model(start, any_of_covariates(start));
  const TrainedRegular again = load_regular(save(model));
  RC_ASSERT(save(again) == save(model));
  const TrainedRegular whole = update(model, all.subspan(n), driven.known.part(n, 3));
  TrainedRegular pieces = again;
  for (std::size_t t = n; t < n + 3; ++t) {
    pieces = update(std::move(pieces), all.subspan(t, 1), driven.known.part(t, 1));
  }
  const Path path = forecast(whole, kComing, driven.coming());
  RC_ASSERT(path.points == forecast(pieces, kComing, driven.coming()).points);
  for (const double point : path.points) RC_ASSERT(std::isfinite(point));
  const double said = forecast(model, 1, driven.known.part(n, 1)).points[0];
  const OneStep errors = one_step(model, all.first(n + 1), driven.known.part(0, n + 1));
  RC_ASSERT(errors.errors.back() == all[n] - said);
  RC_ASSERT(one_step(model, all, past).errors == one_step(again, all, past).errors);
}

RC_GTEST_PROP(RegularCovariatesProperty, MayBeDegenerate, ()) {
  RegularSeries series = any_regular();
  const std::size_t n = series.values.size();
  StepCovariates known{.names = {"constant", "giant", "same", "twice", "rare"}};
  for (std::size_t t = 0; t < n + kComing; ++t) {
    const double x = *rc::gen::inRange(-3, 4) * 1e60;
    known.entries.insert(known.entries.end(), {7.3, x, x, 2 * x, t + 1 == n ? 1.0 : 0.0});
  }
  series.covariates = known.part(0, n);
  if (models_of_covariates(series).empty()) return;
  const TrainedRegular model = driven_model(series, any_of_covariates(series));
  const Path path = forecast(model, kComing, known.part(n, kComing));
  for (const double point : path.points) RC_ASSERT(std::isfinite(point));
}

// Errors that covariates explain make the interval narrower, and past ones come from origins that
// knew the covariates of their horizon.
TEST(RegularCovariates, NarrowTheInterval) {
  const DrivenSeries driven = driven_series(120, 5);
  RegularSeries blind = driven.series;
  blind.covariates = {};
  const auto width = [](const TrainedRegular& model, const OriginScores& scores,
                        const std::vector<double>& points) {
    ScorePool pool;
    pool.add("this", scores);
    const std::vector<double> levels{0.9};
    const auto bounds =
        bounds_of(points, evidence_of(scores, levels), std::move(pool).sorted(), levels);
    EXPECT_FALSE(model.members.empty());
    return bounds[0].upper[0] - bounds[0].lower[0];
  };
  for (const RegularModel kind : {RegularModel::auto_arima, RegularModel::prophet}) {
    const TrainedRegular model = driven_model(driven.series, kind);
    const TrainedRegular other = driven_model(blind, kind);
    const double with =
        width(model, origin_scores(model, driven.series.values, kComing, driven.known),
              forecast(model, kComing, driven.coming()).points);
    const double without =
        width(other, origin_scores(other, blind.values, kComing), forecast(other, kComing).points);
    EXPECT_LT(with, 0.5 * without) << to_string(kind);
    EXPECT_EQ(field_refused_by([&] {
                (void)origin_scores(model, driven.series.values, kComing,
                                    driven.known.part(0, driven.series.values.size()));
              }),
              "the number of entries");
  }
}

TEST(RegularCovariates, AreKnownToRefitsAtTheirOrigins) {
  const DrivenSeries driven = driven_series(50, 5);
  constexpr std::array kKinds{RegularModel::auto_arima};
  RegularSeries blind = driven.series;
  blind.covariates = {};
  const auto width = [&](const RegularSeries& series, const StepCovariates& known) {
    const TrainedRegular model = driven_model(series, kKinds[0]);
    const OriginScores scores =
        refit_scores(model, {.series = series, .kinds = kKinds, .known = known}, kComing);
    EXPECT_FALSE(scores.by_step[kComing - 1].empty());
    return scores.units[0];
  };
  EXPECT_LT(width(driven.series, driven.known), 0.8 * width(blind, {}));
}

// Sundays are 30 above the others; the first two values are missing, so the history begins on a
// Saturday.
TEST(RegularCovariates, AreJoinedByTheCalendarAtEveryOrigin) {
  std::mt19937 generator{3};
  std::normal_distribution<double> noise;
  std::vector<double> values{kUnknown, kUnknown};
  double level = 100;
  for (int t = 2; t < 154; ++t) {
    level += noise(generator);
    values.push_back(level + (t % 7 == 3 ? 30 : 0));
  }
  EvaluationSeries series{.train = std::span{values}.first(126),
                          .test = std::span{values}.last(28),
                          .horizon = 7,
                          .calendar = {.first = 1'767'225'600, .step = 86'400}};  // a Thursday
  const auto mae = [&](IntervalMethod intervals) {
    const EvaluationOptions options{.refit_every = 2, .levels = {0.8}, .intervals = intervals};
    return evaluate(series, RegularModel::lightgbm, options);
  };
  const Evaluation fast = mae(IntervalMethod::fast);
  const Evaluation exact = mae(IntervalMethod::refit);
  EXPECT_EQ(fast.points, exact.points);
  EXPECT_LT(*std::ranges::max_element(exact.scores.by_step[0]), 4);
  series.calendar = {};
  EXPECT_LT(fast.accuracy.mae.value(), 0.95 * mae(IntervalMethod::fast).accuracy.mae.value());
}

TEST(RegularCovariates, OfWorkThatGrowsNeverLowerTheForecast) {
  DrivenSeries driven = driven_series(80, 9, -0.4);
  driven.known.names = driven.series.covariates.names = {"job_size", "flag"};
  const TrainedRegular model = driven_model(driven.series, RegularModel::lightgbm);
  const auto at = [&](double size) {
    return forecast(model, 1, {.names = driven.known.names, .entries = {size, 0}}).points[0];
  };
  for (double size = -3; size < 3; size += 0.1) EXPECT_LE(at(size), at(size + 0.1)) << size;
}

double mae_of(const RegularSeries& series, RegularModel kind) {
  return std::get<PointAccuracy>(metrics(series, kind)).mae.value();
}

TEST(RegularCovariates, LowerTheErrorOfEachModel) {
  const DrivenSeries driven = driven_series(100, 6);
  RegularSeries blind = driven.series;
  blind.covariates = {};
  for (const RegularModel kind :
       {RegularModel::auto_arima, RegularModel::prophet, RegularModel::lightgbm}) {
    EXPECT_LT(mae_of(driven.series, kind), 0.8 * mae_of(blind, kind)) << to_string(kind);
  }
}

// The covariates of test rows are seen at their origin; one that is missing makes its origins fail.
TEST(RegularCovariates, AreKnownToEvaluations) {
  const DrivenSeries driven = driven_series(112, 7);
  const std::span<const double> all{driven.series.values};
  EvaluationSeries series{
      .train = all.first(100), .test = all.last(12), .horizon = 4, .period = 7, .score_period = 7};
  const Evaluation blind = evaluate(series, RegularModel::auto_arima, {.refit_every = 2});
  series.covariates = driven.known.part(0, 112);
  const Evaluation seen =
      evaluate(series, RegularModel::auto_arima, {.refit_every = 2, .levels = {0.9}});
  EXPECT_EQ(seen.failed, 0U);
  EXPECT_LT(seen.accuracy.mae.value(), 0.5 * blind.accuracy.mae.value());
  // In the history it is filled.
  series.covariates.entries[2 * 50] = kUnknown;
  EXPECT_EQ(evaluate(series, RegularModel::auto_arima).failed, 0U);
  series.covariates.entries[2 * 105] = kUnknown;
  const Evaluation missing = evaluate(series, RegularModel::auto_arima);
  EXPECT_EQ(missing.failed, 1U);
  EXPECT_NE(missing.reason.find("x at step 2 is missing"), std::string::npos) << missing.reason;
}

}  // namespace
}  // namespace shelduck::forecast
