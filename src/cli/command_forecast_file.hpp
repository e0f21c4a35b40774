// `shelduck forecast FILE`: the coming values of every series of a file, with intervals.
//
// Two passes: the first fits each series, forecasts, and puts aside in a nameless file what its
// intervals need; the second, when the errors of all series are known, writes the rows. Memory: one
// series and the pooled scores; room in the folder for temporary files: that of the answer.
#pragma once

#include <functional>
#include <string>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/forecast_options.hpp"
#include "shelduck/cli/forecast_rows.hpp"
#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer forecast_file(const Request& request);

// Who takes the forecasts of a file: one call a series, in the order of the file.
struct ForecastTaker {
  std::function<void(const SeriesForecast&)> forecast;
  std::function<void(const std::string& id, const std::string& reason)> failure;  // comes first
};

// The same forecasts for another use; the answer has notes and exit code only.
[[nodiscard]] Answer forecast_for(const Request& request, const ForecastOptions& options,
                                  const ForecastTaker& taker);

}  // namespace shelduck::cli
