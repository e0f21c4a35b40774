#include "shelduck/forecast/outliers.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "shelduck/forecast/intervals/interval_bounds.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

// 60 values near 100, from 97 to 103.
std::vector<double> near_hundred() {
  std::vector<double> values;
  for (int t = 0; t < 60; ++t) values.push_back(97 + (t * 5) % 7);
  return values;
}

std::vector<std::size_t> places_of(const std::vector<double>& values) {
  std::vector<std::size_t> places;
  for (const Replacement& giant : giant_outliers(values)) places.push_back(giant.t);
  return places;
}

using OutlierPlaces = std::vector<std::size_t>;

TEST(GiantOutliers, AreFoundWhereverTheyStand) {
  for (const double giant : {1e9, -1e9, 300.0}) {
    for (const std::size_t place : {0U, 1U, 30U, 55U, 58U, 59U}) {
      std::vector<double> values = near_hundred();
      values[place] = giant;
      EXPECT_EQ(places_of(values), OutlierPlaces{place}) << giant;
    }
  }
}

TEST(GiantOutliers, StandOnTheLineBetweenTheirNeighbours) {
  std::vector<double> values = near_hundred();
  values[30] = 1e9;
  const auto inside = giant_outliers(values);
  EXPECT_DOUBLE_EQ(inside.at(0).value, (values[29] + values[31]) / 2);
  std::swap(values[30], values[59]);
  EXPECT_EQ(giant_outliers(values).at(0).value, values[58]);
}

TEST(GiantOutliers, OfDifferentSizesAreAllFound) {
  std::vector<double> values = near_hundred();
  values[12] = 1e14;
  values[40] = 1e9;
  values[41] = -1e12;
  EXPECT_EQ(places_of(values), (OutlierPlaces{12, 40, 41}));
}

TEST(GiantOutliers, AreNotWhatRepeats) {
  std::vector<double> peaks = near_hundred();
  for (const std::size_t t : {11U, 23U, 35U, 47U, 59U}) peaks[t] = 1e9;
  EXPECT_EQ(places_of(peaks), OutlierPlaces{});
  std::vector<double> two = near_hundred();
  two[11] = 1e9;
  two[47] = 2e9;
  EXPECT_EQ(places_of(two), OutlierPlaces{});
}

// A level that moved is seen from its second value on.
TEST(GiantOutliers, AreNoNewLevel) {
  for (const std::size_t since : {2U, 20U, 58U}) {
    std::vector<double> values = near_hundred();
    for (std::size_t t = since; t < 60; ++t) values[t] += 1e9;
    EXPECT_EQ(places_of(values), OutlierPlaces{}) << since;
  }
}

TEST(GiantOutliers, AreNoGrowth) {
  std::vector<double> doubled;
  for (int t = 0; t < 60; ++t) doubled.push_back(std::ldexp(1.0, t));
  EXPECT_EQ(places_of(doubled), OutlierPlaces{});
}

TEST(GiantOutliers, NeedAMeasure) {
  std::vector<double> zeros(60, 0.0);
  zeros[30] = 1e9;
  EXPECT_EQ(places_of(zeros), OutlierPlaces{}) << "the only demand";
  std::vector<double> sevens(60, 7.0);
  EXPECT_EQ(places_of(sevens), OutlierPlaces{});
  sevens[30] = 1e9;
  EXPECT_EQ(places_of(sevens), OutlierPlaces{30});
  std::vector<double> few{1, 2, 1, 2, 1, 2, 1e9, 2, 1, 2};
  EXPECT_EQ(places_of(few), OutlierPlaces{}) << "fewer than 11 values";
}

RC_GTEST_PROP(GiantOutliers, DoNotDependOnTheUnit, ()) {
  std::vector<double> values = near_hundred();
  values[*rc::gen::inRange<std::size_t>(0, 60)] = *rc::gen::inRange(-2000, 2000);
  const double factor = std::ldexp(1.0, *rc::gen::inRange(-400, 400));
  const double shift = *rc::gen::inRange(-4096, 4096);
  std::vector<double> scaled = values;
  for (double& value : scaled) value *= factor;
  std::vector<double> shifted = values;
  for (double& value : shifted) value += shift;
  RC_ASSERT(places_of(scaled) == places_of(values));
  RC_ASSERT(places_of(shifted) == places_of(values));
}

TEST(GiantOutliers, AreLeftOutWhereSomethingIsFitted) {
  std::vector<double> values = near_hundred();
  values[30] = 1e9;
  const auto outliers_of = [&](auto kinds) {
    return std::get<TrainedRegular>(fit({.values = values}, kinds)).outliers.size();
  };
  EXPECT_EQ(outliers_of(RegularModel::automatic), 1U);
  EXPECT_EQ(outliers_of(RegularModel::ensemble), 1U);
  EXPECT_EQ(outliers_of(std::array{RegularModel::ces, RegularModel::dotm}), 1U);
  for (const RegularModel kind : kRegularModels) {
    if (kind == RegularModel::lightgbm) continue;  // its library may not be there
    const bool is_formula = is_closed_form(kind) && kind != RegularModel::nlinear;
    EXPECT_EQ(outliers_of(kind), is_formula ? 0U : 1U) << to_string(kind);
  }
}

// Its mean beside its deviation decided that the constant is none, and the forecast was 0.
TEST(GiantOutliers, DoNotTakeTheLevelAway) {
  for (const double giant : {1e12, -1e12}) {
    std::vector<double> values = near_hundred();
    values[40] = giant;
    for (const RegularModel kind : {RegularModel::auto_arima, RegularModel::by_size,
                                    RegularModel::exponential_smoothing, RegularModel::prophet}) {
      const auto trained = std::get<TrainedRegular>(fit({.values = values}, kind));
      EXPECT_NEAR(forecast(trained, 1).points[0], 100, 5) << to_string(kind) << giant;
    }
  }
}

// As far from 100 as without it, points and bounds.
TEST(GiantOutliers, DoNotReachTheForecast) {
  const std::vector<double> levels{0.95};
  for (const RegularModel kind : {RegularModel::automatic, RegularModel::ensemble}) {
    for (const std::size_t place : {0U, 30U, 45U, 55U, 59U}) {
      std::vector<double> values = near_hundred();
      values[place] = 1e9;
      const auto trained = std::get<TrainedRegular>(fit({.values = values, .period = 12}, kind));
      const OriginScores scores = origin_scores(trained, values, 6);
      ScorePool pool;
      pool.add("this", scores);
      const auto points = forecast(trained, 6).points;
      const auto bounds =
          bounds_of(points, evidence_of(scores, levels), std::move(pool).sorted(), levels);
      for (std::size_t h = 0; h < 6; ++h) {
        EXPECT_NEAR(points[h], 100, 5) << place;
        EXPECT_NEAR(bounds[0].lower[h], 100, 30) << place;
        EXPECT_NEAR(bounds[0].upper[h], 100, 30) << place;
      }
    }
  }
}

TrainedRegular combination_of(const std::vector<double>& values) {
  return std::get<TrainedRegular>(fit({.values = values}, RegularModel::ensemble));
}

TEST(GiantOutliers, AreNotLearntFromInUpdatesEither) {
  const std::vector<double> known = near_hundred();
  const TrainedRegular model = combination_of(known);
  for (const double giant : {1e9, -1e9, 300.0}) {
    const TrainedRegular after = update(model, std::vector{99.0, giant, 101.0});
    EXPECT_EQ(after.n, 63U);
    ASSERT_EQ(after.outliers.size(), 1U) << giant;
    EXPECT_EQ(after.outliers[0].t, 61U);
    EXPECT_EQ(after.outliers[0].value, 99.0);
    EXPECT_EQ(forecast(after, 3).points,
              forecast(update(model, std::vector{99.0, 99.0, 101.0}), 3).points);
    EXPECT_EQ(
        forecast(after, 3).points,
        forecast(update(update(model, std::vector{99.0, giant}), std::vector{101.0}), 3).points);
  }
  EXPECT_TRUE(update(model, std::vector{120.0, 80.0}).outliers.empty());
}

TEST(GiantOutliers, OfUpdatesAreNoneWhereASecondOneComes) {
  constexpr std::array kKinds{RegularModel::naive, RegularModel::mean};
  const auto model = std::get<TrainedRegular>(fit({.values = near_hundred()}, kKinds));
  const TrainedRegular moved = update(model, std::vector{1000.0, 1010.0, 990.0, 1005.0});
  EXPECT_EQ(moved.outliers.size(), 1U);
  EXPECT_GT(forecast(moved, 1).points[0], 500);
}

TEST(GiantOutliers, OfUpdatesAreThoseOfAFit) {
  std::vector<double> values = near_hundred();
  const TrainedRegular model = combination_of(values);
  for (const double value : {133.0, 1e6, 98.0, 1e9, 103.0}) {
    values.push_back(value);
    const auto of_fit = places_of(values);
    const TrainedRegular after = update(model, std::span{values}.subspan(60));
    OutlierPlaces of_updates;
    for (const Replacement& giant : after.outliers) of_updates.push_back(giant.t);
    EXPECT_EQ(of_updates, of_fit) << value;
  }
}

TEST(GiantOutliers, AreLearntFromByModelsOfTheirOwn) {
  const std::vector<double> known = near_hundred();
  const auto alone = std::get<TrainedRegular>(fit({.values = known}, RegularModel::naive));
  EXPECT_EQ(forecast(update(alone, std::vector{1e9}), 1).points[0], 1e9);
}

}  // namespace
}  // namespace shelduck::forecast
