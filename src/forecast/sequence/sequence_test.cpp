#include "shelduck/forecast/sequence/sequence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "shelduck/forecast/select.hpp"
#include "shelduck/forecast/series_for_test.hpp"
#include "shelduck/forecast/state/model_state.hpp"

namespace shelduck::forecast {
namespace {

// log y swings back and forth: z_t = -0.8 z_(t-1) + noise of .2. Only the last value tells the
// next.
std::vector<double> swinging(std::size_t n, unsigned seed) {
  std::mt19937 generator{seed};
  std::normal_distribution<double> noise{0, 0.2};
  std::vector<double> values;
  double z = 0;
  for (std::size_t t = 0; t < n; ++t) {
    z = -0.8 * z + noise(generator);
    values.push_back(60 * std::exp(z));
  }
  return values;
}

SequenceModel fitted_sequence(const std::vector<double>& values) {
  return std::get<SequenceModel>(fit_sequence(values));
}

TEST(SequenceModels, SayHowManyValuesTheyNeed) {
  const auto few = fit_sequence(swinging(29, 1));
  EXPECT_EQ(std::get<NotEnough>(few).have, 29U);
  EXPECT_EQ(std::get<NotEnough>(few).need, 30U);
}

TEST(SequenceModels, ForecastEachValueFromThoseBeforeIt) {
  const std::vector<double> values = swinging(80, 2);
  std::vector<double> other = values;
  other.back() *= 1.5;
  const Backtest backtest = backtest_of(fitted_sequence(values));
  const Backtest again = backtest_of(fitted_sequence(other));
  ASSERT_EQ(backtest.first, 20U);
  ASSERT_EQ(backtest.steps.size(), 60U);
  for (std::size_t i = 0; i < backtest.steps.size(); ++i) {
    EXPECT_EQ(backtest.steps[i].centre, again.steps[i].centre) << i;
  }
}

TEST(SequenceModels, GoOnWithNewValues) {
  const std::vector<double> values = swinging(150, 3);
  const SequenceModel fitted = fitted_sequence({values.begin(), values.begin() + 140});
  const auto now = continued(fitted, values);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->n, 150U);
  EXPECT_EQ(now->centres.size(), kSequenceOrigins);
  EXPECT_EQ(now->centres[90], predict_next(fitted).centre);
  const auto in_two = continued(*continued(fitted, std::span{values}.first(145)), values);
  EXPECT_EQ(save(*in_two), save(*now));
}

TEST(SequenceModels, DoNotGoOnWhereOlderValuesChanged) {
  std::vector<double> values = swinging(60, 4);
  const SequenceModel fitted = fitted_sequence(values);
  values[10] += 1e-9;
  EXPECT_FALSE(continued(fitted, values));
  EXPECT_FALSE(continued(fitted, std::span{values}.first(59)));
}

TEST(SequenceModels, DoNotGoOnWithAValueThatTheirScaleDoesNotHold) {
  std::vector<double> values = swinging(60, 5);
  const SequenceModel fitted = fitted_sequence(values);
  values.push_back(0);
  EXPECT_FALSE(continued(fitted, values));
}

TEST(SequenceModels, SeeTheSeasonBesideAGiant) {
  std::vector<double> values = swinging(120, 10);
  for (std::size_t t = 0; t < values.size(); ++t) values[t] *= std::exp(3 * season_wave(t, 12));
  const std::size_t clean = fitted_sequence(values).regular.period;
  values[60] = 1e60;
  EXPECT_EQ(clean, 12U);
  EXPECT_EQ(fitted_sequence(values).regular.period, clean);
}

TEST(SequenceModels, AreReadBackAsTheyWere) {
  const std::vector<double> values = swinging(60, 6);
  const SequenceModel fitted = fitted_sequence(values);
  const SequenceModel again = load_sequence(save(fitted));
  EXPECT_EQ(save(again), save(fitted));
  EXPECT_EQ(predict_next(again).centre, predict_next(fitted).centre);
}

TEST(Train, TakesTheSequenceWhereItIsAhead) {
  const std::vector<double> values = swinging(120, 7);
  const auto trained = train({.values = values}, fitted_sequence(values));
  const auto& model = std::get<TrainedModel>(trained);
  EXPECT_EQ(model.kind, ModelKind::ensemble);
  EXPECT_EQ(predict(model).model, "ensemble");
  EXPECT_EQ(model.scores.size(), 100U);
  EXPECT_TRUE(std::isnan(model.one_step[19]));
  EXPECT_FALSE(std::isnan(model.one_step[20]));
}

TEST(Train, LeavesASequenceOutThatCannotGoOn) {
  std::vector<double> values = swinging(120, 8);
  const SequenceModel fitted = fitted_sequence(values);
  values[3] *= 2;
  EXPECT_NE(std::get<TrainedModel>(train({.values = values}, fitted)).kind, ModelKind::ensemble);
}

TEST(Train, FitsASequenceByName) {
  const auto trained = train({.values = swinging(40, 9)}, ModelKind::ensemble);
  EXPECT_EQ(std::get<TrainedModel>(trained).kind, ModelKind::ensemble);
  const auto few = train({.values = swinging(20, 9)}, ModelKind::ensemble);
  EXPECT_EQ(std::get<NotEnough>(few).need, kSequenceNeeds);
}

}  // namespace
}  // namespace shelduck::forecast
