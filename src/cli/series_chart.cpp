#include "shelduck/cli/series_chart.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "shelduck/cli/series_request.hpp"
#include "shelduck/cli/series_runs.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/interop/series_rhythm.hpp"

namespace shelduck::cli {
namespace {

using interop::FileSeries;
using interop::TimeKind;

constexpr std::size_t kDateLength = 10;
// Without --history: enough of the past to see its habits, few enough to see the forecast.
constexpr std::size_t kHistoryAStep = 5;
constexpr std::size_t kHistoryShownMin = 60;

std::string_view offset_of(std::string_view ds) {
  const std::size_t at = ds.find_first_of("Zz+-", std::min(kDateLength, ds.size()));
  return at == std::string_view::npos ? "" : ds.substr(at);
}

// Where on the axis a time of the file is drawn.
class ChartClock {
 public:
  ChartClock(const FileSeries& series, TimeKind kind) : kind_(kind) {
    if (series.train_rows == 0) return;
    const interop::SeriesRhythm rhythm = interop::rhythm_of(series, kind);
    constexpr unsigned kEndOfMonth = 31;
    if (rhythm.unit == interop::SeriesRhythm::Unit::months && rhythm.day == kEndOfMonth) {
      months_ended_ = std::chrono::months{rhythm.step};
    }
    const std::string_view last = series.ds[series.train_rows - 1];
    offset_name_ = kind == TimeKind::instant ? offset_of(last) : "";
    const auto local = parse_instant(last.substr(0, last.size() - offset_name_.size()));
    if (offset_name_.empty() || !local) return;
    offset_ = local->instant.time_since_epoch() - Microseconds{series.times[series.train_rows - 1]};
  }

  [[nodiscard]] double at(std::int64_t time) const {
    if (kind_ == TimeKind::index) return static_cast<double>(time);
    Instant instant{Microseconds{time} + offset_};
    if (months_ended_.count() > 0) {
      const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(instant)};
      const auto begin = date.year() / date.month() - (months_ended_ - std::chrono::months{1});
      instant = std::chrono::sys_days{begin / 1};
    }
    return static_cast<double>(instant.time_since_epoch().count());
  }

  [[nodiscard]] double at(std::string_view ds) const {
    if (kind_ == TimeKind::date || kind_ == TimeKind::instant) {
      return at(parse_instant(ds).value().instant.time_since_epoch().count());
    }
    std::int64_t number = 0;
    std::from_chars(ds.data(), ds.data() + ds.size(), number);
    return at(kind_ == TimeKind::index ? number
                                       : Microseconds{std::chrono::seconds{number}}.count());
  }

  // "times in UTC", where that is not plain.
  [[nodiscard]] std::string words() const {
    if (kind_ == TimeKind::unix_seconds || offset_name_ == "Z") return "times in UTC";
    return offset_name_.empty() ? "" : "times at " + offset_name_;
  }

 private:
  TimeKind kind_;
  std::chrono::months months_ended_{0};  // that a time is the last day of
  std::string offset_name_;
  Microseconds offset_{0};
};

std::string counted(std::size_t count, std::string_view word) {
  return std::to_string(count) + " " + std::string(word) + (count == 1 ? "" : "s");
}

std::string percent_words(double level) {
  std::string word = level_word(level);
  std::ranges::replace(word, '_', '.');
  return word + " %";
}

std::string subtitle_of(const SeriesForecast& forecast, const std::string& reason) {
  if (forecast.points.empty()) return "no forecast: " + reason;
  std::string words = counted(forecast.points.size(), "step") + " ahead";
  const bool is_bounded = !forecast.bounds.empty() && !forecast.bounds.front().lower.empty();
  if (!is_bounded) {
    words +=
        ", without intervals: " + counted(forecast.interval_need, "value") + " would give them";
  }
  return words;
}

std::vector<chart::Band> bands_of(const SeriesForecast& forecast) {
  std::vector<chart::Band> bands;
  for (const forecast::LevelBounds& bounds : forecast.bounds) {
    if (bounds.lower.empty()) continue;
    bands.push_back(
        {.name = percent_words(bounds.level), .lower = bounds.lower, .upper = bounds.upper});
  }
  return bands;
}

}  // namespace

chart::ForecastChart chart_of(const FileSeries& series, TimeKind kind,
                              const SeriesForecast& forecast, const SeriesChartOptions& options) {
  const ChartClock clock{series, kind};
  chart::ForecastChart made{
      .title = series.id,
      .subtitle = subtitle_of(forecast, options.reason),
      .forecast_name = "forecast (" + forecast.model + ")",
      .axis = kind == TimeKind::index ? chart::TimeAxis::numbers : chart::TimeAxis::calendar,
      .bands = bands_of(forecast),
      .theme = options.theme};
  // What comes behind has covariates alone: it is the forecast's.
  const std::size_t rows = rows_up_to_last_known(series);
  const std::size_t usual = std::max(kHistoryShownMin, kHistoryAStep * forecast.points.size());
  const std::size_t shown = std::min(rows, options.history.value_or(usual));
  for (std::size_t row = rows - shown; row < rows; ++row) {
    made.history.push_back({clock.at(series.times[row]), series.y[row]});
  }
  for (std::size_t h = 0; h < forecast.points.size(); ++h) {
    made.forecast.push_back({clock.at(forecast.ds[h]), forecast.points[h]});
  }
  if (shown < rows) {
    made.subtitle += "; the newest " + std::to_string(shown) + " of " + counted(rows, "value");
  }
  if (!clock.words().empty()) made.subtitle += "; " + clock.words();
  return made;
}

}  // namespace shelduck::cli
