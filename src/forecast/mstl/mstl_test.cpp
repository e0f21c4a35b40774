#include "shelduck/forecast/mstl/mstl.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::array<std::size_t, 2> kDayAndWeek{8, 56};

double two_waves(std::size_t t) { return 10 * season_wave(t, 8) + 4 * season_wave(t, 56); }

TEST(Mstl, RepeatsSeasonsThatNeverChange) {
  std::vector<double> values;
  for (std::size_t t = 0; t < 400; ++t) values.push_back(two_waves(t) - 3);
  const MstlModel model = fit_mstl(values, kDayAndWeek);
  ASSERT_EQ(model.seasons.size(), 2U);
  EXPECT_EQ(model.seasons[0].form, SeasonalForm::additive);  // some values are negative
  const Path path = forecast(model, 60);
  for (std::size_t h = 0; h < 60; ++h) {
    EXPECT_NEAR(path.points[h], two_waves(400 + h) - 3, 0.05);  // of waves of 28 in height
  }
}

TEST(Mstl, MultipliesSeasonsThatGrowWithTheLevel) {
  const auto value_at = [](std::size_t t) {
    return std::exp(2 + 0.01 * static_cast<double>(t) + 0.05 * two_waves(t));
  };
  std::vector<double> values;
  for (std::size_t t = 0; t < 400; ++t) values.push_back(value_at(t));
  const MstlModel model = fit_mstl(values, kDayAndWeek);
  EXPECT_EQ(model.seasons[0].form, SeasonalForm::multiplicative);
  const Path path = forecast(model, 8);
  for (std::size_t h = 0; h < 8; ++h) {
    EXPECT_NEAR(path.points[h] / value_at(400 + h), 1, 0.05);
  }
}

// The noise of 2 and a level that moves by 0.7 a step are all that is left to be said.
TEST(Mstl, LeavesExponentialSmoothingWhatTheSeasonsDoNotExplain) {
  std::vector<double> values = drifting_series(600, 7, 0);
  const std::vector<double> plain = values;
  for (std::size_t t = 0; t < values.size(); ++t) values[t] += two_waves(t);
  const auto seasons_known = fit_exponential_smoothing(plain, 1).errors.deviation();
  const MstlModel model = fit_mstl(values, kDayAndWeek);
  const auto seasons_found = std::get<ExponentialSmoothingModel>(model.adjusted).errors.deviation();
  EXPECT_NEAR(seasons_found.value() / seasons_known.value(), 1, 0.1);
}

TEST(Mstl, IsExponentialSmoothingWhereNoSeasonIsThereTwice) {
  const std::vector<double> values = drifting_series(40, 2);
  const auto plain = forecast(fit_exponential_smoothing(values, 1), 5);
  for (const std::vector<std::size_t>& seasons :
       {std::vector<std::size_t>{}, {1}, {20}, {24, 168}}) {
    const Path path = forecast(fit_mstl(values, seasons), 5);
    EXPECT_EQ(path.points, plain.points);
    EXPECT_EQ(path.deviations, plain.deviations);
  }
  EXPECT_EQ(fit_mstl(values, std::array<std::size_t, 1>{19}).seasons.size(), 1U);
}

TEST(Mstl, BoundsIndicesOfPhasesThatAllButVanish) {
  std::vector<double> values;
  for (std::size_t t = 0; t < 120; ++t) values.push_back(t % 4 == 3 ? 1e-140 : 1e140);
  const MstlModel model = fit_mstl(values, std::array<std::size_t, 1>{4});
  for (const Seasonality& season : model.seasons) {
    if (season.form == SeasonalForm::additive) continue;
    for (const double index : season.indices) {
      EXPECT_GE(index, kIndexFloor);
      EXPECT_LE(index, 1 / kIndexFloor);
    }
  }
  expect_finite(forecast(model, 9));
}

TEST(Mstl, GoesAlongItsValuesAgain) {
  const std::vector<double> values = drifting_series(120, 4);
  const MstlModel model = fit_mstl(values, std::array<std::size_t, 1>{7});
  EXPECT_EQ(fitted(model), fitted(std::get<ExponentialSmoothingModel>(model.adjusted)) + 6);
  const MstlModel again = absorbed(started(model), values);
  EXPECT_EQ(forecast(again, 9).points, forecast(model, 9).points);
  EXPECT_EQ(one_step(model, values).errors.size(), 120U);
}

// The expected indices are those of MSTL in statsmodels 0.15.0 (Python) of the same values: periods
// 8 and 30 (even: of an odd one its low pass is two wider than the published one), windows 11 and
// 15, two rounds of two inner ones, loess of degree 0 along the seasons.
TEST(Mstl, FindsTheIndicesOfAnIndependentImplementation) {
  constexpr std::array kOfEight{-1.751630087, -0.5475355095, 3.833459861, -0.199350447,
                                -1.674067751, 0.4224209711,  1.830382844, -1.916274066};
  constexpr std::array kOfThirty{
      -4.535848854, -3.933675714,   -3.191023517,  -3.541927801, -3.054091118,  -3.256681117,
      -2.526083599, -3.259810423,   -1.180731897,  -2.42039224,  -0.6388388416, -2.355287368,
      -1.076553323, -0.06166980157, -0.8859082471, 0.9937834858, 0.1706012601,  1.336790524,
      0.5879385221, 0.8639564517,   1.102346596,   1.234376751,  2.920867089,   2.437071232,
      3.521509862,  3.442853132,    3.744308335,   4.409738772,  4.388618593,   4.616980311};
  std::vector<double> values;
  for (int t = 0; t < 180; ++t) {
    values.push_back((t * 7919 % 101) / 10.0 + (t % 8 == 2 ? 3 : 0) + t * t % 8 + (t % 30) / 3.0 -
                     12 + t / 20.0);
  }
  const MstlModel model = fit_mstl(values, std::array<std::size_t, 2>{8, 30});
  ASSERT_EQ(model.seasons.size(), 2U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(model.seasons[0].indices[i], kOfEight.at(i), 1e-8);
  }
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_NEAR(model.seasons[1].indices[i], kOfThirty.at(i), 1e-8);
  }
}

TEST(Mstl, HasAnyModelWithin) {
  std::vector<double> values = drifting_series(300, 5, 0);
  for (std::size_t t = 0; t < values.size(); ++t) values[t] += two_waves(t);
  const auto drift = [](std::span<const double> adjusted) {
    return AdjustedState{fit_drift(adjusted)};
  };
  const MstlModel model = fit_mstl(values, kDayAndWeek, drift);
  std::vector<double> adjusted;
  for (std::size_t t = 0; t < values.size(); ++t) {
    adjusted.push_back(model.seasons[1].remove(model.seasons[0].remove(values[t], t % 8), t % 56));
  }
  const Path path = forecast(model, 9);
  const Path of_adjusted = forecast(fit_drift(adjusted), 9);
  for (std::size_t h = 0; h < 9; ++h) {
    const double season =
        model.seasons[0].index((300 + h) % 8) + model.seasons[1].index((300 + h) % 56);
    EXPECT_NEAR(path.points[h], of_adjusted.points[h] + season, 1e-9);
  }
  EXPECT_EQ(path.deviations, of_adjusted.deviations);
}

TEST(Mstl, StaysFiniteAndUsesTheNewestValues) {
  for (const auto& values : degenerate_series()) {
    expect_finite(forecast(fit_mstl(values, std::array<std::size_t, 2>{4, 9}), 9));
  }
  EXPECT_EQ(fit_mstl(longer_than_used(), std::array<std::size_t, 1>{7}).skipped, 100U);
}

}  // namespace
}  // namespace shelduck::forecast
