#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/backends/sensors_fixture.hpp"
#include "shelduck/sensors/forecast_query.hpp"
#include "shelduck/sensors/quality_query.hpp"

namespace shelduck::sensors {
namespace {

class SensorsQuality : public OnEveryBackend {
 protected:
  // A minute each, a value that goes round in 7 steps of 0.05 degrees.
  static std::vector<Reading> calm(int minutes) {
    std::vector<Reading> rows;
    for (int i = 0; i < minutes; ++i) {
      rows.push_back({.node_address = 7,
                      .timestamp = 60 * i,
                      .temperature_centidegrees = static_cast<std::int16_t>(2000 + 5 * (i % 7)),
                      .humidity_centipercent = static_cast<std::uint16_t>(5000 - 5 * (i % 7)),
                      .flags = 0,
                      .received_at = 60 * i});
    }
    return rows;
  }

  template <class Options>
  auto ask_of(const std::vector<Reading>& rows, const Options& options) {
    fixture_.take(rows);
    const auto store = open_readings(fixture_.connection());
    return ask(*store, options);
  }

  SensorsFixture fixture_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Of, SensorsQuality, kEveryBackend, name_of_backend);

TEST_P(SensorsQuality, ACalmNodeIsComplete) {
  EXPECT_EQ(json(ask_of(calm(100), QualityOptions{.node_address = 7})),
            R"({"completeness":1.0,"count":100,"expected_interval_seconds":60,"gap_count":0,)"
            R"("gaps":[],"missing":0,"node_address":7,"outlier_count":0,"outliers":[],)"
            R"("stuck":[],"stuck_count":0})"
            "\n");
}

TEST_P(SensorsQuality, AGapIsMoreThanOneAndAHalfIntervals) {
  std::vector<Reading> rows = calm(100);
  rows.erase(rows.begin() + 50, rows.begin() + 55);  // 5 are missing between 49 and 55
  rows[10].timestamp -= 29;                          // late by less than a half
  for (Reading& r : rows) {
    if (r.timestamp >= 60 * 90) r.timestamp += 31;  // one distance of 91
  }
  const Quality quality = ask_of(rows, QualityOptions{.node_address = 7});
  EXPECT_EQ(quality.gap_count, 2);
  ASSERT_EQ(quality.gaps.size(), 2U);
  EXPECT_EQ(quality.gaps[0].from, 60 * 49);
  EXPECT_EQ(quality.gaps[0].to, 60 * 55);
  EXPECT_EQ(quality.gaps[0].missing, 5);
  EXPECT_EQ(quality.gaps[1].missing, 1);
  const std::string body = json(quality);
  EXPECT_NE(body.find(R"("gaps":[{"from":2940,"missing":5,"seconds":360,"to":3300},)"),
            std::string::npos);
  EXPECT_NE(body.find("\"completeness\":0.9405940594059405,"), std::string::npos) << "95 / 101";
}

TEST_P(SensorsQuality, TheExpectedIntervalCanBeGiven) {
  const Quality quality =
      ask_of(calm(3), QualityOptions{.node_address = 7, .expected_interval = 30});
  EXPECT_EQ(quality.expected_interval_seconds, 30);
  EXPECT_EQ(quality.missing, 2);
  const auto store = open_readings(fixture_.connection());
  EXPECT_THROW((void)ask(*store, QualityOptions{.node_address = 7, .expected_interval = 0}), Error);
}

// A humidity of zero that was made up for a temperature that came alone stands out.
TEST_P(SensorsQuality, WhatStandsOutIsNamedWithItsReason) {
  std::vector<Reading> rows = calm(200);
  rows[120].temperature_centidegrees = 8500;
  rows[150].humidity_centipercent = 0;
  const Quality quality = ask_of(rows, QualityOptions{.node_address = 7});
  ASSERT_EQ(quality.outliers.size(), 2U);
  EXPECT_EQ(quality.outliers[0].timestamp, 60 * 120);
  EXPECT_EQ(quality.outliers[0].series, "temperature");
  EXPECT_EQ(quality.outliers[1].series, "humidity");
  EXPECT_LT(quality.outliers[1].z, -5);
  EXPECT_NE(json(quality).find(R"({"reason":"85.0 is far from 20.15, the median of the readings )"
                               R"(around it","series":"temperature","timestamp":7200,"z":)"),
            std::string::npos)
      << json(quality);
}

TEST_P(SensorsQuality, AValueThatNeverMovesIsStuck) {
  std::vector<Reading> rows = calm(200);
  for (int i = 100; i < 162; ++i) rows[static_cast<std::size_t>(i)].humidity_centipercent = 4000;
  for (int i = 20; i < 70; ++i) rows[static_cast<std::size_t>(i)].temperature_centidegrees = 2001;
  const Quality quality = ask_of(rows, QualityOptions{.node_address = 7});
  ASSERT_EQ(quality.stuck.size(), 1U) << "50 readings are too few";
  EXPECT_EQ(quality.stuck[0].series, "humidity");
  EXPECT_EQ(quality.stuck[0].from, 6000);
  EXPECT_EQ(quality.stuck[0].to, 60 * 161);
}

TEST_P(SensorsQuality, OneReadingHasNoInterval) {
  const std::string body = json(ask_of(calm(1), QualityOptions{.node_address = 7}));
  EXPECT_EQ(body.find(R"({"completeness":1.0,"count":1,"expected_interval_seconds":null,)"), 0U);
  const auto store = open_readings(fixture_.connection());
  EXPECT_EQ(json(ask(*store, QualityOptions{.node_address = 7, .range = {.start = 100}}))
                .find(R"({"completeness":null,"count":0,)"),
            0U);
}

TEST_P(SensorsQuality, AForecastHasBothSeriesWithIntervals) {
  std::vector<Reading> rows = calm(300);
  rows.erase(rows.begin() + 100);
  const NodeForecast forecast =
      ask_of(rows, ForecastOptions{.node_address = 7, .horizon = 3, .level = 0.8});
  EXPECT_EQ(forecast.step_seconds, 60);
  EXPECT_EQ(forecast.temperature.n, 300) << "what is missing is filled";
  ASSERT_EQ(forecast.temperature.points.size(), 3U);
  const ForecastPoint& next = forecast.temperature.points[0];
  EXPECT_EQ(next.timestamp, 60 * 300);
  EXPECT_NEAR(next.point, 20.15, 0.3);
  EXPECT_LE(next.lower, next.point);
  EXPECT_GE(next.upper, next.point);
  EXPECT_NEAR(forecast.humidity.points[2].point, 49.85, 0.3);
  EXPECT_EQ(json(forecast).find(R"({"humidity":{"method":")"), 0U);
}

TEST_P(SensorsQuality, TooFewReadingsForAForecastAreSaidSo) {
  EXPECT_EQ(json(ask_of(calm(1), ForecastOptions{.node_address = 7})),
            R"({"humidity":{"method":null,"n":1,"need":null,"points":[]},"level":0.9,)"
            R"("node_address":7,"step_seconds":null,)"
            R"("temperature":{"method":null,"n":1,"need":null,"points":[]}})"
            "\n");
  const auto store = open_readings(fixture_.connection());
  EXPECT_THROW((void)ask(*store, ForecastOptions{.node_address = 7, .horizon = 0}), Error);
  EXPECT_THROW((void)ask(*store, ForecastOptions{.node_address = 7, .level = 1}), Error);
  EXPECT_THROW((void)ask(*store, ForecastOptions{.node_address = 8}), Error);
}

}  // namespace
}  // namespace shelduck::sensors
