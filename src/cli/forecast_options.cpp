#include "shelduck/cli/forecast_options.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "shelduck/cli/global_lags.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/forecast/path.hpp"

namespace shelduck::cli {
namespace {

std::optional<std::size_t> horizon_option(const Request& request) {
  const auto horizon = size_option(request, "horizon");
  if (!horizon || *horizon <= forecast::kHorizonMax) return horizon;
  throw Error{ErrorKind::invalid_input,
              "--horizon is " + std::to_string(*horizon),
              {.field = "--horizon",
               .value = std::to_string(*horizon),
               .rule = "at most " + std::to_string(forecast::kHorizonMax) + " steps"}};
}

[[noreturn]] void refuse_without_horizon() {
  throw Error{ErrorKind::invalid_input,
              "nobody says how many steps to forecast",
              {.field = "--horizon",
               .rule = "a number of steps, here or as a column `horizon` of the file",
               .hint = "--horizon 12"}};
}

}  // namespace

ForecastOptions forecast_options(const Request& request) {
  Method method = method_named("--model", request.arguments.value("model").value());
  const bool global = is_global(request, std::span{&method, 1});
  std::vector<std::string> covariates = covariates_of(request, std::span{&method, 1});
  return {.method = std::move(method),
          .horizon = horizon_option(request),
          .seasons = named_seasons(request),
          .levels = levels_of(request),
          .intervals = interval_method(request),
          .check = [&cancel = request.cancel] { cancel.check(); },
          .timeout = timeout_of(request),
          .clock = request.clock,
          .sign = request.arguments.flag("non-negative") ? forecast::Sign::non_negative
                                                         : forecast::Sign::any,
          .threads = threads_of(request),
          .is_global = global,
          .covariates = std::move(covariates)};
}

void require_horizon(const interop::SeriesFile& file, const ForecastOptions& options) {
  const std::vector<std::string>& columns = file.header();
  if (options.horizon || std::ranges::find(columns, "horizon") != columns.end()) return;
  refuse_without_horizon();
}

std::size_t horizon_of(const interop::FileSeries& series, const ForecastOptions& options) {
  if (options.horizon) return *options.horizon;
  if (series.horizon) return static_cast<std::size_t>(*series.horizon);
  refuse_without_horizon();
}

}  // namespace shelduck::cli
