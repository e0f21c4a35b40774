// The legend of a chart: a sample of history and forecast, and of its bands, the widest first as
// they are drawn, from the narrowest on; of more than there is room for it says how many.
//
//   draw_legend(picture, {.chart = chart, .colours = colours, .bands = bands, .right = 936});
//
// Threads: pure.
#pragma once

#include <vector>

#include "shelduck/chart/chart_colours.hpp"
#include "shelduck/chart/forecast_chart.hpp"
#include "shelduck/chart/picture.hpp"

namespace shelduck::chart {

inline constexpr double kHistoryWidth = 1.4;
inline constexpr double kForecastWidth = 2;

// Borrowed for the time of the call.
struct ChartLegend {
  const ForecastChart& chart;
  const ChartColours& colours;
  const std::vector<Band>& bands;
  double left = 0;
  double right = 0;
};
void draw_legend(Picture& picture, const ChartLegend& legend);

}  // namespace shelduck::chart
