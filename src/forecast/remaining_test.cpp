#include "shelduck/forecast/remaining.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// About a minute, with log errors of a third.
Predictive minute() {
  Predictive predictive{.model = "regression",
                        .n = 21,
                        .response = {.kind = ResponseKind::log},
                        .next = {.centre = std::log(60.0)}};
  for (int k = 1; k <= 20; ++k) {
    predictive.scores.push_back((k % 2 == 0 ? 1 : -1) * 0.03 * k);
  }
  return predictive;
}

Predictive identity_minute() {
  Predictive predictive = minute();
  predictive.response = {};
  predictive.next = {.centre = 60, .spread = 60};
  return predictive;
}

double point(const Predictive& predictive, double elapsed) {
  return remaining_time(predictive, {.elapsed = elapsed}).forecast.point;
}

TEST(Remaining, StartsWithTheWholeForecast) {
  const Remaining start = remaining_time(minute(), {.elapsed = 0});
  EXPECT_NEAR(start.forecast.point, 60, 1e-9);
  EXPECT_EQ(start.forecast.model, "regression");
  EXPECT_EQ(start.forecast.n, 21U);
  // Within one rank of the interval that predict shows.
  const Forecast whole = interval(minute());
  EXPECT_NEAR(*start.forecast.lower, *whole.lower, 2);
  EXPECT_NEAR(*start.forecast.upper, *whole.upper, 2);
}

// Few long runs among many short ones: the errors reach far below zero, the forecast does not.
TEST(Remaining, StartsWithTheWholeForecastWhereErrorsExceedTheCentre) {
  Predictive mixed = identity_minute();
  mixed.next.spread = 60 * 40;
  const Remaining start = remaining_time(mixed, {.elapsed = 0});
  const Forecast whole = interval(mixed);
  EXPECT_NEAR(start.forecast.point, whole.point, 1e-9);
  EXPECT_NEAR(*start.forecast.upper, *whole.upper, 0.1 * *whole.upper);
  EXPECT_GE(*start.forecast.lower, 0);
  EXPECT_LT(*start.forecast.lower, 1);
}

TEST(Remaining, IsNeverNegativeAndTheEndNeverMovesForward) {
  Predictive mixed = identity_minute();
  mixed.next.spread = 60 * 40;
  for (const Predictive& predictive : {minute(), identity_minute(), mixed}) {
    double end = 0;
    for (double t = 0; t < 2000; t += 0.5) {
      const Forecast rest = remaining_time(predictive, {.elapsed = t}).forecast;
      EXPECT_GE(*rest.lower, 0);
      EXPECT_LE(*rest.lower, rest.point);
      EXPECT_LE(rest.point, *rest.upper);
      EXPECT_GE(t + rest.point, end - 1e-9);
      end = t + rest.point;
    }
  }
}

TEST(Remaining, DoesNotJumpWithoutNews) {
  for (Predictive predictive : {minute(), identity_minute()}) {
    predictive.scores.insert(predictive.scores.end(), 10, 0.3);  // ties
    for (double t = 0; t < 300; t += 0.05) {
      EXPECT_NEAR(point(predictive, t), point(predictive, t + 1e-7), 1e-4) << t;
    }
  }
}

TEST(Remaining, GrowsBeyondEverythingKnown) {
  const Remaining late = remaining_time(minute(), {.elapsed = 600});
  EXPECT_TRUE(late.beyond_history);
  EXPECT_GT(late.forecast.point, 0);
  EXPECT_GT(point(minute(), 1200), late.forecast.point);
  EXPECT_FALSE(remaining_time(minute(), {.elapsed = 60}).beyond_history);
  EXPECT_TRUE(std::isfinite(point(minute(), 1e140)));
}

TEST(Remaining, HasNoBoundsWhereTheForecastHasNone) {
  Predictive few = minute();
  few.scores.resize(6);
  few.n = 6;
  const Forecast rest = remaining_time(few, {.elapsed = 10}).forecast;
  EXPECT_GT(rest.point, 0);
  EXPECT_FALSE(rest.lower || rest.upper);
  EXPECT_EQ(rest.interval_need, 9U);
}

TEST(Progress, SharpensAndFinishes) {
  const Forecast without = remaining_time(minute(), {.elapsed = 30}).forecast;
  const Forecast ahead = remaining_time(minute(), {.elapsed = 30, .progress = 0.8}).forecast;
  const Forecast behind = remaining_time(minute(), {.elapsed = 30, .progress = 0.2}).forecast;
  EXPECT_LT(ahead.point, without.point);
  EXPECT_GT(behind.point, without.point);
  EXPECT_LT(*ahead.upper - *ahead.lower, *without.upper - *without.lower);
  EXPECT_NEAR(remaining_time(minute(), {.elapsed = 30, .progress = 0.999}).forecast.point, 0.03,
              0.01);
  EXPECT_EQ(remaining_time(minute(), {.elapsed = 30, .progress = 1}).forecast.point, 0);
}

TEST(Progress, IsContinuousInTimeAndInProgress) {
  for (double t = 0; t < 150; t += 0.5) {
    const auto at = [&](double elapsed, double done) {
      return remaining_time(minute(), {.elapsed = elapsed, .progress = done}).forecast.point;
    };
    for (const double done : {0.0, 0.05, 0.4, 0.9, 0.99}) {
      EXPECT_NEAR(at(t, done), at(t + 1e-7, done), 1e-4) << t << ' ' << done;
      EXPECT_NEAR(at(t, done), at(t, done + 1e-10), 1e-4) << t << ' ' << done;
    }
  }
}

// Two seconds were predicted, with small errors; 300 have passed.
TEST(Progress, WinsWhereTheTimeThatPassedRefutesThePrediction) {
  Predictive blink = minute();
  blink.next.centre = std::log(2.0);
  const Forecast rest = remaining_time(blink, {.elapsed = 300, .progress = 0.6}).forecast;
  EXPECT_NEAR(rest.point, 200, 10);
  EXPECT_LT(*rest.lower, 190);
  EXPECT_GT(*rest.upper, 210);
  EXPECT_LT(*rest.upper, 600);
  // Barely refuted, it still counts.
  const double soon = remaining_time(minute(), {.elapsed = 61, .progress = 0.2}).forecast.point;
  EXPECT_LT(soon, 0.9 * 61 * 0.8 / 0.2);
}

TEST(Progress, SaysNothingAtTheStart) {
  EXPECT_NEAR(remaining_time(minute(), {.elapsed = 0, .progress = 0.5}).forecast.point, 60, 1e-6);
  EXPECT_NEAR(remaining_time(minute(), {.elapsed = 20, .progress = 0}).forecast.point,
              point(minute(), 20), 1e-6);
}

TEST(Remaining, RefusesWhatCannotBe) {
  EXPECT_THROW((void)remaining_time(minute(), {.elapsed = -1}), Error);
  EXPECT_THROW((void)remaining_time(minute(), {.elapsed = NAN}), Error);
  EXPECT_THROW((void)remaining_time(minute(), {.elapsed = 1, .progress = 1.2}), Error);
}

}  // namespace
}  // namespace shelduck::forecast
