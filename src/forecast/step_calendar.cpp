#include "shelduck/forecast/step_calendar.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kHourSeconds = 3600;
constexpr double kDayLength = 24 * kHourSeconds;
constexpr double kWeekLength = 7 * kDayLength;
constexpr double kShortestMonth = 28 * kDayLength;
constexpr double kShortestYear = 365 * kDayLength;
constexpr double kCalendarCycle = 146'097 * kDayLength;  // 400 years, 20 871 weeks
constexpr std::size_t kYearMonths = 12;
constexpr std::size_t kCycleMonths = 400 * kYearMonths;

// Seconds within the 400 years from the epoch on.
double within_cycle(double seconds) {
  const double rest = std::fmod(seconds, kCalendarCycle);
  return rest < 0 ? rest + kCalendarCycle : rest;
}

std::chrono::sys_days day_of_seconds(double seconds) {
  return std::chrono::sys_days{
      std::chrono::days{static_cast<std::int64_t>(within_cycle(seconds) / kDayLength)}};
}

}  // namespace

StepCalendar StepCalendar::from(std::size_t steps_later) const {
  StepCalendar later = *this;
  later.first = within_cycle(first + static_cast<double>(steps_later) * step);
  if (months == 0) return later;
  // To the first of a month: days of months differ, and only months are asked.
  const std::size_t ahead = steps_later % kCycleMonths * months % kCycleMonths;
  const std::chrono::year_month_day date{day_of_seconds(first)};
  const std::chrono::year_month there =
      date.year() / date.month() + std::chrono::months{static_cast<int>(ahead)};
  const std::chrono::sys_days day{there / std::chrono::day{1}};
  later.first = within_cycle(static_cast<double>(day.time_since_epoch().count()) * kDayLength);
  return later;
}

// Steps are shorter, and the history goes round twice.
bool StepCalendar::goes_round(double seconds) const {
  return step > 0 && step < seconds && static_cast<double>(steps) * step >= 2 * seconds;
}

std::vector<double> StepCalendar::columns_of(std::size_t step_number) const {
  std::vector<double> row;
  if (months % kYearMonths > 0 &&
      static_cast<double>(steps) * static_cast<double>(months) >= 2.0 * kYearMonths) {
    const std::size_t first_month =
        unsigned{std::chrono::year_month_day{day_of_seconds(first)}.month()} - 1;
    const std::size_t ahead = step_number % kYearMonths * (months % kYearMonths);
    row.push_back(static_cast<double>((first_month + ahead) % kYearMonths + 1));
  }
  if (step == 0) return row;
  const double now = within_cycle(first + static_cast<double>(step_number) * step);
  const std::chrono::sys_days day = day_of_seconds(now);
  const std::chrono::year_month_day date{day};
  if (goes_round(kDayLength)) row.push_back(std::fmod(now, kDayLength) / kHourSeconds);
  if (goes_round(kWeekLength)) {
    row.push_back(static_cast<double>(std::chrono::weekday{day}.iso_encoding()) - 1);
  }
  if (goes_round(kShortestMonth)) row.push_back(static_cast<double>(unsigned{date.day()}));
  if (goes_round(kShortestYear)) row.push_back(static_cast<double>(unsigned{date.month()}));
  return row;
}

bool StepCalendar::is_whole() const {
  return std::abs(first) <= kTimeMax && step >= 0 && step <= kTimeMax && months <= kMonthsMax &&
         (step == 0 || months == 0);
}

void check(const StepCalendar& calendar) {
  if (calendar.is_whole()) return;
  throw Error{ErrorKind::invalid_input,
              "the calendar of a series cannot be used: it begins at " +
                  std::to_string(calendar.first) + " in steps of " + std::to_string(calendar.step) +
                  " seconds or " + std::to_string(calendar.months) + " months",
              {.field = "calendar",
               .value = std::to_string(calendar.first),
               .rule = "a first time within 1e12 seconds, and a step of seconds or of months"}};
}

}  // namespace shelduck::forecast
