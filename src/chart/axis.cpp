#include "shelduck/chart/axis.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>

namespace shelduck::chart {
namespace {

using std::chrono::year_month_day;

constexpr std::string_view kThinSpace = "\xe2\x80\x89";
constexpr std::string_view kMinus = "\xe2\x88\x92";
constexpr double kSecond = 1e6;
constexpr double kDay = 86400 * kSecond;
constexpr double kMonth = 30.44 * kDay;
constexpr std::int64_t kMonthsAYear = 12;
constexpr std::array<std::string_view, 12> kMonthNames{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// The smallest of 1, 2 and 5 times a power of ten that is not below it.
double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::string fixed(double number, int decimals) {
  std::array<char, 400> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, number);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

int decimals_of(double step) {
  constexpr int kDecimalsMax = 12;
  const int decimals = static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  return std::clamp(decimals, 0, kDecimalsMax);
}

// So many that neighbours look different, and no more than a double has.
int digits_between(double size, double step) {
  constexpr int kDigitsMin = 4;
  constexpr int kDigitsMax = 17;
  const int digits = static_cast<int>(std::ceil(std::log10(size / step) - 1e-9)) + 1;
  return std::clamp(digits, kDigitsMin, kDigitsMax);
}

// Thousands apart from each other, from five digits on.
std::string grouped(const std::string& digits) {
  constexpr std::size_t kGroup = 3;
  constexpr std::size_t kUngroupedMax = 4;
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  if (whole <= kUngroupedMax) return digits;
  std::string result;
  for (std::size_t i = 0; i < whole; ++i) {
    if (i > 0 && (whole - i) % kGroup == 0) result += kThinSpace;
    result += digits[i];
  }
  return result + digits.substr(whole);
}

// A step of the calendar: so many microseconds from midnight, days from a Monday, or months.
struct CalendarStep {
  enum class Unit { time_of_day, days, months };
  Unit unit = Unit::days;
  double size = 1;  // in microseconds, days or months

  [[nodiscard]] double length() const {
    if (unit == Unit::time_of_day) return size;
    return size * (unit == Unit::days ? kDay : kMonth);
  }
};

std::vector<CalendarStep> calendar_steps() {
  using enum CalendarStep::Unit;
  constexpr int kPowersBelowASecond = 6;
  constexpr int kPowersOfYears = 4;
  std::vector<CalendarStep> steps;
  const auto add_powers = [&](CalendarStep::Unit unit, double least, int powers) {
    for (int power = 0; power < powers; ++power) {
      for (const int factor : {1, 2, 5}) {
        steps.push_back({unit, least * factor * std::pow(10.0, power)});
      }
    }
  };
  add_powers(time_of_day, 1, kPowersBelowASecond);
  for (const double count :
       {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200}) {
    steps.push_back({time_of_day, count * kSecond});
  }
  for (const double count : {1, 2, 7, 14}) steps.push_back({days, count});
  for (const double count : {1, 2, 3, 6}) steps.push_back({months, count});
  add_powers(months, static_cast<double>(kMonthsAYear), kPowersOfYears);
  return steps;
}

CalendarStep fitting_step(const TickRange& range) {
  const std::vector<CalendarStep> steps = calendar_steps();
  const double least = (range.to - range.from) / static_cast<double>(range.count_max);
  const auto fits = [&](const CalendarStep& step) { return step.length() >= least; };
  const auto found = std::ranges::find_if(steps, fits);
  return found == steps.end() ? steps.back() : *found;
}

std::chrono::sys_days day_at(double microseconds) {
  return std::chrono::sys_days{
      std::chrono::days{static_cast<std::int64_t>(std::floor(microseconds / kDay))}};
}

double microseconds_of(std::chrono::sys_days day) {
  return static_cast<double>(day.time_since_epoch().count()) * kDay;
}

// The mark of that number; 0 is near 1970, or near the year 0 where they stand in months.
double place_of(const CalendarStep& step, std::int64_t number) {
  using enum CalendarStep::Unit;
  constexpr double kFirstMonday = 4 * kDay;
  if (step.unit == time_of_day) return static_cast<double>(number) * step.size;
  if (step.unit == days) {
    const double origin = step.size >= 7 ? kFirstMonday : 0;
    return static_cast<double>(number) * step.size * kDay + origin;
  }
  const std::int64_t month = number * static_cast<std::int64_t>(step.size);
  const std::int64_t year = month >= 0 ? month / kMonthsAYear : -1;
  const auto of_year = static_cast<unsigned>(month - year * kMonthsAYear) + 1;
  return microseconds_of(year_month_day{std::chrono::year{static_cast<int>(year)},
                                        std::chrono::month{of_year}, std::chrono::day{1}});
}

std::int64_t number_before(const CalendarStep& step, double time) {
  using enum CalendarStep::Unit;
  if (step.unit != months) return static_cast<std::int64_t>(std::floor(time / step.length())) - 1;
  const year_month_day date{day_at(time)};
  const std::int64_t month = std::int64_t{int{date.year()}} * kMonthsAYear;
  return month / static_cast<std::int64_t>(step.size) - 1;
}

std::string clock_label(double time, double step) {
  const double of_day = time - microseconds_of(day_at(time));
  const auto seconds = static_cast<std::int64_t>(of_day / kSecond);
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%02d:%02d", static_cast<int>(seconds / 3600 % 24),
                static_cast<int>(seconds / 60 % 60));
  std::string label = buffer.data();
  if (step >= 60 * kSecond) return label;
  std::snprintf(buffer.data(), buffer.size(), ":%02d", static_cast<int>(seconds % 60));
  label += buffer.data();
  if (step >= kSecond) return label;
  const double part = of_day / kSecond - static_cast<double>(seconds);
  return label + fixed(part, decimals_of(step / kSecond)).substr(1);
}

std::string day_words(const year_month_day& date) {
  return std::to_string(unsigned{date.day()}) + " " +
         std::string(kMonthNames.at(unsigned{date.month()} - 1));
}

struct CalendarWords {
  std::string label{};
  std::string context{};
};

CalendarWords words_at(double time, const CalendarStep& step) {
  using enum CalendarStep::Unit;
  const year_month_day date{day_at(time)};
  const std::string year = std::to_string(int{date.year()});
  if (step.unit == time_of_day) {
    return {clock_label(time, step.size), day_words(date) + " " + year};
  }
  if (step.unit == days) return {day_words(date), year};
  if (step.size >= static_cast<double>(kMonthsAYear)) return {year, ""};
  return {std::string(kMonthNames.at(unsigned{date.month()} - 1)), year};
}

}  // namespace

std::string number_label(double number, double step) {
  struct Unit {
    double size;
    std::string_view sign;
  };
  constexpr std::array<Unit, 4> kUnits{{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1, ""}}};
  constexpr double kScaledFrom = 1e7;
  constexpr double kPlainMax = 1e15;
  constexpr double kPlainMin = 1e-6;
  const double size = std::abs(number);
  if (size == 0) return "0";
  const std::string sign{number < 0 ? kMinus : ""};
  if (size >= kPlainMax || step < kPlainMin) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*g", digits_between(size, step), size);
    return sign + buffer.data();
  }
  for (const Unit& unit : kUnits) {
    if (unit.size > 1 && size < std::max(unit.size, kScaledFrom)) continue;
    const std::string digits = grouped(fixed(size / unit.size, decimals_of(step / unit.size)));
    return sign + digits +
           (unit.sign.empty() ? "" : std::string(kThinSpace) + std::string(unit.sign));
  }
  return "";
}

std::vector<Tick> number_ticks(const TickRange& range, double step_min) {
  const double width = range.to - range.from;
  const double scale = std::max({std::abs(range.from), std::abs(range.to), 1e-300});
  const double wanted = std::max(width, scale * 1e-9) /
                        static_cast<double>(std::max<std::size_t>(range.count_max, 1));
  const double step = round_step(std::max(wanted, step_min));
  std::vector<Tick> ticks;
  const double first = std::floor(range.from / step + 1e-9);
  const double last = std::max(std::ceil(range.to / step - 1e-9), first + 1);
  for (int i = 0; i <= static_cast<int>(last - first); ++i) {
    const double at = (first + i) * step + 0.0;
    ticks.push_back({.at = at, .label = number_label(at, step)});
  }
  return ticks;
}

std::vector<Tick> calendar_ticks(const TickRange& range) {
  const CalendarStep step = fitting_step(range);
  std::vector<Tick> ticks;
  std::string last_context;
  for (std::int64_t number = number_before(step, range.from);; ++number) {
    const double at = place_of(step, number);
    if (at > range.to) return ticks;
    if (at < range.from) continue;
    CalendarWords words = words_at(at, step);
    if (words.context == last_context) words.context.clear();
    if (!words.context.empty()) last_context = words.context;
    ticks.push_back({.at = at, .label = words.label, .context = words.context});
  }
}

}  // namespace shelduck::chart
