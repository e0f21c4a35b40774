#include "shelduck/forecast/lightgbm/lightgbm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series_for_test.hpp"
#include "shelduck/forecast/timed_out.hpp"

namespace shelduck::forecast {
namespace {

std::vector<double> seasonal_line(std::size_t n, double slope) {
  std::vector<double> values;
  for (std::size_t t = 0; t < n; ++t) {
    values.push_back(500 + slope * static_cast<double>(t) + 40 * season_wave(t, 12));
  }
  return values;
}

double worst_of(const Path& path, std::span<const double> truth) {
  double worst = 0;
  for (std::size_t h = 0; h < path.points.size(); ++h) {
    worst = std::max(worst, std::abs(path.points[h] - truth[h]));
  }
  return worst;
}

TEST(Lightgbm, GoesOnWithLineAndSeason) {
  const std::vector<double> values = seasonal_line(108, 2);
  const std::span all{values};
  // The value a season before misses by 24.
  EXPECT_LT(worst_of(forecast(fit_lightgbm(all.first(96), 12), 12), all.last(12)), 12);
}

// Up and down by 20 around 100, without a period that is told: the lags say what comes.
TEST(Lightgbm, LearnsFromTheLags) {
  std::mt19937 generator{5};
  std::normal_distribution<double> noise;
  std::vector<double> values;
  for (int t = 0; t < 400; ++t) values.push_back(100 + (t % 2 == 0 ? 10 : -10) + noise(generator));
  const LightgbmModel model = fit_lightgbm(values, 1);
  EXPECT_NEAR(model.next(), 110, 4);  // naive says 90
}

TEST(Lightgbm, StaysWhereNothingMoves) {
  const LightgbmModel model = fit_lightgbm(std::vector<double>(30, 7), 12);
  EXPECT_EQ(forecast(model, 3).points, (std::vector<double>{7, 7, 7}));
  EXPECT_TRUE(forecast(model, 3).deviations.empty());
}

TEST(Lightgbm, GoesTheWayOfItsStartToTheSameForecast) {
  const std::vector<double> values = drifting_series(90, 4);
  const LightgbmModel model = fit_lightgbm(values, 4);
  const LightgbmModel again = absorbed(started(model), values);
  EXPECT_EQ(forecast(again, 9).points, forecast(model, 9).points);
  EXPECT_EQ(one_step(model, values).first, 1U);
}

TEST(Lightgbm, CountsWhatItsLeavesTake) {
  // n = 96: r = 0.1 x 12 / 62, 1 + 8 (1 - (1 - r)^30) = 4.55, so 5; and 11 of 12 indices.
  EXPECT_EQ(fitted(fit_lightgbm(drifting_series(96, 1), 1)), 5U);
  EXPECT_EQ(fitted(fit_lightgbm(seasonal_line(96, 0), 12)), 16U);
}

TEST(Lightgbm, UsesTheNewestOfManyValues) {
  std::vector<double> values = drifting_series(kIterativeValuesMax + 5, 2);
  const LightgbmModel model = fit_lightgbm(values, 1);
  EXPECT_EQ(model.skipped, 5U);
  EXPECT_EQ(model.n, kIterativeValuesMax);
  values.erase(values.begin(), values.begin() + 5);
  EXPECT_EQ(forecast(fit_lightgbm(values, 1), 3).points, forecast(model, 3).points);
}

TEST(Lightgbm, IsGivenUpBetweenTrees) {
  const std::vector<double> values = drifting_series(90, 4);
  std::vector<double> flags(values.size(), 0);
  flags[3] = 1;
  const KnownRows known{.columns = 1, .entries = flags};
  for (const KnownRows& rows : {KnownRows{}, known}) {
    std::size_t asked = 0;
    const StopCheck count = [&] { ++asked; };
    static_cast<void>(fit_lightgbm(values, 4, {.rows = rows}, count));
    EXPECT_GT(asked, 20U);
    const StopCheck stop = [left = asked]() mutable {
      if (--left == 0) throw TimedOut{};
    };
    EXPECT_THROW((void)fit_lightgbm(values, 4, {.rows = rows}, stop), TimedOut);
  }
}

// As it happened the values fell where the work grew.
TEST(Lightgbm, NeverFallsWhereTheWorkGrows) {
  std::mt19937 generator{11};
  std::normal_distribution<double> noise;
  std::vector<double> values;
  std::vector<double> sizes;
  for (int t = 0; t < 120; ++t) {
    sizes.push_back(static_cast<double>(generator() % 50));
    values.push_back(100 - 0.1 * sizes.back() + noise(generator));
  }
  const KnownRows rows{.columns = 1, .entries = sizes};
  const auto falls = [&](Direction direction) {
    const auto model = fit_lightgbm(values, 1, {.rows = rows, .directions = {direction}});
    double most = 0;
    for (double size = 0; size < 60; ++size) {
      const double next = size + 1;
      most = std::max(most, model.next(KnownRow{&size, 1}) - model.next(KnownRow{&next, 1}));
    }
    return most;
  };
  EXPECT_GT(falls(Direction::any), 0.1);
  EXPECT_EQ(falls(Direction::rising), 0);
}

// Every Sunday is 20 above a level that walks; nobody tells of a season.
TEST(Lightgbm, LearnsFromTheCalendar) {
  std::mt19937 generator{7};
  std::normal_distribution<double> noise;
  std::vector<double> values;
  double level = 100;
  for (int t = 0; t < 210; ++t) {
    level += noise(generator);
    values.push_back(level + (t % 7 == 3 ? 20 : 0));
  }
  const StepCalendar daily{.first = 1'767'225'600, .step = 86'400};  // a Thursday
  const LightgbmModel model = fit_lightgbm(values, 1, {.calendar = daily});
  const Path path = forecast(model, 7);
  EXPECT_EQ(std::ranges::max_element(path.points) - path.points.begin(), 3);
  const LightgbmModel again = absorbed(started(model), values);
  EXPECT_EQ(forecast(again, 7).points, path.points);
}

TEST(Lightgbm, NamesWhatItNeeds) {
  EXPECT_THROW((void)fit_lightgbm(std::vector<double>(kLightgbmNeeds - 1, 1.0), 1), Error);
  EXPECT_NO_THROW((void)fit_lightgbm(drifting_series(kLightgbmNeeds, 1), 12));
}

// 100, and 20 more where the flag stands: the last value without it says nothing of the next one
// with it.
TEST(Lightgbm, LearnsFromTheCovariateOfTheComingStep) {
  std::mt19937 generator{5};
  std::normal_distribution<double> noise;
  std::vector<double> values;
  std::vector<double> flags;
  for (int t = 0; t < 400; ++t) {
    flags.push_back(generator() % 4 == 0 && t < 399 ? 1 : 0);
    values.push_back(100 + 20 * flags.back() + noise(generator));
  }
  const KnownRows rows{.columns = 1, .entries = flags};
  const LightgbmModel model = fit_lightgbm(values, 1, {.rows = rows});
  const std::vector<double> coming{1, 0};
  const Path path = forecast(model, 2, {.columns = 1, .entries = coming});
  EXPECT_GT(path.points[0], 112);
  EXPECT_LT(path.points[1], 106);
  const LightgbmModel again = absorbed(started(model), values, rows);
  EXPECT_EQ(forecast(again, 2, {.columns = 1, .entries = coming}).points, path.points);
  EXPECT_EQ(one_step(model, values, rows).errors.size(), 399U);
}

}  // namespace
}  // namespace shelduck::forecast
