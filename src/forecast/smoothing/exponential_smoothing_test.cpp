#include "shelduck/forecast/smoothing/exponential_smoothing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/draws.hpp"
#include "shelduck/forecast/series_for_test.hpp"
#include "shelduck/forecast/smoothing/ets_for_test.hpp"

namespace shelduck::forecast {
namespace {

// By hand: f = 10 + 0.8 * 5 + 1 = 15, e = 2; l = 14 + 1, b = 4 + 0.5, s = 1 + 0.2.
// Then f = 15 + 3.6 - 1 = 17.6, e = -1: l = 18.6 - 0.5, b = 3.6 - 0.25, s = -1 - 0.1.
TEST(ExponentialSmoothing, FollowsTheRecursionOfAdditiveForms) {
  ExponentialSmoothingModel model =
      at_start("A,Ad,A", 2,
               {.weights = {.alpha = 0.5, .beta = 0.25, .gamma = 0.1, .phi = 0.8},
                .start = {.level = 10, .slope = 5, .season = {1, -1}}});
  EXPECT_EQ(model.next(), 15);
  model.absorb(17);
  EXPECT_NEAR(model.next(), 17.6, 1e-12);
  model.absorb(16.6);
  EXPECT_NEAR(model.state.level, 18.1, 1e-12);
  EXPECT_NEAR(model.state.slope, 3.35, 1e-12);
  EXPECT_NEAR(model.state.season[0], 1.2, 1e-12);
  EXPECT_NEAR(model.state.season[1], -1.1, 1e-12);
  EXPECT_NEAR(model.errors.squares, 5, 1e-12);
  EXPECT_EQ(model.n, 2U);
  const Path path = forecast(model, 3);
  EXPECT_EQ(path.points[0], model.next());
  EXPECT_NEAR(path.points[0], 18.1 + 0.8 * 3.35 + 1.2, 1e-12);
  EXPECT_NEAR(path.points[2], 18.1 + (0.8 + 0.64 + 0.512) * 3.35 + 1.2, 1e-12);
  EXPECT_TRUE(path.deviations.empty()) << "two errors and seven fitted numbers";
}

// By hand: q = 10 + 2, f = 12 * 0.5 = 6, the value is a quarter above: e = 1.5, relative 0.25.
// l = 12 (1 + 0.5 / 4), b = 2 + 0.25 * 12 / 4, s = 0.5 (1 + 0.2 / 4).
TEST(ExponentialSmoothing, FollowsTheRecursionOfMultiplicativeForms) {
  ExponentialSmoothingModel model =
      at_start("M,A,M", 2,
               {.weights = {.alpha = 0.5, .beta = 0.25, .gamma = 0.2},
                .start = {.level = 10, .slope = 2, .season = {0.5, 1.5}}});
  model.absorb(7.5);
  EXPECT_NEAR(model.state.level, 13.5, 1e-12);
  EXPECT_NEAR(model.state.slope, 2.75, 1e-12);
  EXPECT_NEAR(model.state.season[0], 0.525, 1e-12);
  EXPECT_NEAR(model.errors.squares, 0.0625, 1e-12);
  EXPECT_NEAR(model.next(), 16.25 * 1.5, 1e-12);
  EXPECT_NEAR(forecast(model, 2).points[1], 19 * 0.525, 1e-12);
}

TEST(ExponentialSmoothing, StartedAndFedAgainIsTheFittedModel) {
  for (const std::string name : kEtsNames) {
    const auto model = fit_exponential_smoothing(kQuarterly, form_named(name), 4);
    ExponentialSmoothingModel again = started(model);
    EXPECT_EQ(again.n, 0U);
    EXPECT_EQ(again.errors.count, 0U);
    for (const double value : kQuarterly) again.absorb(value);
    EXPECT_EQ(again.state.level, model.state.level) << name;
    EXPECT_EQ(again.state.slope, model.state.slope);
    EXPECT_EQ(again.state.season, model.state.season);
    EXPECT_EQ(again.errors.squares, model.errors.squares);
    EXPECT_EQ(again.n, kQuarterly.size());
    const OneStep past = one_step(model, kQuarterly);
    EXPECT_EQ(past.errors.size(), kQuarterly.size());
    EXPECT_EQ(past.errors[0], kQuarterly[0] - started(model).next());
  }
}

TEST(ExponentialSmoothing, GivesTheConstantOfAConstantSeries) {
  for (const double constant : {4.1, 0.0, -3.0}) {
    const auto model = fit_exponential_smoothing(EtsValues(20, constant), 4);
    EXPECT_EQ(to_string(model.form), "A,N,N");
    EXPECT_EQ(forecast(model, 6).points, EtsValues(6, constant));
    EXPECT_EQ(forecast(model, 6).deviations, EtsValues(6, 0.0));
    EXPECT_FALSE(model.criterion) << "errors of 0 have no likelihood";
  }
}

TEST(ExponentialSmoothing, ContinuesALineExactly) {
  EtsValues line;
  for (int t = 0; t < 20; ++t) line.push_back(100 - 2.5 * t);
  const auto model = fit_exponential_smoothing(line, 1);
  EXPECT_EQ(model.form.trend, Trend::additive);
  EXPECT_NEAR(forecast(model, 10).points[9], 100 - 2.5 * 29, 1e-8);
  EXPECT_NEAR(forecast(model, 10).deviations[9], 0, 1e-8);
  EXPECT_FALSE(model.criterion) << "what is left of the errors is rounding";
}

// A ratio to a level that is not positive, or of a value that is not, says nothing of the season.
TEST(ExponentialSmoothing, KeepsIndicesWhereTheyHaveNoMeaning) {
  ExponentialSmoothingModel model =
      at_start("M,N,M", 2,
               {.weights = {.alpha = 0.5, .gamma = 0.5}, .start = {.level = 1, .season = {1, 1}}});
  for (const double value : {-5.0, -5.0, 0.0, 4.0}) {
    const bool meant = model.state.level > 0 && value > 0;
    model.absorb(value);
    EXPECT_FALSE(meant);
    EXPECT_EQ(model.state.season[0], 1);
    EXPECT_EQ(model.state.season[1], 1);
  }
  EXPECT_GT(model.state.level, 0);
  model.absorb(8);
  EXPECT_GT(model.state.season[0], 1);
  EXPECT_EQ(model.errors.count, 5U);
}

TEST(ExponentialSmoothing, StartsWithThreeValues) {
  try {
    (void)fit_exponential_smoothing(EtsValues{1, 2}, 4);
    FAIL() << "two values were taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().rule, "at least 3 values");
  }
  const EtsValues values{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4};
  for (std::size_t n = 3; n <= values.size(); ++n) {
    const auto model = fit_exponential_smoothing(std::span{values}.first(n), 4);
    const Path path = forecast(model, 5);
    EXPECT_EQ(path.deviations.size(), 5U) << n;
    for (std::size_t h = 0; h < 5; ++h) {
      EXPECT_TRUE(std::isfinite(path.points[h]) && std::isfinite(path.deviations[h])) << n;
    }
    EXPECT_EQ(model.aicc.has_value(), n >= 5) << n;
    EXPECT_GE(n, values_needed(model.form, 4));
  }
}

std::string refused_field(const EtsValues& values, const std::string& form, std::size_t period) {
  try {
    (void)fit_exponential_smoothing(values, form_named(form), period);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    return error.detail().field;
  }
  return "nothing";
}

TEST(ExponentialSmoothing, RefusesFormsThatCannotBe) {
  EXPECT_EQ(refused_field(kQuarterly, "A,N,M", 4), "form");
  EXPECT_EQ(refused_field(kQuarterly, "M,N,M", 1), "period");
  EXPECT_EQ(refused_field(kMonthly, "A,N,A", 25), "period");
  EXPECT_EQ(refused_field(kMixed, "M,N,N", 4), "values[1]");
  EXPECT_EQ(refused_field(EtsValues{1, 2, 3, 4, 5, 6}, "A,N,A", 4), "values");
  EXPECT_EQ(refused_field(kMixed, "A,N,A", 4), "nothing");
  EXPECT_EQ(fit_exponential_smoothing(kMonthly, 25).form.season, EtsSeason::none);
  EXPECT_EQ(fit_exponential_smoothing(kMixed, 4).form.error, EtsError::additive);
}

TEST(ExponentialSmoothing, UsesTheNewestValuesOfALongSeries) {
  EtsValues values(kIterativeValuesMax + 50, 1e6);
  for (std::size_t t = 50; t < values.size(); ++t) values[t] = 3 + static_cast<double>(t * t % 7);
  const auto model = fit_exponential_smoothing(values, form_named("M,N,N"), 1);
  EXPECT_EQ(model.skipped, 50U);
  EXPECT_EQ(model.n, kIterativeValuesMax);
  EXPECT_LT(model.next(), 10);
  EXPECT_EQ(one_step(model, values).first, 50U);
}

// 5 to 40 values, in half of the series all positive, with zeros, repetitions and giants.
EtsValues any_ets_values() {
  const int n = *rc::gen::inRange(5, 40);
  const bool positive = *rc::gen::inRange(0, 2) == 1;
  EtsValues values;
  for (int t = 0; t < n; ++t) {
    const int kind = *rc::gen::inRange(0, 14);
    const double plain = *rc::gen::inRange(1, 10000) / 16.0;
    const double size = kind == 1 ? plain * 65536 : kind < 5 ? 64 : plain;
    values.push_back(positive ? size : kind == 0 ? 0 : kind % 3 == 0 ? -size : size);
  }
  return values;
}

RC_GTEST_PROP(ExponentialSmoothingForecasts, AreFiniteAndStaySoWithAnyValue, ()) {
  const EtsValues values = any_ets_values();
  const auto period = *rc::gen::inRange<std::size_t>(0, 8);
  ExponentialSmoothingModel model = fit_exponential_smoothing(values, period);
  for (const double value : any_ets_values()) {
    model.absorb(value);
    const Path path = forecast(model, 9);
    for (std::size_t h = 0; h < 9; ++h) {
      RC_ASSERT(std::isfinite(path.points[h]));
      RC_ASSERT(path.deviations.empty() || std::isfinite(path.deviations[h]));
    }
  }
}

RC_GTEST_PROP(ExponentialSmoothingForecasts, TimesAPowerOfTwoGiveTheSameBits, ()) {
  const EtsValues values = any_ets_values();
  const auto period = *rc::gen::inRange<std::size_t>(0, 6);
  const double factor = std::ldexp(1.0, *rc::gen::inRange(-40, 40));
  EtsValues scaled = values;
  for (double& value : scaled) value *= factor;
  const auto model = fit_exponential_smoothing(values, period);
  const auto other = fit_exponential_smoothing(scaled, period);
  RC_ASSERT(other.form == model.form);
  const Path path = forecast(model, 7);
  const Path longer = forecast(other, 7);
  RC_ASSERT(path.deviations.size() == longer.deviations.size());
  for (std::size_t h = 0; h < 7; ++h) {
    RC_ASSERT(longer.points[h] == path.points[h] * factor);
    if (!path.deviations.empty()) {
      RC_ASSERT(longer.deviations[h] == path.deviations[h] * factor);
    }
  }
}

RC_GTEST_PROP(ExponentialSmoothingForecasts, OfAdditiveFormsFollowAShift, ()) {
  const EtsValues values = any_ets_values();
  const double shift = *rc::gen::inRange(-1000000, 1000000) / 16.0;
  EtsValues shifted = values;
  // At least the smallest distance there is.
  const double scale = std::max(1.0 / 16, difference_scale(values, 2));
  for (double& value : shifted) value += shift;
  for (const std::string name : {"A,N,N", "A,A,N", "A,Ad,N", "A,N,A", "A,Ad,A"}) {
    if (values.size() < values_needed(form_named(name), 2)) continue;
    const auto model = fit_exponential_smoothing(values, form_named(name), 2);
    const auto other = fit_exponential_smoothing(shifted, form_named(name), 2);
    const Path path = forecast(model, 5);
    const Path moved = forecast(other, 5);
    for (std::size_t h = 0; h < 5; ++h) {
      RC_ASSERT(std::abs(moved.points[h] - path.points[h] - shift) <= 1e-6 * scale);
    }
  }
}

// A multiplicative error says nothing of a jump from 100 to millions, and its likelihood is best
// where the forecasts before the jump are near 0.
TEST(ExponentialSmoothing, FollowsAJumpOfAnySize) {
  for (const double jump : {900.0, 3e3, 1e4, 1e6, 1e9}) {
    std::vector<double> values;
    Draws draws{7};
    for (int t = 0; t < 60; ++t) {
      values.push_back(100 + 2 * draws.normal() + (t < 56 ? 0 : jump));
    }
    const Path path = forecast(fit_exponential_smoothing(values, 1), 4);
    for (std::size_t h = 0; h < 4; ++h) {
      EXPECT_NEAR(path.points[h] / (100 + jump), 1, 0.1) << jump;
      EXPECT_LT(path.deviations[h], 0.5 * jump) << jump;
    }
  }
}

}  // namespace
}  // namespace shelduck::forecast
