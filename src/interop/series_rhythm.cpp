#include "shelduck/interop/series_rhythm.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <span>

#include "shelduck/core/error.hpp"
#include "shelduck/core/time.hpp"

namespace shelduck::interop {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kMicrosecondsASecond = 1'000'000;

std::span<const std::int64_t> train_times(const FileSeries& series) {
  return std::span{series.times}.first(series.train_rows);
}

year_month_day date_of(std::int64_t time) {
  return year_month_day{std::chrono::floor<days>(Instant{Microseconds{time}})};
}

bool is_month_end(const year_month_day& date) {
  return date.day() == (date.year() / date.month() / std::chrono::last).day();
}

// Months since year 0.
std::int64_t month_number(std::int64_t time) {
  const year_month_day date = date_of(time);
  return std::int64_t{int{date.year()}} * 12 + unsigned{date.month()} - 1;
}

// One day of the month, or its last, never twice in a month.
bool is_monthly(std::span<const std::int64_t> times) {
  if (times.size() < 2) return false;
  const auto day = date_of(times.front()).day();
  const bool same =
      std::ranges::all_of(times, [&](std::int64_t time) { return date_of(time).day() == day; });
  const bool at_end =
      std::ranges::all_of(times, [](std::int64_t time) { return is_month_end(date_of(time)); });
  return same || at_end;
}

std::vector<std::int64_t> positions(std::span<const std::int64_t> times, SeriesRhythm::Unit unit) {
  std::vector<std::int64_t> result(times.begin(), times.end());
  if (unit == SeriesRhythm::Unit::months)
    std::ranges::transform(times, result.begin(), month_number);
  return result;
}

std::int64_t most_frequent_difference(const std::vector<std::int64_t>& positions) {
  std::map<std::int64_t, std::size_t> counts;
  for (std::size_t i = 1; i < positions.size(); ++i) ++counts[positions[i] - positions[i - 1]];
  return std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; })->first;
}

std::int64_t single_step(TimeKind kind) {
  using std::chrono::hours;
  switch (kind) {
    case TimeKind::index:
      return 1;
    case TimeKind::date:
      return Microseconds{days{1}}.count();
    case TimeKind::instant:
    case TimeKind::unix_seconds:
      break;
  }
  return Microseconds{hours{1}}.count();
}

[[noreturn]] void refuse(const FileSeries& series, std::size_t row, const std::string& rule) {
  const std::string ds{series.ds[row]};
  throw Error{ErrorKind::invalid_input,
              "series '" + series.id + "', line " + std::to_string(series.line + row) + ": ds '" +
                  ds + "' is off the rhythm: " + rule,
              {.field = "ds", .value = ds, .rule = rule}};
}

std::string date_text(sys_days date) {
  return to_string(Instant{date}).substr(0, std::string_view{"2026-01-31"}.size());
}

std::string month_after(std::int64_t last, std::int64_t ahead, bool at_end) {
  const year_month_day start = date_of(last);
  const auto month = std::chrono::year_month{start.year(), start.month()} + months{ahead};
  const auto last_day = (month / std::chrono::last).day();
  return date_text(sys_days{month / (at_end ? last_day : std::min(start.day(), last_day))});
}

}  // namespace

SeriesRhythm rhythm_of(const FileSeries& series, TimeKind kind) {
  const auto times = train_times(series);
  SeriesRhythm rhythm{.kind = kind};
  if (times.size() < 2) {
    rhythm.step = single_step(kind);
    return rhythm;
  }
  if (kind == TimeKind::date && is_monthly(times)) {
    rhythm.unit = SeriesRhythm::Unit::months;
    rhythm.at_month_end =
        std::ranges::all_of(times, [](std::int64_t time) { return is_month_end(date_of(time)); });
  }
  rhythm.step = most_frequent_difference(positions(times, rhythm.unit));
  return rhythm;
}

GapFreeValues without_gaps(const FileSeries& series, const SeriesRhythm& rhythm) {
  const auto at = positions(train_times(series), rhythm.unit);
  const auto y = series.train_y();
  GapFreeValues whole;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const std::int64_t ahead = i == 0 ? rhythm.step : at[i] - at[i - 1];
    if (ahead % rhythm.step != 0) {
      refuse(series, i, "times lie a multiple of the most frequent step apart");
    }
    const auto missing = static_cast<std::size_t>(ahead / rhythm.step - 1);
    if (missing > kGapRowsMax - whole.gaps) {
      refuse(series, i, "at most " + std::to_string(kGapRowsMax) + " rows of a series are missing");
    }
    whole.values.insert(whole.values.end(), missing, std::numeric_limits<double>::quiet_NaN());
    whole.values.push_back(y[i]);
    whole.gaps += missing;
  }
  return whole;
}

std::string SeriesRhythm::time_after(const FileSeries& series, std::size_t steps) const {
  const std::int64_t last = series.times[series.train_rows - 1];
  const std::int64_t ahead = step * static_cast<std::int64_t>(steps);
  if (unit == Unit::months) return month_after(last, ahead, at_month_end);
  const std::int64_t time = last + ahead;
  switch (kind) {
    case TimeKind::index:
      return std::to_string(time);
    case TimeKind::unix_seconds:
      return std::to_string(time / kMicrosecondsASecond);
    case TimeKind::date:
      return date_text(std::chrono::floor<days>(Instant{Microseconds{time}}));
    case TimeKind::instant:
      break;
  }
  const std::string text = to_string(Instant{Microseconds{time}});
  const std::string_view written = series.ds[series.train_rows - 1];
  const bool has_offset =
      written.ends_with('Z') || written.find('+') != std::string_view::npos ||
      written.substr(std::min<std::size_t>(10, written.size())).find('-') != std::string_view::npos;
  return has_offset ? text : text.substr(0, text.size() - 1);
}

}  // namespace shelduck::interop
