#include "shelduck/interop/logs/stamp.hpp"

#include <array>

namespace shelduck::interop::logs {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads from the front of a text and remembers how far it came.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] char front() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] std::size_t length() const { return at_; }
  void back_to(std::size_t length) { at_ = length; }

  bool one(char wanted) {
    if (front() != wanted) return false;
    ++at_;
    return true;
  }

  // Exactly `count` digits.
  std::optional<int> number(std::size_t count) {
    if (text_.size() - at_ < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = text_[at_ + i];
      if (!is_digit(c)) return std::nullopt;
      value = value * 10 + (c - '0');
    }
    at_ += count;
    return value;
  }

  // A separator and two digits below `limit`.
  std::optional<int> pair(char separator, int limit) {
    const std::size_t mark = at_;
    if (!one(separator)) return std::nullopt;
    const auto value = number(2);
    if (value && *value < limit) return value;
    back_to(mark);
    return std::nullopt;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<Instant> calendar_day(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}};
}

std::optional<Instant> read_date(Cursor& in) {
  const auto year = in.number(4);
  if (!year || *year == 0) return std::nullopt;
  const auto month = in.pair('-', 13);
  if (!month) return std::nullopt;
  const auto day = in.pair('-', 32);
  if (!day) return std::nullopt;
  return calendar_day(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
}

// hh:mm or hh:mm:ss; a leap second counts as the first second after it.
std::optional<seconds> read_clock(Cursor& in, bool& has_seconds) {
  const auto hour = in.number(2);
  if (!hour || *hour > 23) return std::nullopt;
  const auto minute = in.pair(':', 60);
  if (!minute) return std::nullopt;
  const auto second = in.pair(':', 61);
  has_seconds = second.has_value();
  return hours{*hour} + minutes{*minute} + seconds{second.value_or(0)};
}

Microseconds read_fraction(Cursor& in) {
  const std::size_t mark = in.length();
  if (!in.one('.') && !in.one(',')) return Microseconds{0};
  int micros = 0;
  int digits = 0;
  for (; digits < 9 && is_digit(in.front()); ++digits) {
    const int digit = *in.number(1);
    if (digits < 6) micros = micros * 10 + digit;
  }
  if (digits == 0) in.back_to(mark);
  for (int i = digits; i < 6; ++i) micros *= 10;
  return Microseconds{micros};
}

std::optional<int> read_offset(Cursor& in) {
  if (in.one('Z')) return 0;
  const std::size_t mark = in.length();
  const bool west = in.front() == '-';
  if (!in.one('+') && !in.one('-')) return std::nullopt;
  const auto hour = in.number(2);
  if (!hour || *hour > 18) {
    in.back_to(mark);
    return std::nullopt;
  }
  const std::size_t behind_hour = in.length();
  in.one(':');
  const auto minute = in.number(2);
  if (!minute || *minute > 59) in.back_to(behind_hour);
  const int total = *hour * 60 + (minute && *minute <= 59 ? *minute : 0);
  return west ? -total : total;
}

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::optional<Stamp> read_iso(std::string_view text) {
  Cursor in{text};
  const auto day = read_date(in);
  if (!day || (in.front() != 'T' && in.front() != ' ')) return std::nullopt;
  if (!in.one('T')) {
    while (in.one(' ')) {
    }
  }
  Stamp stamp;
  const auto clock = read_clock(in, stamp.has_seconds);
  if (!clock) return std::nullopt;
  stamp.local = *day + *clock;
  if (stamp.has_seconds) stamp.local += read_fraction(in);
  stamp.utc_offset_minutes = read_offset(in);
  stamp.length = in.length();
  return stamp;
}

std::optional<unsigned> read_month(std::string_view text) {
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (text.starts_with(kMonths[i])) return i + 1;
  }
  return std::nullopt;
}

std::optional<YearlessStamp> read_yearless(std::string_view text) {
  const auto month = read_month(text);
  if (!month) return std::nullopt;
  Cursor in{text};
  in.back_to(3);
  if (!in.one(' ')) return std::nullopt;
  const auto day = in.one(' ') ? in.number(1) : in.number(2);
  if (!day || *day == 0 || *day > 31 || !in.one(' ')) return std::nullopt;
  bool has_seconds = false;
  const auto clock = read_clock(in, has_seconds);
  if (!clock || !has_seconds) return std::nullopt;
  return YearlessStamp{.month = *month,
                       .day = static_cast<unsigned>(*day),
                       .time_of_day = *clock,
                       .length = in.length()};
}

std::optional<Instant> YearCounter::place(const YearlessStamp& stamp) {
  constexpr days kSetBackMax{3};
  constexpr days kYear{365};
  constexpr unsigned kDayOfEveryMonth = 28;
  const auto in_year = [&](int year) -> std::optional<Instant> {
    const auto day = calendar_day(year, stamp.month, stamp.day);
    if (!day) return std::nullopt;
    return *day + stamp.time_of_day;
  };
  int year = year_;
  if (preceding_) {
    // 29 February of a year without one stands beside its 28th.
    const Instant near = in_year(year).value_or(*calendar_day(year, stamp.month, kDayOfEveryMonth));
    if (near < *preceding_ - kSetBackMax) {
      ++year;
    } else if (near > *preceding_ + kYear - kSetBackMax) {
      --year;  // set back over New Year
    }
  }
  const auto at = in_year(year);
  if (!at) return std::nullopt;
  year_ = year;
  preceding_ = at;
  return at;
}

}  // namespace shelduck::interop::logs
