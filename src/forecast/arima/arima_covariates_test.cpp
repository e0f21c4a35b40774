// ARIMA with covariates: a regression with ARIMA errors.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/arima/arima.hpp"
#include "shelduck/forecast/arima/arima_for_test.hpp"
#include "shelduck/forecast/arima/measured_for_test.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kBehind = 3;  // steps that are forecast

StepCovariates covariates_by(std::size_t steps, std::size_t columns, const auto& number) {
  StepCovariates known;
  for (std::size_t c = 0; c < columns; ++c) known.names.push_back(std::string(1, 'a' + char(c)));
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::size_t c = 0; c < columns; ++c) known.entries.push_back(number(t, c));
  }
  return known;
}

double made_wave(std::size_t t) { return std::cos(0.7 * static_cast<double>(t)); }

struct KnownSeries {
  ArimaValues values;
  StepCovariates known;  // of the values and of kBehind steps

  [[nodiscard]] ArimaModel fit(const ArimaOrders& orders, std::size_t period = 1) const {
    return fit_arima(values, orders, period, known.rows());
  }
  [[nodiscard]] ArimaValues ahead(const ArimaModel& model) const {
    return forecast(model, kBehind, known.rows().from(values.size())).points;
  }
};

KnownSeries nile_with(std::size_t columns, const auto& number) {
  return {.values = kNile, .known = covariates_by(kNile.size() + kBehind, columns, number)};
}

void expect_near(const ArimaValues& numbers, const ArimaValues& expected, double tolerance) {
  ASSERT_EQ(numbers.size(), expected.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_NEAR(numbers[i], expected[i], tolerance) << i;
  }
}

// Expected numbers of this and the next three: SARIMAX of statsmodels 0.15.0, whose exact
// likelihood has the regression effects as parameters, the best of several searches, for the flow
// of the Nile with the dam of 1899 (28 values before it) and cos 0.7 t as covariates. Its s^2 and
// constant 925.1529 / (1 - 0.15814) are in other units; its MA has the other sign.
TEST(ArimaCovariates, AreFittedWithAutoregressiveErrors) {
  const KnownSeries series =
      nile_with(2, [](auto t, auto c) { return c == 0 ? (t < 28 ? 0.0 : 1.0) : made_wave(t); });
  const ArimaModel model = series.fit({.p = 1, .constant = true});
  EXPECT_NEAR(model.log_likelihood.value_or(0), -624.42593, 2e-4);
  EXPECT_NEAR(model.aicc.value_or(0), 1259.49016, 4e-4);
  expect_near(model.effects, {-249.4549, -9.408711}, 0.02);
  EXPECT_NEAR(model.factors.ar.weights[0], 0.1581434, 1e-4);
  EXPECT_NEAR(model.factors.mean, 925.1529 / (1 - 0.1581434), 0.02);
  EXPECT_EQ(fitted(model), 4U);
  expect_near(series.ahead(model), {827.6775, 847.1149, 855.2547}, 0.02);
}

// Two flags that together are always 1, and no constant: nothing is left out, no mean taken away.
TEST(ArimaCovariates, StandAsTheyAreWithoutAConstant) {
  const KnownSeries series =
      nile_with(2, [](auto t, auto c) { return (t < 28) == (c == 0) ? 1.0 : 0.0; });
  const ArimaModel model = series.fit({.p = 1});
  EXPECT_NEAR(model.log_likelihood.value_or(0), -624.53898, 2e-4);
  expect_near(model.effects, {1098.517, 849.442}, 0.02);
  expect_near(series.ahead(model), {831.9715, 846.6531, 848.9968}, 0.02);
}

TEST(ArimaCovariates, AreDifferencedAsTheValuesAre) {
  const KnownSeries series = nile_with(1, [](auto t, auto) { return made_wave(t); });
  const ArimaModel level = series.fit({.d = 1, .q = 1});
  EXPECT_NEAR(level.log_likelihood.value_or(0), -632.49748, 2e-4);
  expect_near(level.effects, {-5.912504}, 0.02);
  EXPECT_NEAR(level.factors.ma.weights[0], 0.7339485, 1e-4);
  expect_near(series.ahead(level), {796.901, 800.7293, 804.5181}, 0.02);
  const ArimaModel mixed = series.fit({.p = 1, .d = 1, .q = 1});
  EXPECT_NEAR(mixed.log_likelihood.value_or(0), -630.58640, 2e-4);
  expect_near(mixed.effects, {-6.551427}, 0.02);
  expect_near(series.ahead(mixed), {814.5344, 837.0923, 845.9342}, 0.03);
}

// The airline model with a wave and a step at value 100.
TEST(ArimaCovariates, AreDifferencedBySeasonToo) {
  const ArimaValues values = log_passengers();
  const KnownSeries series{.values = values,
                           .known = covariates_by(values.size() + kBehind, 2, [](auto t, auto c) {
                             return c == 0 ? made_wave(t) : (t < 100 ? 0.0 : 1.0);
                           })};
  const ArimaModel model = series.fit({.d = 1, .q = 1, .D = 1, .Q = 1}, 12);
  EXPECT_NEAR(model.log_likelihood.value_or(0), 245.02964, 2e-4);
  expect_near(model.effects, {0.003056525, 0.002260269}, 2e-6);
  expect_near(series.ahead(model), {6.111303, 6.05294, 6.168032}, 1e-5);
}

// Errors of an AR(1) of 0.7 with deviation 1: an effect of noise is known to 1 / sqrt(n) at best.
TEST(ArimaCovariates, AreFoundAgainInSimulatedValues) {
  const std::vector<double> noise = noise_for_test(400, 8);
  const std::vector<double> others = noise_for_test(800, 9);
  const StepCovariates known =
      covariates_by(400, 2, [&](auto t, auto c) { return 10 + others[2 * t + c]; });
  ArimaValues values;
  double error = 0;
  for (std::size_t t = 0; t < 400; ++t) {
    error = 0.7 * error + noise[t];
    values.push_back(50 + 3 * known.rows().at(t)[0] - 2 * known.rows().at(t)[1] + error);
  }
  const ArimaModel model = fit_auto_arima(values, 1, known.rows());
  EXPECT_EQ(model.orders.d, 0U);
  expect_near(model.effects, {3, -2}, 0.15);
  EXPECT_NEAR(forecast(model, 1, known.rows()).deviations[0], 1, 0.1);
}

TEST(ArimaCovariates, GoAlongTheirValuesAgain) {
  const KnownSeries series =
      nile_with(2, [](auto t, auto c) { return c == 0 ? (t < 28 ? 0.0 : 1.0) : made_wave(t); });
  const KnownRows rows = series.known.rows();
  for (const std::size_t period : {1U, 4U}) {
    const ArimaModel model = fit_auto_arima(kNile, period, rows);
    const ArimaModel again = absorbed(started(model), kNile, rows);
    EXPECT_EQ(series.ahead(again), series.ahead(model));
    EXPECT_EQ(one_step(model, kNile, rows).errors.size() + model.newest.size(), kNile.size());
    EXPECT_EQ(model.next(rows.at(kNile.size())), series.ahead(model)[0]);
  }
}

// What does not move or is said by others has no effect and changes nothing.
TEST(ArimaCovariates, ThatSayNothingNewChangeNothing) {
  const auto flag_and_more = [](std::size_t t, std::size_t c) {
    const double flag = t < 28 ? 0 : 1;
    return c == 0 ? flag : c == 1 ? 4.5 : 3 - 2 * flag;
  };
  const ArimaModel one = fit_auto_arima(kNile, 1, nile_with(1, flag_and_more).known.rows());
  const ArimaModel all = fit_auto_arima(kNile, 1, nile_with(3, flag_and_more).known.rows());
  EXPECT_EQ(all.effects[1], 0);
  EXPECT_EQ(all.effects[2], 0);
  EXPECT_EQ(all.aicc, one.aicc);
  EXPECT_EQ(fitted(all), fitted(one));
}

// Another unit of a covariate changes its effect alone, bit for bit; a shift of it nothing where a
// mean or a difference takes it, and neither does its place among the others.
void expect_same_for_any_covariates(unsigned seed, double shift) {
  const std::vector<double> others = noise_for_test(2 * 63, seed + 1);
  const ArimaValues values = drifting_series(60, seed);
  const auto known = [&](double factor, double origin, std::size_t turn) {
    return covariates_by(
        63, 2, [&](auto t, auto c) { return origin + factor * others[2 * t + (c + turn) % 2]; });
  };
  const auto chosen = [&](const StepCovariates& covariates) {
    const ArimaModel model = fit_auto_arima(values, 4, covariates.rows());
    return forecast(model, kBehind, covariates.rows().from(60)).points;
  };
  EXPECT_EQ(chosen(known(std::ldexp(1.0, 30), 0, 0)), chosen(known(1, 0, 0)));
  for (const ArimaOrders& orders :
       {ArimaOrders{.p = 1, .constant = true}, ArimaOrders{.p = 1, .d = 1}}) {
    const auto points = [&](const StepCovariates& covariates) {
      const ArimaModel model = fit_arima(values, orders, 1, covariates.rows());
      return forecast(model, kBehind, covariates.rows().from(60)).points;
    };
    const ArimaValues plain = points(known(1, 0, 0));
    expect_near(points(known(1, shift, 0)), plain, 0.02);
    expect_near(points(known(1, 0, 1)), plain, 0.02);
  }
}

TEST(ArimaCovariates, MayHaveAnyUnitOriginAndOrder) {
  for (unsigned seed = 0; seed < 8; ++seed) {
    expect_same_for_any_covariates(seed, 1000.0 * seed - 3000);
  }
}

TEST(ArimaCovariates, NeedValuesForEach) {
  const StepCovariates known = covariates_by(
      40, 3, [](auto t, auto c) { return std::sin(static_cast<double>(t * (c + 2))); });
  for (std::size_t n = arima_needs(3); n <= 40; ++n) {
    for (const std::size_t period : {1U, 4U, 12U}) {
      const ArimaModel model =
          fit_auto_arima(drifting_series(n, 5), period, known.part(0, n).rows());
      expect_finite(forecast(model, 2, known.rows()));
      EXPECT_TRUE(model.aicc) << n;
    }
  }
  EXPECT_THROW((void)fit_auto_arima(drifting_series(14, 5), 1, known.part(0, 14).rows()), Error);
}

}  // namespace
}  // namespace shelduck::forecast
