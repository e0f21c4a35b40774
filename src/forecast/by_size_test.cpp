#include "shelduck/forecast/by_size.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

// Noise of deviation 1 around a wave of this height: its variance is height^2 / 2, so the strength
// is near height^2 / (height^2 + 2).
RegularSeries waves_in_noise(std::size_t n, double height) {
  std::mt19937 generator{7};
  std::normal_distribution<double> noise;
  RegularSeries series{.values = {}, .period = 12};
  for (std::size_t t = 0; t < n; ++t) {
    series.values.push_back(100 + height * season_wave(t, 12) + noise(generator));
  }
  return series;
}

TEST(SelectModelType, GoesByTheNumberOfValues) {
  EXPECT_EQ(select_model_type(4), std::nullopt);
  EXPECT_EQ(select_model_type(5), RegularModel::exponential_smoothing);
  EXPECT_EQ(select_model_type(19), RegularModel::exponential_smoothing);
  EXPECT_EQ(select_model_type(20), RegularModel::auto_arima);
  EXPECT_EQ(select_model_type(99), RegularModel::auto_arima);
  EXPECT_EQ(select_model_type(100), RegularModel::nlinear);
}

TEST(SelectModelType, TakesProphetForAStrongSeason) {
  EXPECT_EQ(select_model_type(29, 1), RegularModel::auto_arima);
  EXPECT_EQ(select_model_type(30, 0.64), RegularModel::prophet);
  EXPECT_EQ(select_model_type(30, 0.6399), RegularModel::auto_arima);
  EXPECT_EQ(select_model_type(99, 0.64), RegularModel::prophet);
  EXPECT_EQ(select_model_type(100, 1), RegularModel::nlinear);
}

TEST(SelectModelType, TakesLightgbmForCovariates) {
  EXPECT_EQ(select_model_type(49, 0, true), RegularModel::auto_arima);
  EXPECT_EQ(select_model_type(49, 0.7, true), RegularModel::prophet);
  EXPECT_EQ(select_model_type(50, 0.7, true), RegularModel::lightgbm);
  EXPECT_EQ(select_model_type(50, 0.7, false), RegularModel::prophet);
  EXPECT_EQ(select_model_type(99, 0, true), RegularModel::lightgbm);
  EXPECT_EQ(select_model_type(100, 0, true), RegularModel::nlinear);
}

TEST(SelectModelType, MeasuresTheSeasonOfASeries) {
  EXPECT_EQ(select_model_type(waves_in_noise(60, 10)), RegularModel::prophet);
  EXPECT_EQ(select_model_type(waves_in_noise(60, 0)), RegularModel::auto_arima);
  EXPECT_EQ(select_model_type(waves_in_noise(29, 10)), RegularModel::auto_arima);
  EXPECT_EQ(select_model_type(waves_in_noise(100, 10)), RegularModel::nlinear);
  RegularSeries two_seasons = waves_in_noise(30, 10);
  two_seasons.period = 15;  // one value fewer than its strength needs
  EXPECT_EQ(select_model_type(two_seasons), RegularModel::auto_arima);
  two_seasons.period = 0;
  EXPECT_EQ(select_model_type(two_seasons), RegularModel::auto_arima);
}

TEST(SelectModelType, IsAModelByItsOwnName) {
  const auto kind = parse_regular_model("by_size").value();
  const auto trained = std::get<TrainedRegular>(fit(waves_in_noise(60, 10), kind));
  ASSERT_EQ(trained.members.size(), 1U);
  EXPECT_EQ(trained.members.front().kind, RegularModel::prophet);
  EXPECT_EQ(trained.problem, std::nullopt);
  const auto few = std::get<NotEnough>(fit({.values = {1, 2, 3, 4}}, kind));
  EXPECT_EQ(few.have, 4U);
  EXPECT_EQ(few.need, 5U);
}

}  // namespace
}  // namespace shelduck::forecast
