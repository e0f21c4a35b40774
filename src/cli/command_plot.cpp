#include "shelduck/cli/command_plot.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "shelduck/chart/png.hpp"
#include "shelduck/chart/svg.hpp"
#include "shelduck/cli/command_forecast_file.hpp"
#include "shelduck/cli/series_chart.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/near_word.hpp"

namespace shelduck::cli {
namespace {

constexpr double kPngScale = 2;  // sharp on paper and on fine screens

enum class PictureFormat { svg, png };

PictureFormat picture_format(const Request& request) {
  const std::string name = request.arguments.value("out").value();
  std::string ending = std::filesystem::path{name}.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  if (ending == ".svg") return PictureFormat::svg;
  if (ending == ".png") return PictureFormat::png;
  throw Error{ErrorKind::invalid_input,
              "'" + name + "' says neither SVG nor PNG",
              {.field = "--out", .value = name, .rule = "a name that ends in .svg or .png"}};
}

struct FoundSeries {
  interop::FileSeries series;
  interop::TimeKind kind;
};

FoundSeries found_series(const Request& request, const ForecastOptions& options,
                         const std::string& id) {
  interop::SeriesFile file = open_series(request);
  require_horizon(file, options);
  std::optional<std::string> near;
  while (std::optional<interop::FileSeries> series = file.next()) {
    request.cancel.check();
    if (series->id == id) return {std::move(*series), file.time_kind().value()};
    const std::string_view other = series->id;
    if (!near_word(id, std::span{&other, 1})) continue;
    if (!near || edit_distance(id, other) < edit_distance(id, *near)) near = other;
  }
  throw Error{ErrorKind::not_found,
              request.arguments.positional("FILE").value() + " has no series '" + id + "'",
              {.field = "--id",
               .value = id,
               .rule = "the id of a series of the file",
               .hint = near ? "did you mean '" + *near + "'?" : ""}};
}

SeriesChartOptions chart_options(const Request& request) {
  return {.theme =
              request.arguments.value("theme") == "dark" ? chart::Theme::dark : chart::Theme::light,
          .history = size_option(request, "history")};
}

Answer plot_found(const Request& request, const ForecastOptions& how, PictureFormat format) {
  const std::string id = request.arguments.value("id").value();
  const FoundSeries found = found_series(request, how, id);
  SeriesForecast forecast;
  SeriesChartOptions options = chart_options(request);
  const auto take = [&](const SeriesForecast& row) {
    if (row.unique_id == id) forecast = row;
  };
  const auto take_failure = [&](const std::string& failed, const std::string& reason) {
    if (failed == id) options.reason = reason;
  };
  Answer answer = forecast_for(request, how, {.forecast = take, .failure = take_failure});
  const chart::Picture picture = drawn(chart_of(found.series, found.kind, forecast, options));
  request.output(format == PictureFormat::svg ? to_svg(picture) : to_png(picture, kPngScale));
  if (forecast.points.empty()) {
    answer.errors.push_back("the picture shows the history alone: " + options.reason);
    answer.exit_code = 1;
  }
  return answer;
}

}  // namespace

Answer plot_series(const Request& request) {
  const PictureFormat format = picture_format(request);
  const ForecastOptions options = forecast_options(request);
  require_file_to_reread(request);
  const auto check = [&](const interop::SeriesFile& file) { require_horizon(file, options); };
  const auto plot = [&](const Request& whole) { return plot_found(whole, options, format); };
  return on_whole_series(request, {.check_columns = check, .answer = plot});
}

}  // namespace shelduck::cli
