#include "shelduck/forecast/theta/theta.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series_for_test.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"
#include "shelduck/forecast/theta/theta_for_test.hpp"

namespace shelduck::forecast {
namespace {

// By hand: f = 10 + .5 (.125 x 2 + (1 - .0625) / .5 x 1) = 11.0625, e = 2,
// l = 10 + .5 x 3.0625, f = 11.53125 + .5 (.0625 x 2 + (1 - .03125) / .5), and then w B a step.
TEST(Theta, FollowsItsRecursionWithAFixedLine) {
  ThetaModel model{.form = ThetaForm::stm, .level = 10, .decay = 0.125, .n = 3};
  model.line = {.mean = 5, .slope = 1, .n = 5};  // 2 + t
  EXPECT_DOUBLE_EQ(model.next(), 11.0625);
  model.absorb(13.0625);
  EXPECT_EQ(model.errors.squares, 4);
  EXPECT_DOUBLE_EQ(model.level, 11.53125);
  const Path path = forecast(model, 3);
  EXPECT_DOUBLE_EQ(path.points[0], 12.5625);
  EXPECT_DOUBLE_EQ(path.points[1], 13.0625);
  EXPECT_DOUBLE_EQ(path.points[2], 13.5625);
  EXPECT_TRUE(path.deviations.empty()) << "one error and two fitted numbers";
}

// By hand: after 1 and 3 the level is 1.75 and the line -1 + 2 t, so the next point is
// 1.75 + .5 (.25 x -1 + (1 - .125) / .5 x 2) = 3.375. It is taken in as if observed: level 2.5625,
// line -.875 + 1.875 t - .0416..., see below, decay .125.
TEST(Theta, FollowsItsRecursionWithAMovingLine) {
  ThetaModel model{.form = ThetaForm::dstm};
  EXPECT_EQ(model.next(), 0);
  model.absorb(1);
  EXPECT_DOUBLE_EQ(model.next(), 0.75);
  model.absorb(3);
  EXPECT_DOUBLE_EQ(model.line.intercept(), -1);
  EXPECT_DOUBLE_EQ(model.line.slope, 2);
  const Path path = forecast(model, 2);
  EXPECT_DOUBLE_EQ(path.points[0], 3.375);
  // Least squares through (1, 1), (2, 3), (3, 3.375): slope 2.375 / 2, mean 7.375 / 3.
  const double slope = 1.1875;
  const double intercept = 7.375 / 3 - 2 * slope;
  EXPECT_NEAR(path.points[1], 2.5625 + 0.5 * (0.125 * intercept + 0.9375 / 0.5 * slope), 1e-12);
}

TEST(Theta, LineIsThatOfLeastSquares) {
  const ThetaValues values{4, -2, 7.5, 3, 9, 9, -12, 30};
  ThetaLine line;
  for (std::size_t n = 1; n <= values.size(); ++n) {
    line.absorb(values[n - 1]);
    double centre = 0;
    double mean = 0;
    for (std::size_t t = 1; t <= n; ++t) {
      centre += static_cast<double>(t) / static_cast<double>(n);
      mean += values[t - 1] / static_cast<double>(n);
    }
    double product = 0;
    double square = 0;
    for (std::size_t t = 1; t <= n; ++t) {
      const double distance = static_cast<double>(t) - centre;
      product += distance * values[t - 1];
      square += distance * distance;
    }
    const double slope = n == 1 ? 0 : product / square;
    EXPECT_NEAR(line.slope, slope, 1e-12);
    EXPECT_NEAR(line.intercept(), mean - slope * centre, 1e-12);
  }
}

// How far an error of one step moves the point of a later one is read from two runs, one of which
// absorbs it; the errors are independent, so the squares of these effects add up.
TEST(Theta, DeviationsAreTheEffectsOfTheErrors) {
  for (const ThetaForm form : kThetaForms) {
    const ThetaModel model = fit_theta(drifting_series(20, 11), form);
    const Path path = forecast(model, 6);
    const double s = path.deviations[0];
    std::array<double, 6> variance{1, 1, 1, 1, 1, 1};
    ThetaModel before = model;
    for (std::size_t shock = 0; shock < 6; ++shock) {
      ThetaModel moved = before;
      moved.absorb(before.next() + 1);
      before.absorb(before.next());
      ThetaModel still = before;
      for (std::size_t h = shock + 1; h < 6; ++h) {
        const double effect = moved.next() - still.next();
        variance.at(h) += effect * effect;
        moved.absorb(moved.next());
        still.absorb(still.next());
      }
    }
    for (std::size_t h = 0; h < 6; ++h) {
      EXPECT_NEAR(path.deviations[h], s * std::sqrt(variance.at(h)), 1e-9 * s);
    }
  }
}

TEST(Theta, DeviationsAreThoseOfSimulatedContinuations) {
  for (const ThetaForm form : {ThetaForm::otm, ThetaForm::dotm}) {
    const ThetaModel model = fit_theta(seasonal_theta(60, 4, 21), form, 4);
    ASSERT_EQ(model.season.form, SeasonalForm::multiplicative);
    const auto index = [](const ThetaModel& at) { return at.season.index(at.n); };
    expect_simulated_deviations(model, forecast(model, 1).deviations[0] / index(model), index);
  }
}

TEST(Theta, StartedAndAbsorbedAgainIsTheSame) {
  for (const std::size_t period : {1U, 4U}) {
    const ThetaValues values = seasonal_theta(44, 4, 9);
    for (const ThetaForm form : kThetaForms) {
      const ThetaModel model = fit_theta(values, form, period);
      const ThetaModel start = started(model);
      EXPECT_EQ(start.n, 0U);
      EXPECT_EQ(start.errors.count, 0U);
      const ThetaModel again = absorbed(start, values);
      EXPECT_EQ(again.level, model.level);
      EXPECT_EQ(again.line.slope, model.line.slope);
      EXPECT_EQ(again.errors.squares, model.errors.squares);
      EXPECT_EQ(forecast(again, 5).points, forecast(model, 5).points);
      EXPECT_EQ(forecast(again, 5).deviations, forecast(model, 5).deviations);
    }
  }
}

TEST(Theta, OneStepGivesTheErrorsFromTheFourthOn) {
  const ThetaValues values = drifting_series(20, 2);
  const ThetaModel model = fit_theta(values, ThetaForm::dotm);
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 3U);
  ASSERT_EQ(past.errors.size(), 17U);
  double squares = 0;
  for (const double error : past.errors) {
    squares += error * error;
  }
  EXPECT_NEAR(squares, model.errors.squares, 1e-9 * squares);
}

TEST(Theta, NamesTheLengthThatItNeeds) {
  for (const ThetaForm form : kThetaForms) {
    const std::size_t need = values_needed(form);
    const ThetaValues values = drifting_series(need, 1);
    const Path path = forecast(fit_theta(values, form), 2);
    EXPECT_TRUE(std::isfinite(path.points[1]));
    EXPECT_EQ(path.deviations.size(), 2U);
    EXPECT_THROW((void)fit_theta(std::span{values}.first(need - 1), form), Error);
  }
  EXPECT_EQ(values_needed(ThetaForm::stm), 6U);
  EXPECT_EQ(values_needed(ThetaForm::dotm), 7U);
  EXPECT_EQ(fit_theta(drifting_series(6, 1)).weight, 0.5);
  try {
    (void)fit_theta(ThetaValues(5, 1.0));
    FAIL() << "five values were taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().rule, "at least 6 values");
  }
}

TEST(Theta, UsesTheNewestValuesOfALongSeries) {
  const ThetaValues values = longer_than_used();
  const ThetaModel model = fit_theta(values);
  EXPECT_EQ(model.skipped, 100U);
  EXPECT_EQ(model.n, kIterativeValuesMax);
  EXPECT_LT(forecast(model, 1).points[0], 7);
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 103U);
  EXPECT_EQ(past.errors.size(), kIterativeValuesMax - 3);
}

TEST(Theta, StaysFiniteOnDegenerateSeries) {
  for (const ThetaValues& values : degenerate_series()) {
    for (const ThetaForm form : kThetaForms) {
      expect_finite(forecast(fit_theta(values, form, 4), 1000));
    }
    expect_finite(forecast(fit_theta(values, 4), 1000));
  }
  for (const ThetaForm form : kThetaForms) {
    EXPECT_EQ(forecast(fit_theta(ThetaValues(24, 4.1), form, 4), 3).points, ThetaValues(3, 4.1));
  }
}

ThetaValues any_theta_values() {
  ThetaValues values;
  const int n = *rc::gen::inRange(7, 60);
  for (int t = 0; t < n; ++t) {
    const int kind = *rc::gen::inRange(0, 12);
    const double plain = *rc::gen::inRange(-2000, 10000) / 16.0;
    values.push_back(kind == 0   ? 0
                     : kind == 1 ? plain * 65536
                                 : std::abs(plain) + (t % 4 == 1 ? 300 : 0));
  }
  return values;
}

RC_GTEST_PROP(ThetaForecasts, TimesAPowerOfTwoGiveTheSameBits, ()) {
  const ThetaValues values = any_theta_values();
  const double factor = std::ldexp(1.0, *rc::gen::inRange(-40, 40));
  ThetaValues scaled = values;
  for (double& value : scaled) {
    value *= factor;
  }
  for (const ThetaForm form : kThetaForms) {
    const Path path = forecast(fit_theta(values, form, 4), 10);
    const Path other = forecast(fit_theta(scaled, form, 4), 10);
    for (std::size_t h = 0; h < 10; ++h) {
      RC_ASSERT(std::isfinite(path.points[h]) && std::isfinite(path.deviations[h]));
      RC_ASSERT(other.points[h] == path.points[h] * factor);
      RC_ASSERT(other.deviations[h] == path.deviations[h] * factor);
    }
  }
}

// Without a season a constant is made good by l_0.
RC_GTEST_PROP(ThetaForecasts, FollowAShift, ()) {
  const ThetaValues values = any_theta_values();
  const double shift = *rc::gen::inRange(-1000000, 1000000) / 16.0;
  ThetaValues shifted = values;
  const double scale = std::max(1.0 / 16, difference_scale(values));
  for (double& value : shifted) value += shift;
  for (const ThetaForm form : kThetaForms) {
    const Path path = forecast(fit_theta(values, form), 10);
    const Path other = forecast(fit_theta(shifted, form), 10);
    for (std::size_t h = 0; h < 10; ++h) {
      RC_ASSERT(std::abs(other.points[h] - path.points[h] - shift) <= 1e-6 * scale);
    }
  }
}

}  // namespace
}  // namespace shelduck::forecast
