// What a report shows of a forecast: the newest history, the coming values and, as bands around
// them, their intervals.
//
//   ForecastChart chart{.title = "milk", .model = "auto", .history = values};
//   to_svg(drawn(chart))
//
// History and forecast lie on one axis of time. Where more values than pixels stand side by side,
// each pixel shows the least and the greatest of its own. Pure; the coordinates are finite but for
// a missing value, which is NaN.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "shelduck/chart/picture.hpp"

namespace shelduck::chart {

enum class Theme { light, dark };

enum class TimeAxis {
  numbers,   // 1, 2, 3
  calendar,  // microseconds since 1970, as the reader's clock shows them
};

struct Band {
  std::string name{};  // "80 %"
  std::vector<double> lower{};
  std::vector<double> upper{};
};

struct ForecastChart {
  std::string title{};
  std::string subtitle{};
  std::string forecast_name{};  // for the legend
  TimeAxis axis = TimeAxis::numbers;
  std::vector<Point> history{};   // in the order of time
  std::vector<Point> forecast{};  // later than the history
  std::vector<Band> bands{};      // a bound for each point of the forecast; in any order
  Theme theme = Theme::light;
};

[[nodiscard]] Picture drawn(const ForecastChart& chart);

}  // namespace shelduck::chart
