// A series and its forecast as the chart that shows them: which part of the history, on which
// clock, and what is said about it.
//
//   to_svg(drawn(chart_of(series, kind, forecast, {.theme = chart::Theme::dark})))
//
// Dates that stand on the last day of their month are drawn where their month, quarter or year
// begins, so that the value of 2026 stands at the mark "2026". Instants are drawn as the clock of
// their last offset reads.
// Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "shelduck/chart/forecast_chart.hpp"
#include "shelduck/cli/forecast_rows.hpp"
#include "shelduck/interop/series_file.hpp"

namespace shelduck::cli {

struct SeriesChartOptions {
  chart::Theme theme = chart::Theme::light;
  std::optional<std::size_t> history{};  // values that are shown, the newest ones
  std::string reason{};                  // why there is no forecast, where there is none
};

// `forecast` has no points where the model could not be fitted.
[[nodiscard]] chart::ForecastChart chart_of(const interop::FileSeries& series,
                                            interop::TimeKind kind, const SeriesForecast& forecast,
                                            const SeriesChartOptions& options);

}  // namespace shelduck::cli
