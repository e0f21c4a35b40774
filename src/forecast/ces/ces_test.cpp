#include "shelduck/forecast/ces/ces.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/ces/ces_for_test.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"

namespace shelduck::forecast {
namespace {

// By hand, a = 1.25 + 0.75 i: e = 12 - 10 = 2, l = 10 - .25 x 4 + .5 x 2 = 10,
// c = 10 - .25 x 4 + 2 x 2 = 13; then l = 10 - .25 x 13 = 6.75.
TEST(Ces, FollowsItsRecursion) {
  CesModel model{.form = CesForm::none, .weights = {.a0 = 1.25, .a1 = 0.75}};
  model.state = {.level = {.level = 10, .potential = 4}, .season = {CesPair{}}};
  EXPECT_EQ(model.next(), 10);
  model.absorb(12);
  EXPECT_EQ(model.errors.squares, 4);
  EXPECT_DOUBLE_EQ(model.state.level.level, 10);
  EXPECT_DOUBLE_EQ(model.state.level.potential, 13);
  const Path path = forecast(model, 2);
  EXPECT_DOUBLE_EQ(path.points[0], 10);
  EXPECT_DOUBLE_EQ(path.points[1], 6.75);
  EXPECT_TRUE(path.deviations.empty()) << "one error, two weights and two starts";
}

// By hand: the season of the partial form takes its share b0 of the error, that of the full one is
// turned as the level is, and in the simple one only the phase that was seen moves.
TEST(Ces, FollowsItsRecursionInTheSeason) {
  const CesState state{.level = {.level = 10, .potential = 4},
                       .season = {{.level = 3, .potential = 2}, {.level = -3, .potential = 1}}};
  CesModel model{
      .form = CesForm::partial, .weights = {.a0 = 1.25, .a1 = 0.75, .b0 = 0.25}, .state = state};
  EXPECT_EQ(model.next(), 13);
  model.absorb(15);
  EXPECT_DOUBLE_EQ(model.state.season[0].level, 3.5);
  EXPECT_DOUBLE_EQ(model.next(), 10 - 3);

  model = {.form = CesForm::full,
           .weights = {.a0 = 1.25, .a1 = 0.75, .b0 = 1.5, .b1 = 0.5},
           .state = state};
  model.absorb(15);
  EXPECT_DOUBLE_EQ(model.state.level.level, 10);
  EXPECT_DOUBLE_EQ(model.state.season[0].level, 3 - 0.5 * 2 + 1.0 * 2);
  EXPECT_DOUBLE_EQ(model.state.season[0].potential, 3 - 0.5 * 2 + 2.0 * 2);

  model = {.form = CesForm::simple, .weights = {.a0 = 1.25, .a1 = 0.75}, .state = state};
  model.state.level = {};
  EXPECT_EQ(model.next(), 3);
  model.absorb(5);
  EXPECT_DOUBLE_EQ(model.state.season[0].level, 3 - 0.25 * 2 + 0.5 * 2);
  EXPECT_EQ(model.next(), -3);
}

// How far an error of one step moves the point of a later one is read from two runs.
TEST(Ces, DeviationsAreTheEffectsOfTheErrors) {
  for (const CesForm form : kCesForms) {
    const CesModel model = fit_ces(seasonal_ces(48, 4, 11), form, 4);
    const Path path = forecast(model, 10);
    CesModel moved = model;
    CesModel still = model;
    moved.absorb(model.next() + 1);
    still.absorb(model.next());
    double variance = 1;
    for (std::size_t h = 0; h < 10; ++h) {
      EXPECT_NEAR(path.deviations[h], path.deviations[0] * std::sqrt(variance), 1e-9);
      const double effect = moved.next() - still.next();
      moved.absorb(moved.next());
      still.absorb(still.next());
      variance += effect * effect;
    }
  }
}

TEST(Ces, DeviationsAreThoseOfSimulatedContinuations) {
  for (const CesForm form : kCesForms) {
    const CesModel model = fit_ces(seasonal_ces(60, 4, 21), form, 4);
    expect_simulated_deviations(model, forecast(model, 1).deviations[0],
                                [](const CesModel& /*at*/) { return 1.0; });
  }
}

TEST(Ces, StartedAndAbsorbedAgainIsTheSame) {
  const CesSeries values = seasonal_ces(46, 4, 9);
  for (const CesForm form : kCesForms) {
    const CesModel model = fit_ces(values, form, 4);
    const CesModel start = started(model);
    EXPECT_EQ(start.n, 0U);
    EXPECT_EQ(start.errors.count, 0U);
    EXPECT_EQ(start.largest, 0);
    const CesModel again = absorbed(start, values);
    EXPECT_EQ(again.errors.squares, model.errors.squares);
    EXPECT_EQ(again.largest, model.largest);
    EXPECT_EQ(forecast(again, 9).points, forecast(model, 9).points);
    EXPECT_EQ(forecast(again, 9).deviations, forecast(model, 9).deviations);
    const OneStep past = one_step(model, values);
    EXPECT_EQ(past.first, 0U);
    ASSERT_EQ(past.errors.size(), values.size());
    double squares = 0;
    for (const double error : past.errors) {
      squares += error * error;
    }
    EXPECT_NEAR(squares, model.errors.squares, 1e-9 * squares);
  }
}

TEST(Ces, NamesTheLengthThatItNeeds) {
  EXPECT_EQ(values_needed(CesForm::none, 12), 5U);
  EXPECT_EQ(values_needed(CesForm::simple, 12), 24U);
  EXPECT_EQ(values_needed(CesForm::full, 2), 8U);
  for (const std::size_t period : {2U, 4U, 12U}) {
    for (const CesForm form : kCesForms) {
      const std::size_t need = values_needed(form, period);
      const CesSeries values = drifting_series(need, 1);
      const Path path = forecast(fit_ces(values, form, period), 2);
      EXPECT_TRUE(std::isfinite(path.points[1]));
      EXPECT_EQ(path.deviations.size(), 2U);
      EXPECT_THROW((void)fit_ces(std::span{values}.first(need - 1), form, period), Error);
    }
  }
  try {
    (void)fit_ces(CesSeries{1, 2, 3, 4});
    FAIL() << "four values were taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().rule, "at least 5 values");
  }
}

// The series doubles and doubles: its own growth is beyond what is followed, and a horizon of all
// steps that may be asked for stays finite.
TEST(Ces, NeverRunsAway) {
  CesSeries explosive;
  for (int t = 0; t < 40; ++t) {
    explosive.push_back(std::ldexp(1.0, t));
  }
  for (const CesSeries& values : {explosive, drifting_series(60, 2, 3.0), seasonal_ces(60, 4, 2)}) {
    const double largest = *std::max_element(values.begin(), values.end());
    for (const CesForm form : kCesForms) {
      const Path path = forecast(fit_ces(values, form, 4), 100'000);
      for (std::size_t h = 0; h < path.points.size(); ++h) {
        ASSERT_LE(std::abs(path.points[h]), 300 * largest);
        ASSERT_TRUE(std::isfinite(path.deviations[h]));
      }
    }
  }
}

TEST(Ces, StaysFiniteOnDegenerateSeries) {
  for (const CesSeries& values : degenerate_series()) {
    for (const CesForm form : kCesForms) {
      expect_finite(forecast(fit_ces(values, form, 4), 1000));
    }
  }
  for (const double point : forecast(fit_ces(CesSeries(24, 4.1), 4), 20).points) {
    EXPECT_NEAR(point, 4.1, 1e-6);
  }
}

TEST(Ces, UsesTheNewestValuesOfALongSeries) {
  const CesSeries values = longer_than_used();
  const CesModel model = fit_ces(values);
  EXPECT_EQ(model.skipped, 100U);
  EXPECT_EQ(model.n, kIterativeValuesMax);
  EXPECT_LT(forecast(model, 1).points[0], 10);
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 100U);
  EXPECT_EQ(past.errors.size(), kIterativeValuesMax);
}

RC_GTEST_PROP(CesForecasts, TimesAPowerOfTwoGiveTheSameBits, ()) {
  CesSeries values;
  const int n = *rc::gen::inRange(8, 50);
  for (int t = 0; t < n; ++t) {
    const int kind = *rc::gen::inRange(0, 12);
    const double plain = *rc::gen::inRange(-2000, 10000) / 16.0;
    values.push_back(kind == 0 ? 0 : kind == 1 ? plain * 65536 : plain + (t % 4 == 1 ? 300 : 0));
  }
  const double factor = std::ldexp(1.0, *rc::gen::inRange(-40, 40));
  CesSeries scaled = values;
  for (double& value : scaled) {
    value *= factor;
  }
  for (const CesForm form : kCesForms) {
    if (values.size() < values_needed(form, 4)) {
      continue;
    }
    const Path path = forecast(fit_ces(values, form, 4), 10);
    const Path other = forecast(fit_ces(scaled, form, 4), 10);
    for (std::size_t h = 0; h < 10; ++h) {
      RC_ASSERT(std::isfinite(path.points[h]) && std::isfinite(path.deviations[h]));
      RC_ASSERT(other.points[h] == path.points[h] * factor);
      RC_ASSERT(other.deviations[h] == path.deviations[h] * factor);
    }
  }
}

// The form is fitted to the newest values alone: the season must be there twice in them.
TEST(Ces, TakesNoSeasonThatTheNewestValuesDoNotHoldTwice) {
  const std::vector<double> values = longer_than_used();
  EXPECT_EQ(fit_ces(values, kIterativeValuesMax / 2 + 1).form, CesForm::none);
  EXPECT_EQ(fit_ces(values, kIterativeValuesMax + 50).form, CesForm::none);
  EXPECT_THROW((void)fit_ces(values, CesForm::partial, kIterativeValuesMax), Error);
}

}  // namespace
}  // namespace shelduck::forecast
