// ChartColours are the colours of one theme of a chart, as CSS writes them.
//
//   const ChartColours& colours = colours_of(Theme::dark);
//
// Threads: constants.
#pragma once

#include <string_view>

#include "shelduck/chart/forecast_chart.hpp"

namespace shelduck::chart {

struct ChartColours {
  std::string_view background;
  std::string_view ink;
  std::string_view faint;
  std::string_view grid;
  std::string_view rule;  // between past and future
  std::string_view history;
  std::string_view forecast;
  double band_opacity;  // of one; the narrower ones lie on the wider ones
};

inline constexpr ChartColours kLightColours{.background = "#ffffff",
                                            .ink = "#1f2328",
                                            .faint = "#656d76",
                                            .grid = "#e4e7eb",
                                            .rule = "#aab3bd",
                                            .history = "#3d4752",
                                            .forecast = "#0a58ca",
                                            .band_opacity = 0.17};
inline constexpr ChartColours kDarkColours{.background = "#14181d",
                                           .ink = "#e6edf3",
                                           .faint = "#98a3ae",
                                           .grid = "#2a313a",
                                           .rule = "#56616d",
                                           .history = "#c3ccd6",
                                           .forecast = "#5aa9ff",
                                           .band_opacity = 0.27};

[[nodiscard]] constexpr const ChartColours& colours_of(Theme theme) {
  return theme == Theme::dark ? kDarkColours : kLightColours;
}

}  // namespace shelduck::chart
