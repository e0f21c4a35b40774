#include "shelduck/forecast/arima/arima.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/arima/measured_for_test.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

// theta 0.4018, Theta 0.5569, s^2 0.001348, log likelihood 244.70, AICc -483.20 and the forecast
// 6.110186 for January 1961: documentation and output of R's arima, by exact likelihood, for the
// model of Box and Jenkins.
TEST(Arima, FitsTheAirlineModel) {
  const ArimaModel model = fit_arima(log_passengers(), {.d = 1, .q = 1, .D = 1, .Q = 1}, 12);
  EXPECT_NEAR(model.factors.ma.weights[0], 0.4018, 1e-4);
  EXPECT_NEAR(model.factors.seasonal_ma.weights[0], 0.5569, 2e-4);
  EXPECT_EQ(model.errors.count, 131U);
  EXPECT_NEAR(model.errors.squares / 131, 0.001348, 5e-7);
  EXPECT_NEAR(model.log_likelihood.value_or(0), 244.70, 0.005);
  EXPECT_NEAR(model.aicc.value_or(0), -483.20, 0.01);
  EXPECT_NEAR(forecast(model, 1).points[0], 6.110186, 1e-4);
  EXPECT_EQ(fitted(model), 2U);
}

TEST(Arima, ChoosesTheAirlineModel) {
  const ArimaModel model = fit_auto_arima(log_passengers(), 12);
  EXPECT_EQ(to_string(model.orders, 12), "(0,1,1)(0,1,1)12");
}

// The local level model of Durbin and Koopman has the variances 15099 and 1469.1 (their section
// 2.10). Its differences have gamma(0) = 1469.1 + 2 x 15099 and gamma(1) = -15099: an MA(1) with
// theta / (1 + theta^2) = 15099 / 31667.1, theta = 0.7329, s^2 = 15099 / theta = 20602.
TEST(Arima, FitsTheLevelOfTheNile) {
  const ArimaModel model = fit_arima(kNile, {.d = 1, .q = 1});
  EXPECT_NEAR(model.factors.ma.weights[0], 0.7329, 5e-4);
  EXPECT_NEAR(model.errors.squares / 99, 20602, 20);
}

// By hand: a walk with drift has the mean of its differences, 2, forecasts 9 + 2 h, and with errors
// -1, 1, -1, 1 the deviation sqrt(4 / 3), times sqrt(h).
TEST(Arima, WalksWithDrift) {
  const ArimaModel model = fit_arima(ArimaValues{1, 2, 5, 6, 9}, {.d = 1, .constant = true});
  EXPECT_NEAR(model.factors.mean, 2, 1e-9);
  const Path path = forecast(model, 3);
  for (std::size_t h = 0; h < 3; ++h) {
    EXPECT_NEAR(path.points[h], 11 + 2 * static_cast<double>(h), 1e-9);
    EXPECT_NEAR(path.deviations[h], std::sqrt(4.0 / 3 * static_cast<double>(h + 1)), 1e-9);
  }
  const OneStep past = one_step(model, ArimaValues{1, 2, 5, 6, 9});
  EXPECT_EQ(past.first, 1U);
  ASSERT_EQ(past.errors.size(), 4U);
  EXPECT_NEAR(past.errors[0], -1, 1e-9);
  EXPECT_NEAR(past.errors[1], 1, 1e-9);
}

// At the end of these series the filter has settled, and errors have the variance s^2.
TEST(Arima, DeviationsAreThoseOfSimulatedContinuations) {
  const ArimaValues passengers = log_passengers();
  for (const ArimaOrders& orders :
       {ArimaOrders{.p = 1, .constant = true}, ArimaOrders{.p = 1, .d = 1, .q = 1},
        ArimaOrders{.p = 1, .P = 1, .D = 1, .constant = true}, ArimaOrders{.p = 2, .d = 2}}) {
    const ArimaModel model = fit_arima(passengers, orders, 12);
    const double s = forecast(model, 1).deviations[0];
    expect_simulated_deviations(model, s, [](const ArimaModel&) { return 1; });
  }
}

TEST(Arima, GoesAlongItsValuesAgain) {
  const ArimaValues values = log_passengers();
  for (const ArimaModel& model :
       {fit_auto_arima(values, 12), fit_arima(values, {.p = 2, .d = 1, .constant = true})}) {
    const ArimaModel again = absorbed(started(model), values);
    EXPECT_EQ(again.n, values.size());
    EXPECT_EQ(again.errors.squares, model.errors.squares);
    EXPECT_EQ(forecast(again, 9).points, forecast(model, 9).points);
    const OneStep past = one_step(model, values);
    EXPECT_EQ(past.first, arima_lost(model.orders, model.period));
    EXPECT_EQ(past.errors.size() + past.first, values.size());
  }
}

// A model that has seen less than its differences take stands at the last value.
TEST(Arima, StandsStillBeforeItsFirstDifference) {
  ArimaModel model = started(fit_arima(log_passengers(), {.d = 1, .q = 1, .D = 1, .Q = 1}, 12));
  EXPECT_EQ(model.next(), 0);
  model.absorb(5);
  const Path path = forecast(model, 2);
  EXPECT_EQ(path.points, (ArimaValues{5, 5}));
  EXPECT_TRUE(path.deviations.empty());
}

// Nearly a random walk: its mean is hardly told, and a step of the search that is measured against
// the level finds no way down.
TEST(ArimaForecasts, FollowALargeShiftWhereTheMeanIsHardlyTold) {
  const ArimaValues values = drifting_series(60, 460);
  ArimaValues shifted = values;
  for (double& value : shifted) value -= 4090;
  const ArimaOrders orders{.p = 1, .constant = true};
  const double point = forecast(fit_arima(values, orders, 4), 8).points[7];
  const double other = forecast(fit_arima(shifted, orders, 4), 8).points[7];
  EXPECT_NEAR(other + 4090, point, 1e-6 * difference_scale(values, 4));
}

RC_GTEST_PROP(ArimaForecasts, FollowAShift, ()) {
  const auto seed = *rc::gen::inRange(0U, 1000U);
  const double shift = *rc::gen::inRange(-4096, 4096);
  const ArimaValues values = drifting_series(60, seed);
  ArimaValues shifted = values;
  for (double& value : shifted) value += shift;
  for (const ArimaOrders& orders :
       {ArimaOrders{.p = 1, .constant = true}, ArimaOrders{.d = 1, .q = 1, .constant = true},
        ArimaOrders{.d = 1, .q = 1, .D = 1}, ArimaOrders{.p = 1, .d = 2}}) {
    const Path path = forecast(fit_arima(values, orders, 4), 8);
    const Path other = forecast(fit_arima(shifted, orders, 4), 8);
    for (std::size_t h = 0; h < 8; ++h) {
      RC_ASSERT(std::abs(other.points[h] - path.points[h] - shift) <=
                1e-6 * difference_scale(values, 4));
    }
  }
}

// Exact: a difference of the line, of the season and of both is constant.
TEST(Arima, ContinuesWhatIsWithoutError) {
  ArimaValues line;
  ArimaValues season;
  for (std::size_t t = 0; t < 40; ++t) {
    line.push_back(3 + 0.7 * static_cast<double>(t));
    season.push_back(100 + 10 * season_wave(t, 4) + 0.3 * static_cast<double>(t));
  }
  EXPECT_NEAR(forecast(fit_auto_arima(line, 1), 10).points[9], 3 + 0.7 * 49, 1e-9);
  const ArimaModel model = fit_auto_arima(season, 4);
  EXPECT_EQ(model.orders.D, 1U);
  EXPECT_FALSE(model.aicc) << "there is no error to speak of";
  const Path path = forecast(model, 8);
  for (std::size_t h = 0; h < 8; ++h) {
    const double t = static_cast<double>(40 + h);
    EXPECT_NEAR(path.points[h], 100 + 10 * season_wave(40 + h, 4) + 0.3 * t, 1e-8);
  }
}

TEST(Arima, StaysFiniteOnDegenerateSeries) {
  ArimaValues tail = drifting_series(40, 3);
  tail.insert(tail.end(), 40, tail.back());
  std::vector<ArimaValues> all = degenerate_series();
  all.push_back(tail);
  for (std::size_t n = kArimaValuesMin; n < 30; ++n) all.push_back(drifting_series(n, 5));
  for (const ArimaValues& values : all) {
    for (const std::size_t period : {0U, 1U, 4U, 12U, 24U, 52U}) {
      expect_finite(forecast(fit_auto_arima(values, period), 30));
    }
  }
  EXPECT_EQ(forecast(fit_auto_arima(ArimaValues(9, 4.1), 1), 2).points, (ArimaValues{4.1, 4.1}));
}

TEST(Arima, UsesTheNewestValues) {
  const ArimaModel model = fit_auto_arima(longer_than_used(), 7);
  EXPECT_EQ(model.skipped, 100U);
  EXPECT_EQ(model.n, kIterativeValuesMax);
  EXPECT_LT(std::abs(forecast(model, 1).points[0]), 10);
}

std::string refused_order(const ArimaOrders& orders, std::size_t period) {
  try {
    (void)fit_arima(log_passengers(), orders, period);
  } catch (const Error& error) {
    return error.detail().field;
  }
  return "nothing";
}

TEST(Arima, NamesTheOrdersItRefuses) {
  EXPECT_EQ(refused_order({.p = 6}, 1), "p");
  EXPECT_EQ(refused_order({.q = 6}, 1), "q");
  EXPECT_EQ(refused_order({.P = 3}, 12), "P");
  EXPECT_EQ(refused_order({.Q = 3}, 12), "Q");
  EXPECT_EQ(refused_order({.d = 3}, 1), "d");
  EXPECT_EQ(refused_order({.D = 2}, 12), "D");
  EXPECT_EQ(refused_order({.d = 1, .D = 1, .constant = true}, 12), "constant");
  EXPECT_EQ(refused_order({.P = 1}, 1), "period");
  EXPECT_EQ(refused_order({.P = 1}, 25), "period");
  EXPECT_THROW((void)fit_arima(ArimaValues{1, 2, 3, 4}, {.p = 1, .d = 1, .constant = true}), Error);
  EXPECT_THROW((void)fit_auto_arima(ArimaValues{1, 2}, 1), Error);
}

}  // namespace
}  // namespace shelduck::forecast
