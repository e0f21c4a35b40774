// What a command line asks of `shelduck forecast FILE` and of its picture.
//
// Failure: Error invalid_input that names the option, its value and its rule.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/cli/request.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/cli/series_seasons.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/forecast/predictive.hpp"

namespace shelduck::cli {

struct ForecastOptions {
  Method method;
  std::optional<std::size_t> horizon{};
  NamedSeasons seasons{};
  std::vector<double> levels{};
  forecast::IntervalMethod intervals = forecast::IntervalMethod::fast;
  std::function<void()> check{[] {}};  // that somebody still waits: throws where nobody does
  std::optional<Seconds> timeout{};    // of a series
  Clock clock{};
  forecast::Sign sign = forecast::Sign::any;
  std::size_t threads = 1;
  bool is_global = false;
  std::vector<std::string> covariates{};
};

[[nodiscard]] ForecastOptions forecast_options(const Request& request);

// Throws where neither --horizon nor a column says how far to forecast.
void require_horizon(const interop::SeriesFile& file, const ForecastOptions& options);

// Of one series: as --horizon or the file says. Throws where neither does.
[[nodiscard]] std::size_t horizon_of(const interop::FileSeries& series,
                                     const ForecastOptions& options);

}  // namespace shelduck::cli
