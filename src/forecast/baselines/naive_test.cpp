#include "shelduck/forecast/baselines/naive.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/baselines/naive2.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kClose = 1e-12;  // rounding of a few operations on numbers near 1
using Doubles = std::vector<double>;

void expect_close(const Doubles& got, const Doubles& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i], expected[i], kClose * (1 + std::abs(expected[i]))) << "at " << i;
  }
}

// Expected numbers of this file: by hand from the formulas of the headers.
TEST(Naive, RepeatsTheLastValue) {
  const Doubles values{3, 5, 4, 8};  // steps 2, -1, 4: mean square 7
  const NaiveModel model = fit_naive(values);
  const Path path = forecast(model, 3);
  expect_close(path.points, {8, 8, 8});
  expect_close(path.deviations, {std::sqrt(7.0), std::sqrt(14.0), std::sqrt(21.0)});
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 1U);
  expect_close(past.errors, {2, -1, 4});
}

TEST(Naive, OfOneValueHasNoDeviation) {
  const Path path = forecast(fit_naive(Doubles{3}), 2);
  expect_close(path.points, {3, 3});
  EXPECT_TRUE(path.deviations.empty());
  EXPECT_THROW((void)fit_naive({}), Error);
  EXPECT_THROW((void)forecast(fit_naive(Doubles{3}), 0), Error);
}

TEST(SeasonalNaive, RepeatsTheLastSeason) {
  const Doubles values{1, 2, 3, 2, 4, 6, 5};  // period 3: errors 1, 2, 3, 3
  const SeasonalNaiveModel model = fit_seasonal_naive(values, 3);
  const Path path = forecast(model, 7);
  expect_close(path.points, {4, 6, 5, 4, 6, 5, 4});
  const double s = std::sqrt(23 / 4.0);
  const double s2 = s * std::sqrt(2.0);
  expect_close(path.deviations, {s, s, s, s2, s2, s2, s * std::sqrt(3.0)});
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 3U);
  expect_close(past.errors, {1, 2, 3, 3});
}

TEST(SeasonalNaive, IsNaiveWithoutASeason) {
  const Doubles values{3, 5, 4, 8};
  const Path plain = forecast(fit_naive(values), 4);
  for (const std::size_t period : {0U, 1U, 5U, 12U}) {
    const SeasonalNaiveModel model = fit_seasonal_naive(values, period);
    const Path path = forecast(model, 4);
    EXPECT_EQ(path.points, plain.points) << period;
    EXPECT_EQ(path.deviations, plain.deviations) << period;
    EXPECT_EQ(one_step(model, values).errors, (Doubles{2, -1, 4})) << period;
  }
  const Path whole = forecast(fit_seasonal_naive(values, 4), 5);
  expect_close(whole.points, {3, 5, 4, 8, 3});
  EXPECT_TRUE(whole.deviations.empty()) << "one season tells nothing about its errors";
}

TEST(Drift, GoesOnAlongTheLineFromFirstToLast) {
  const Doubles values{1, 4, 3, 7};  // steps 3, -1, 4 about 2: squares 1 + 9 + 4, divisor 2
  const DriftModel model = fit_drift(values);
  const Path path = forecast(model, 2);
  expect_close(path.points, {9, 11});
  expect_close(path.deviations, {std::sqrt(7 * (1 + 1 / 3.0)), std::sqrt(7 * 2 * (1 + 2 / 3.0))});
  const OneStep past = one_step(model, values);  // 4 + 3 for 3, 3 + 1 for 7
  EXPECT_EQ(past.first, 2U);
  expect_close(past.errors, {-4, 3});
  EXPECT_THROW((void)fit_drift(Doubles{3}), Error);
}

// A season 2, 0.5, 1, 0.5 times 10: adjusted values are all 10.
TEST(Naive2, ForecastsAMultiplicativeSeason) {
  Doubles values;
  for (std::size_t t = 0; t < 14; ++t) {
    values.push_back(std::array{20.0, 5.0, 10.0, 5.0}[t % 4]);
  }
  const Naive2Model model = fit_naive2(values, 4);
  EXPECT_EQ(model.season.form, SeasonalForm::multiplicative);
  const Path path = forecast(model, 6);
  expect_close(path.points, {10, 5, 20, 5, 10, 5});
  for (const double error : one_step(model, values).errors) {
    EXPECT_NEAR(error, 0, kClose * 100);
  }
}

TEST(Naive2, WidensWithTheIndexOfItsSeason) {
  Doubles values;
  for (std::size_t t = 0; t < 24; ++t) {
    values.push_back(std::array{40.0, 10.0}[t % 2] + static_cast<double>(t % 5));
  }
  const Naive2Model model = fit_naive2(values, 2);
  ASSERT_FALSE(model.season.indices.empty());
  const Path path = forecast(model, 2);
  const double s = model.adjusted.errors.deviation().value();
  expect_close(path.deviations,
               {s * model.season.indices[0], s * std::sqrt(2.0) * model.season.indices[1]});
}

// Six seasons and a half around 0: the moving average is 0 everywhere, so the indices are exact.
TEST(Naive2, TakesAnAdditiveSeasonWhereAValueIsNotPositive) {
  Doubles values;
  for (std::size_t t = 0; t < 26; ++t) {
    values.push_back(std::array{2.0, -1.0, 0.0, -1.0}[t % 4]);
  }
  const Naive2Model model = fit_naive2(values, 4);
  ASSERT_EQ(model.season.indices.size(), 4U);
  EXPECT_EQ(model.season.form, SeasonalForm::additive);
  const Path path = forecast(model, 4);
  expect_close(path.points, {0, -1, 2, -1});
  expect_close(path.deviations, {0, 0, 0, 0});
}

TEST(Naive2, IsNaiveWithoutASeason) {
  const Doubles values{3, 5, 4, 8, 7, 9, 6, 3, 4};
  for (const std::size_t period : {0U, 1U, 4U}) {
    const Path path = forecast(fit_naive2(values, period), 3);
    EXPECT_EQ(path.points, forecast(fit_naive(values), 3).points);
    EXPECT_EQ(path.deviations, forecast(fit_naive(values), 3).deviations);
  }
}

}  // namespace
}  // namespace shelduck::forecast
