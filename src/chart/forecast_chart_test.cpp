#include "shelduck/chart/forecast_chart.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "shelduck/chart/svg.hpp"

namespace shelduck::chart {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::vector<Line> lines_of(const Picture& picture, std::string_view role) {
  std::vector<Line> lines;
  for (const Shape& shape : picture.shapes) {
    const auto* line = std::get_if<Line>(&shape);
    if (line != nullptr && line->role == role) lines.push_back(*line);
  }
  return lines;
}

std::vector<Area> bands_of_picture(const Picture& picture) {
  std::vector<Area> areas;
  for (const Shape& shape : picture.shapes) {
    const auto* area = std::get_if<Area>(&shape);
    if (area != nullptr && !area->role.empty()) areas.push_back(*area);
  }
  return areas;
}

TEST(ForecastChart, KeepsAllPeaksOfADenseHistory) {
  ForecastChart chart{.title = "dense"};
  for (int t = 0; t < 100'000; ++t) chart.history.push_back({double(t), t % 10 == 3 ? 1.0 : 0.0});
  chart.history[54'321].y = 9;
  const auto lines = lines_of(drawn(chart), "history");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_LT(lines[0].points.size(), 4000U);  // four a pixel
  const auto peaks = [&](double y) {
    return std::ranges::count_if(lines[0].points, [&](const Point& p) { return p.y < y; });
  };
  // The axis goes from 0 to 10 over 328 pixels that end at 432.
  EXPECT_EQ(peaks(432 - 8.9 * 32.8), 1);
  EXPECT_GT(peaks(432 - 0.9 * 32.8), 800);  // in each column of pixels
}

TEST(ForecastChart, BreaksTheLineWhereAValueIsMissing) {
  const ForecastChart chart{
      .history = {{1, 5}, {2, 6}, {3, kMissing}, {4, 7}, {5, kMissing}, {6, 5}, {7, 5}}};
  const Picture picture = drawn(chart);
  EXPECT_EQ(lines_of(picture, "history").size(), 2U);  // 4 stands alone: a dot
}

TEST(ForecastChart, OpensAFanAtTheLastValueWiderBandsBelow) {
  const ForecastChart chart{.history = {{1, 5}, {2, 6}},
                            .forecast = {{3, 6}, {4, 6}},
                            .bands = {{.name = "80 %", .lower = {5, 4}, .upper = {7, 8}},
                                      {.name = "95 %", .lower = {4, 3}, .upper = {8, 9}}}};
  const Picture picture = drawn(chart);
  const auto line = lines_of(picture, "forecast").at(0);
  EXPECT_EQ(line.points.size(), 3U);
  EXPECT_DOUBLE_EQ(line.points[0].x, lines_of(picture, "history").at(0).points[1].x);
  const auto bands = bands_of_picture(picture);
  ASSERT_EQ(bands.size(), 2U);
  EXPECT_EQ(bands[0].points.size(), 6U);
  EXPECT_DOUBLE_EQ(bands[0].points[0].y, bands[0].points[5].y);
  const auto height = [](const Area& band) { return band.points[3].y - band.points[2].y; };
  EXPECT_DOUBLE_EQ(height(bands[0]), 3 * height(bands[1]) / 2);  // 3 to 9 against 4 to 8
}

TEST(ForecastChart, DrawsWhateverThereIs) {
  for (const auto& history : {std::vector<Point>{}, std::vector<Point>{{1, kMissing}},
                              std::vector<Point>{{1, 1e300}, {2, -1e300}},
                              std::vector<Point>{{1, 1.7e308}, {2, -1.7e308}, {3, 5}}}) {
    const Picture picture = drawn({.title = "odd", .history = history});
    const std::string svg = to_svg(picture);
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
    for (const Shape& shape : picture.shapes) {
      if (const auto* line = std::get_if<Line>(&shape)) {
        for (const Point& point : line->points) {
          EXPECT_TRUE(std::isfinite(point.x) && std::isfinite(point.y));
        }
      }
    }
  }
}

std::vector<Text> texts_of(const Picture& picture) {
  std::vector<Text> texts;
  for (const Shape& shape : picture.shapes) {
    if (const auto* text = std::get_if<Text>(&shape)) texts.push_back(*text);
  }
  return texts;
}

TEST(ForecastChart, NamesAsManyLevelsAsTheLegendHasRoomFor) {
  for (const int count : {1, 4, 12, 40}) {
    ForecastChart chart{.forecast_name = "forecast (exponential_smoothing)",
                        .history = {{1, 5}, {1.5, 5}},
                        .forecast = {{2, 5}}};
    for (int i = 1; i <= count; ++i) {
      chart.bands.push_back(
          {.name = std::to_string(50 + i) + ".5 %", .lower = {5.0 - i}, .upper = {5.0 + i}});
    }
    std::string last;
    double right_most = 0;
    for (const Text& text : texts_of(drawn(chart))) {
      if (text.at.y != 84) continue;
      last = text.text;
      right_most = text.at.x + 0.62 * 12.5 * static_cast<double>(text.text.size());
    }
    EXPECT_LE(right_most, 960 - 24) << count;
    const std::string widest = std::to_string(50 + count) + ".5 %";
    EXPECT_TRUE(last.ends_with(widest)) << last;
    EXPECT_EQ(last.starts_with("and "), count > 4) << last;
  }
}

// Numbers at the left, from below.
std::string labels_of_values(const Picture& picture) {
  std::string labels;
  for (const Text& text : texts_of(picture)) {
    const bool is_tick = text.anchor == Anchor::end && text.at.y < 440;
    if (is_tick) labels += (labels.empty() ? "" : " | ") + text.text;
  }
  return labels;
}

TEST(ForecastChart, DrawsAConstantThroughTheMiddleOfAPlainAxis) {
  const auto constant = [](double value, double error) {
    ForecastChart chart{.history = {}, .forecast = {{60, value}, {61, value}}};
    for (int t = 0; t < 60; ++t) chart.history.push_back({double(t), value});
    const double less = value - error * std::abs(value);
    const double more = value + error * std::abs(value);
    chart.bands = {{.name = "80 %", .lower = {less, less}, .upper = {more, more}}};
    return drawn(chart);
  };
  EXPECT_EQ(labels_of_values(constant(7, 2e-9)), "6.0 | 6.5 | 7.0 | 7.5 | 8.0");
  EXPECT_EQ(labels_of_values(constant(-7, 2e-9)),
            "\u22128.0 | \u22127.5 | \u22127.0 | \u22126.5 | \u22126.0");
  EXPECT_EQ(labels_of_values(constant(0, 0)), "\u22121.0 | \u22120.5 | 0 | 0.5 | 1.0");
  for (const double value : {7.0, -7.0, 0.0}) {
    const auto line = lines_of(constant(value, 1e-9), "history").at(0);
    EXPECT_NEAR(line.points[0].y, (104 + 432) / 2.0, 1e-3) << value;
  }
  // What its bounds do say is shown.
  EXPECT_EQ(labels_of_values(constant(7, 0.001)), "6.990 | 6.995 | 7.000 | 7.005 | 7.010");
}

}  // namespace
}  // namespace shelduck::chart
