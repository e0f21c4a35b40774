#include "shelduck/interop/series_rhythm.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <optional>
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
// Half of what fits, so that differences fit too; the last month that has a name of four digits.
constexpr std::int64_t kTimeMax = std::numeric_limits<std::int64_t>::max() / 2;
constexpr std::int64_t kMonthMax = 9999 * 12 + 11;
constexpr const char* kReachRule = "times and those to come lie before the year 10000 and 2^62";

std::span<const std::int64_t> train_times(const FileSeries& series) {
  return std::span{series.times}.first(series.train_rows);
}

year_month_day date_of(std::int64_t time) {
  return year_month_day{std::chrono::floor<days>(Instant{Microseconds{time}})};
}

Microseconds time_of_day(std::int64_t time) {
  const Instant instant{Microseconds{time}};
  return instant - std::chrono::floor<days>(instant);
}

unsigned day_of(std::int64_t time) { return unsigned{date_of(time).day()}; }

unsigned last_day_of(const std::chrono::year_month& month) {
  return unsigned{(month / std::chrono::last).day()};
}

std::chrono::year_month month_of(std::int64_t time) {
  return std::chrono::year_month{date_of(time).year(), date_of(time).month()};
}

// Months since year 0.
std::int64_t month_number(std::int64_t time) {
  const year_month_day date = date_of(time);
  return std::int64_t{int{date.year()}} * 12 + unsigned{date.month()} - 1;
}

// The day of the month on which all times stand, 31 for its end; nothing if they do not.
std::optional<unsigned> common_day(std::span<const std::int64_t> times) {
  const auto is_on = [&](unsigned day) {
    return std::ranges::all_of(times, [&](std::int64_t time) {
      return day_of(time) == std::min(day, last_day_of(month_of(time))) &&
             time_of_day(time) == time_of_day(times.front());
    });
  };
  const unsigned day = day_of(*std::ranges::max_element(times, {}, day_of));
  for (const unsigned candidate : {31U, day}) {
    if (is_on(candidate)) return candidate;
  }
  return std::nullopt;
}

bool is_of_calendar(TimeKind kind) { return kind == TimeKind::date || kind == TimeKind::instant; }

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

[[noreturn]] void refuse_time(const FileSeries& series, std::size_t row, const std::string& rule) {
  const std::string ds{series.ds[row]};
  throw Error{ErrorKind::invalid_input,
              "series '" + series.id + "', ds '" + ds + "': " + rule,
              {.field = "ds", .value = ds, .rule = rule}};
}

constexpr std::string_view kDate = "2026-01-31";

Instant month_after(std::int64_t last, std::int64_t ahead, unsigned day) {
  const std::chrono::year_month month = month_of(last) + months{ahead};
  const sys_days date = month / std::chrono::day{std::min(day, last_day_of(month))};
  return Instant{date} + time_of_day(last);
}

// An instant with the separator and the offset of another.
std::string written_like(std::string_view other, Instant instant) {
  const std::size_t offset = other.find_first_of("Zz+-", std::min(kDate.size(), other.size()));
  const std::string_view suffix = offset == std::string_view::npos ? "" : other.substr(offset);
  if (!suffix.empty() && suffix != "Z" && suffix != "z") {
    const auto local = parse_instant(other.substr(0, offset));
    const auto utc = parse_instant(other);
    if (local && utc) instant += local->instant - utc->instant;
  }
  std::string text = to_string(instant);
  text[kDate.size()] = other[kDate.size()];
  return text.substr(0, text.size() - 1) + std::string{suffix};
}

void check_reach(const FileSeries& series) {
  const auto times = train_times(series);
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (times[i] > kTimeMax || times[i - 1] < -kTimeMax) refuse_time(series, i, kReachRule);
  }
}

}  // namespace

SeriesRhythm rhythm_of(const FileSeries& series, TimeKind kind) {
  const auto times = train_times(series);
  SeriesRhythm rhythm{.kind = kind};
  if (times.size() < 2) {
    rhythm.step = single_step(kind);
    return rhythm;
  }
  check_reach(series);
  const auto day = is_of_calendar(kind) ? common_day(times) : std::nullopt;
  if (day) {
    rhythm.unit = SeriesRhythm::Unit::months;
    rhythm.day = *day;
  }
  rhythm.step = most_frequent_difference(positions(times, rhythm.unit));
  return rhythm;
}

SeriesRhythm mean_rhythm(const FileSeries& series, TimeKind kind) {
  const auto times = train_times(series);
  SeriesRhythm rhythm{.kind = kind, .step = single_step(kind)};
  if (times.size() < 2) return rhythm;
  check_reach(series);
  const std::int64_t unit = kind == TimeKind::date    ? Microseconds{days{1}}.count()
                            : kind == TimeKind::index ? 1
                                                      : kMicrosecondsASecond;
  const auto gaps = static_cast<std::int64_t>(times.size() - 1) * unit;
  rhythm.step = unit * std::max<std::int64_t>(1, (times.back() - times.front()) / gaps);
  return rhythm;
}

bool is_irregular(const FileSeries& series, TimeKind kind) {
  const bool is_index = kind == TimeKind::index;
  if (series.period == 0 && !(is_index && series.covariates.empty())) return true;
  const auto times = train_times(series);
  if (is_index || times.size() < 2) return false;
  const SeriesRhythm rhythm = rhythm_of(series, kind);
  const auto at = positions(times, rhythm.unit);
  for (std::size_t i = 1; i < at.size(); ++i) {
    if ((at[i] - at[i - 1]) % rhythm.step != 0) return true;
  }
  const std::int64_t steps = (at.back() - at.front()) / rhythm.step;
  return steps / (kMissingARow + 1) >= std::ssize(at);
}

std::vector<std::size_t> calendar_seasons(const SeriesRhythm& rhythm) {
  constexpr std::int64_t kDay = Microseconds{days{1}}.count();
  constexpr std::int64_t kWeek = 7 * kDay;
  const bool is_monthly = rhythm.unit == SeriesRhythm::Unit::months;
  if (rhythm.kind == TimeKind::index) return {};
  std::vector<std::size_t> seasons;
  const auto add = [&](std::int64_t cycle) {
    const bool is_whole = rhythm.step > 0 && cycle % rhythm.step == 0 && cycle > rhythm.step;
    if (is_whole) seasons.push_back(static_cast<std::size_t>(cycle / rhythm.step));
  };
  if (is_monthly) {
    add(12);
  } else {
    for (const std::int64_t cycle : {kDay, kWeek}) add(cycle);
  }
  if (!is_monthly && rhythm.step == kDay) seasons.push_back(365);
  if (!is_monthly && rhythm.step == kWeek) seasons.push_back(52);
  return seasons;
}

GapFreeValues without_gaps(const FileSeries& series, const SeriesRhythm& rhythm) {
  const auto at = positions(train_times(series), rhythm.unit);
  const auto y = series.train_y();
  GapFreeValues whole;
  whole.covariates.resize(series.covariates.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    const std::int64_t ahead = i == 0 ? rhythm.step : at[i] - at[i - 1];
    if (ahead % rhythm.step != 0) {
      refuse_time(series, i, "times lie a multiple of the most frequent step apart");
    }
    const auto missing = static_cast<std::size_t>(ahead / rhythm.step - 1);
    if (missing > kGapRowsMax - whole.gaps) {
      refuse_time(series, i,
                  "at most " + std::to_string(kGapRowsMax) + " rows of a series are missing");
    }
    const auto add = [missing](std::vector<double>& column, double number) {
      column.insert(column.end(), missing, std::numeric_limits<double>::quiet_NaN());
      column.push_back(number);
    };
    add(whole.values, y[i]);
    for (std::size_t c = 0; c < series.covariates.size(); ++c) {
      add(whole.covariates[c], series.covariates[c][i]);
    }
    whole.times.insert(whole.times.end(), missing + 1, series.times[i]);
    whole.gaps += missing;
  }
  return whole;
}

std::int64_t SeriesRhythm::place_after(const FileSeries& series, const Ahead& ahead) const {
  const std::int64_t last = series.times[ahead.row];
  std::int64_t way = 0;
  std::int64_t time = 0;
  if (__builtin_mul_overflow(step, static_cast<std::int64_t>(ahead.steps), &way) ||
      __builtin_add_overflow(last, unit == Unit::plain ? way : 0, &time) ||
      (is_of_calendar(kind) && (unit == Unit::months ? month_number(last) + way > kMonthMax
                                                     : month_number(time) > kMonthMax))) {
    refuse_time(series, ahead.row, kReachRule);
  }
  return unit == Unit::months ? month_after(last, way, day).time_since_epoch().count() : time;
}

std::string SeriesRhythm::time_after(const FileSeries& series, std::size_t steps) const {
  return time_after(series, {.row = series.train_rows - 1, .steps = steps});
}

std::string SeriesRhythm::time_after(const FileSeries& series, const Ahead& ahead) const {
  const std::int64_t time = place_after(series, ahead);
  if (kind == TimeKind::index) return std::to_string(time);
  if (kind == TimeKind::unix_seconds) return std::to_string(time / kMicrosecondsASecond);
  const Instant instant{Microseconds{time}};
  return kind == TimeKind::date ? to_string(instant).substr(0, kDate.size())
                                : written_like(series.ds[ahead.row], instant);
}

}  // namespace shelduck::interop
