#include "shelduck/forecast/arima/arima_waves.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <variant>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/arima/arima.hpp"
#include "shelduck/forecast/arima/arima_for_test.hpp"
#include "shelduck/forecast/intervals/origin_scores.hpp"
#include "shelduck/forecast/state/model_state.hpp"

namespace shelduck::forecast {
namespace {

const std::vector<std::size_t> kLongSeason{30};
const std::vector<std::size_t> kTwoSeasons{4, 30};

double wave_at(std::size_t t, double period) {
  return std::cos(2 * std::numbers::pi * static_cast<double>(t) / period);
}

// Two waves of a season of 30 above errors of an AR(1), and a wave of a season of four. The chance
// is the linear congruence of ANSI C, so that other programs can make it too.
std::vector<double> waving(std::size_t n, double of_four = 0) {
  std::vector<double> values;
  std::uint32_t state = 1;
  double error = 0;
  for (std::size_t t = 0; t < n; ++t) {
    state = (1103515245U * state + 12345U) % 2147483648U;
    error = 0.6 * error + static_cast<double>(state) / 2147483648.0 - 0.5;
    values.push_back(50 + 4 * wave_at(t, 30) + 2 * wave_at(t, 15) + of_four * wave_at(t, 4) +
                     error);
  }
  return values;
}

void expect_points(const ArimaModel& model, const std::vector<double>& expected) {
  const Path path = forecast(model, expected.size());
  for (std::size_t h = 0; h < expected.size(); ++h) {
    EXPECT_NEAR(path.points[h], expected[h], 2e-5) << h;
  }
}

// SARIMAX of statsmodels 0.15.0, exact likelihood, with the constant and K pairs of Fourier columns
// beside an AR(1): its AICc is 526.4033, 408.8238, 55.75501, 57.73995, 61.02734, 65.45373 and
// 68.51724 for K = 0 to 6, so K = 2.
TEST(ArimaWaves, AreAsManyAsTheLowestAiccHas) {
  const ArimaModel model = fit_auto_arima(waving(200), kLongSeason);
  EXPECT_EQ(to_string(model.orders, model.period), "(1,0,0) with constant");
  ASSERT_EQ(model.seasons.size(), 1U);
  EXPECT_EQ(model.seasons[0].columns, 4U);
  EXPECT_EQ(model.seasons[0].by_phase.size(), 30U);
  EXPECT_EQ(fitted(model), 6U);
  EXPECT_NEAR(model.log_likelihood.value_or(0), -20.585836, 2e-5);
  EXPECT_NEAR(model.aicc.value_or(0), 55.75501, 4e-5);
  expect_points(model, {46.72483853, 46.95489131, 47.46798753, 48.31281983});
}

// The same program, (1,0,0)(2,1,0)4 without a constant: AICc 275.36397, 108.80554, 111.52632 and
// 114.81114 for K = 1 to 4.
TEST(ArimaWaves, StandBesideTheShortSeasonOfAnArima) {
  const ArimaModel model = fit_auto_arima(waving(200, 3), kTwoSeasons);
  EXPECT_EQ(to_string(model.orders, model.period), "(1,0,0)(2,1,0)4");
  ASSERT_EQ(model.seasons.size(), 1U);
  EXPECT_EQ(model.seasons[0].columns, 4U);
  EXPECT_NEAR(model.log_likelihood.value_or(0), -46.017744, 2e-5);
  EXPECT_NEAR(model.aicc.value_or(0), 108.80554, 4e-5);
  expect_points(model, {49.86238023, 47.27398623, 44.71781263, 48.34167202});
}

TEST(ArimaWaves, AreTheSameAsFourierTermsAmongTheCovariates) {
  const std::vector<double> values = waving(200);
  const ArimaModel chosen = fit_auto_arima(values, kLongSeason);
  const WaveRows rows{{.steps = 204, .seasons = kLongSeason}, {2}};
  const ArimaModel given = fit_arima(values, chosen.orders, 1, rows.rows().first(200));
  EXPECT_NEAR(given.aicc.value_or(0), chosen.aicc.value_or(1), 1e-5);
  const Path path = forecast(given, 4, rows.rows().from(200));
  expect_points(chosen, path.points);
}

TEST(ArimaWaves, LeaveCovariatesTheirEffects) {
  std::vector<double> values = waving(300);
  std::vector<double> entries = noise_for_test(304, 5);
  for (std::size_t t = 0; t < 300; ++t) values[t] += 3 * entries[t];
  const KnownRows rows{.columns = 1, .entries = entries};
  const ArimaModel model = fit_auto_arima(values, kLongSeason, rows.first(300));
  ASSERT_EQ(model.seasons.size(), 1U);
  EXPECT_NEAR(model.effects[0], 3, 0.1);
  const Path path = forecast(model, 4, rows.from(300));
  for (std::size_t h = 0; h < 4; ++h) {
    const std::size_t t = 300 + h;
    const double truth = 50 + 4 * wave_at(t, 30) + 2 * wave_at(t, 15) + 3 * entries[t];
    EXPECT_NEAR(path.points[h], truth, 1.5);
  }
}

TEST(ArimaWaves, GoOnWithUpdatesAndAreKept) {
  const std::vector<double> values = waving(260, 3);
  RegularSeries series{
      .values = {values.begin(), values.begin() + 200}, .period = 4, .longer = {30}};
  const auto fitted_to = fit(series, RegularModel::auto_arima);
  const auto& model = std::get<TrainedRegular>(fitted_to);
  EXPECT_EQ(std::get<ArimaModel>(model.members[0].state).seasons.size(), 1U);
  const TrainedRegular later = update(model, std::span{values}.subspan(200, 45));
  const TrainedRegular again = load_regular(save(later));
  const Path path = forecast(later, 15);
  EXPECT_EQ(forecast(again, 15).points, path.points);
  EXPECT_EQ(forecast(again, 15).deviations, path.deviations);
  for (std::size_t h = 0; h < 15; ++h) EXPECT_NEAR(path.points[h], values[245 + h], 2);
  const OriginScores scores = origin_scores(model, series.values, 3);
  EXPECT_EQ(scores.by_step[0].size(), 66U);
  ModelState broken = save(later);
  broken.arrays.at("model.members.0.state.seasons.0.by_phase").clear();
  EXPECT_THROW(static_cast<void>(load_regular(broken)), Error);
}

TEST(ArimaWaves, NeedTwoSeasonsAndAValue) {
  const std::vector<double> values = waving(61);
  EXPECT_TRUE(fit_auto_arima(std::span{values}.first(60), kLongSeason).seasons.empty());
  EXPECT_FALSE(fit_auto_arima(values, kLongSeason).seasons.empty());
}

// The waves of 30 are among those of 60, and what repeats exactly leaves no errors.
TEST(ArimaWaves, StayFiniteWhereSeasonsSayTheSame) {
  std::vector<double> values = waving(400);
  const std::vector<std::size_t> seasons{30, 60};
  for (std::size_t h = 0;
       const double point : forecast(fit_auto_arima(values, seasons), 30).points) {
    EXPECT_NEAR(point, 50 + 4 * wave_at(400 + h, 30) + 2 * wave_at(400 + h, 15), 2);
    ++h;
  }
  for (std::size_t t = 0; t < 400; ++t) values[t] = 50 + 4 * wave_at(t, 30);
  for (std::size_t h = 0;
       const double point : forecast(fit_auto_arima(values, seasons), 30).points) {
    EXPECT_NEAR(point, 50 + 4 * wave_at(400 + h, 30), 1e-6);
    ++h;
  }
}

TEST(ArimaWaves, AreBoundByTheirSeasonsTheUnknownsAndTheValues) {
  const std::vector<std::size_t> seasons{26, 168};
  const auto most = [&](std::size_t steps, std::size_t covariates) {
    return most_pairs({.known = {.columns = covariates}, .steps = steps, .seasons = seasons});
  };
  EXPECT_EQ(most(1000, 0), (WaveCounts{12, 12}));
  EXPECT_EQ(most(1000, 16), (WaveCounts{8, 8}));
  EXPECT_EQ(most(72, 0), (WaveCounts{5, 4}));
  EXPECT_EQ(most_pairs({.steps = 1000, .seasons = kTwoSeasons}), (WaveCounts{2, 15}));
}

}  // namespace
}  // namespace shelduck::forecast
