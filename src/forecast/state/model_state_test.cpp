#include "shelduck/forecast/state/model_state.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/any_regular_for_test.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kStepsAhead = 15;

TrainedRegular trained(const RegularSeries& series, RegularModel kind) {
  return std::get<TrainedRegular>(fit(series, kind));
}

void expect_equal_paths(const TrainedRegular& model, const TrainedRegular& again) {
  const Path path = forecast(model, kStepsAhead);
  const Path other = forecast(again, kStepsAhead);
  RC_ASSERT(path.points == other.points);
  RC_ASSERT(path.deviations == other.deviations);
}

RC_GTEST_PROP(ModelStateProperty, ALoadedModelGoesOnAsTheSavedOne, ()) {
  const RegularSeries series = any_regular();
  const std::vector<double> more{series.values.back(), 64, 3.5, 0};
  for (const RegularModel kind : models_for(series)) {
    const TrainedRegular model = trained(series, kind);
    const ModelState state = save(model);
    const TrainedRegular again = load_regular(state);
    RC_ASSERT(save(again) == state);
    expect_equal_paths(model, again);
    expect_equal_paths(update(model, more), update(again, more));
    RC_ASSERT(one_step(model, series.values).errors == one_step(again, series.values).errors);
    RC_ASSERT(fitted(model) == fitted(again));
  }
}

// What a model keeps of its errors is what a walk along all values finds, bit for bit.
RC_GTEST_PROP(ModelStateProperty, KeptErrorsAreThoseOfAWalk, ()) {
  const RegularSeries series = any_regular();
  std::vector<double> all = series.values;
  for (const double value : {series.values.back(), 64.0, 3.5, 0.0, 1e5}) all.push_back(value);
  const auto more = std::span{all}.subspan(series.values.size());
  for (const RegularModel kind : models_for(series)) {
    const TrainedRegular model = update(trained(series, kind), more);
    TrainedRegular forgetful = model;
    RC_ASSERT(forgetful.errors.has_value());
    forgetful.errors.reset();
    const ErrorSum kept = past_errors(model, all);
    const ErrorSum found = past_errors(forgetful, all);
    RC_ASSERT(kept.squares == found.squares && kept.count == found.count);
  }
}

// One number of a state becomes another, or is lost, or there is one more.
void damage(ModelState& state) {
  constexpr std::array<double, 8> kNumbers{
      0, 1, -1, 0.5, 1e9, 1e300, 9e15, std::numeric_limits<double>::quiet_NaN()};
  auto at = state.arrays.begin();
  std::advance(
      at, *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(state.arrays.size())));
  std::vector<double>& numbers = at->second;
  const int how = *rc::gen::inRange(0, 4);
  if (how == 0) numbers.push_back(1);
  if (how == 1 && !numbers.empty()) numbers.pop_back();
  if (how > 1 && !numbers.empty()) {
    numbers[*rc::gen::inRange<std::size_t>(0, numbers.size())] =
        kNumbers.at(*rc::gen::inRange<std::size_t>(0, 8));
  }
}

// Half of the series have covariates, and a model that knows them.
RegularModel any_kind_for(RegularSeries& series) {
  if (series.values.size() >= kLightgbmNeeds && *rc::gen::inRange(0, 2) == 0) {
    series.covariates.names = {"x"};
    for (std::size_t t = 0; t < series.values.size(); ++t) {
      series.covariates.entries.push_back(*rc::gen::inRange(-4, 5));
    }
    constexpr std::array kKnowing{RegularModel::auto_arima, RegularModel::prophet,
                                  RegularModel::lightgbm};
    return kKnowing.at(*rc::gen::inRange<std::size_t>(0, kKnowing.size()));
  }
  const auto kinds = models_for(series);
  return kinds.at(*rc::gen::inRange<std::size_t>(0, kinds.size()));
}

StepCovariates ones_for(const TrainedRegular& model, std::size_t steps) {
  return {.names = model.covariates,
          .entries = std::vector<double>(steps * model.covariates.size(), 1)};
}

// Under the sanitizers this says more: whatever is let in stays within its own memory.
RC_GTEST_PROP(ModelStateProperty, ADamagedStateIsRefusedOrUsed, ()) {
  RegularSeries series = any_regular();
  const RegularModel kind = any_kind_for(series);
  ModelState state = save(trained(series, kind));
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) damage(state);
  try {
    const TrainedRegular model = load_regular(state);
    const StepCovariates ahead = ones_for(model, kStepsAhead);
    RC_ASSERT(forecast(model, kStepsAhead, ahead).points.size() == kStepsAhead);
    static_cast<void>(update(model, std::vector<double>{1, 2, 3}, ones_for(model, 3)));
    const std::size_t n = series.values.size();
    static_cast<void>(one_step(model, series.values, ones_for(model, n)));
    for_each_origin(
        model, series.values, {.first = n / 2, .horizon = 2},
        [](std::size_t, const Path& path) { RC_ASSERT(!path.points.empty()); }, ones_for(model, n));
  } catch (const Error& error) {
    RC_ASSERT(error.kind() == ErrorKind::invalid_input);
  }
}

ModelState holt_state() {
  return save(trained({.values = {3, 5, 4, 6, 7, 9, 8}}, RegularModel::holt));
}

TEST(ModelStates, NameTheirNumbersAfterTheStructs) {
  const ModelState state = save(trained({.values = {3, 5, 4}}, RegularModel::naive));
  EXPECT_EQ(state.words.at("model.members.0.kind"), "naive");
  EXPECT_EQ(state.arrays.at("model.members.0.state.last"), std::vector<double>{4});
  EXPECT_EQ(state.arrays.at("model.members.0.state.errors.count"), std::vector<double>{2});
  EXPECT_EQ(state.arrays.at("model.problem"), std::vector<double>{});
}

void expect_refusal(const ModelState& state, const std::string& field) {
  try {
    static_cast<void>(load_regular(state));
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, field);
  }
}

TEST(ModelStates, AreRefusedWhereSomethingIsMissingOrUnknown) {
  ModelState missing = holt_state();
  missing.arrays.erase("model.members.0.state.alpha");
  expect_refusal(missing, "model.members.0.state.alpha");
  ModelState more = holt_state();
  more.arrays["model.members.0.state.phi2"] = {1};
  expect_refusal(more, "state");
  ModelState newer = holt_state();
  newer.version = kModelStateVersion + 1;
  expect_refusal(newer, "version");
  ModelState word = holt_state();
  word.words["model.members.0.kind"] = "oracle";
  expect_refusal(word, "model.members.0.kind");
}

TEST(ModelStates, AreRefusedWhereNumbersCannotBe) {
  ModelState half = holt_state();
  half.arrays["model.members.0.state.n"] = {2.5};
  expect_refusal(half, "model.members.0.state.n");
  ModelState trend = holt_state();
  trend.arrays["model.members.0.state.trend"] = {3};
  expect_refusal(trend, "model.members.0.state.trend");
  ModelState none = holt_state();
  none.arrays["model.members"] = {0};
  expect_refusal(none, "model");
}

}  // namespace
}  // namespace shelduck::forecast
