#include "shelduck/core/time.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace shelduck {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Clock system_clock() {
  return
      [] { return std::chrono::time_point_cast<Microseconds>(std::chrono::system_clock::now()); };
}

std::string to_string(Instant instant) {
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{instant - day};
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string text = buffer;
  if (const auto micros = time.subseconds().count(); micros != 0) {
    std::snprintf(buffer, sizeof buffer, ".%06d", static_cast<int>(micros));
    text += buffer;
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + 'Z';
}

namespace {

// Reads fixed-width pieces from the front of a text; every step reports whether it fitted.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool digits(std::size_t count, int& value) {
    if (rest_.size() < count) return false;
    value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }

  bool one_of(std::string_view set) {
    if (rest_.empty() || set.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_.front(); }

  // Up to nine digits of a second's fraction, cut to microseconds.
  bool fraction(Microseconds& value) {
    std::int64_t micros = 0;
    int count = 0;
    while (front() >= '0' && front() <= '9' && count < 9) {
      if (count < 6) micros = micros * 10 + (front() - '0');
      rest_.remove_prefix(1);
      ++count;
    }
    for (int i = count; i < 6; ++i) micros *= 10;
    value = Microseconds{micros};
    return count > 0;
  }

 private:
  std::string_view rest_;
};

bool scan_date(Scanner& in, Instant& at) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!in.digits(4, year) || !in.one_of("-") || !in.digits(2, month) || !in.one_of("-") ||
      !in.digits(2, day)) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || year == 0) return false;
  at = std::chrono::sys_days{date};
  return true;
}

bool scan_time(Scanner& in, Instant& at) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!in.digits(2, hour) || !in.one_of(":") || !in.digits(2, minute)) return false;
  if (in.one_of(":") && !in.digits(2, second)) return false;
  Microseconds fraction{0};
  if (in.one_of(".,") && !in.fraction(fraction)) return false;
  if (hour > 23 || minute > 59 || second > 60) return false;  // 60: a leap second, read as :00
  at += hours{hour} + minutes{minute} + seconds{second} + fraction;
  return true;
}

bool scan_offset(Scanner& in, ParsedInstant& parsed) {
  if (in.done()) return true;
  parsed.has_offset = true;
  if (in.one_of("Zz")) return in.done();
  const bool negative = in.front() == '-';
  int hour = 0;
  int minute = 0;
  if (!in.one_of("+-") || !in.digits(2, hour)) return false;
  in.one_of(":");
  if (!in.done() && !in.digits(2, minute)) return false;
  if (hour > 23 || minute > 59) return false;
  const auto offset = hours{hour} + minutes{minute};
  parsed.instant += negative ? offset : -offset;
  return in.done();
}

}  // namespace

std::optional<ParsedInstant> parse_instant(std::string_view text) {
  Scanner in{text};
  ParsedInstant parsed;
  if (!scan_date(in, parsed.instant)) return std::nullopt;
  if (in.done()) return parsed;
  if (!in.one_of("Tt ") || !scan_time(in, parsed.instant)) return std::nullopt;
  if (!scan_offset(in, parsed)) return std::nullopt;
  return parsed;
}

std::string human_duration(Seconds duration) {
  const double total = duration.count();
  char buffer[48];
  if (total <= -0.0005) return "-" + human_duration(Seconds{-total});
  if (total < 9.95 && total != std::floor(total)) {
    if (total < 0.9995) {
      std::snprintf(buffer, sizeof buffer, "%.0fms", std::abs(total) * 1000);
    } else {
      std::snprintf(buffer, sizeof buffer, "%.1fs", total);
    }
    return buffer;
  }
  const auto whole = static_cast<std::int64_t>(std::llround(total));
  if (whole < 60) {
    std::snprintf(buffer, sizeof buffer, "%llds", static_cast<long long>(whole));
  } else if (whole < 3600) {
    std::snprintf(buffer, sizeof buffer, "%lldm %02llds", static_cast<long long>(whole / 60),
                  static_cast<long long>(whole % 60));
  } else if (whole < 86400) {
    std::snprintf(buffer, sizeof buffer, "%lldh %02lldm", static_cast<long long>(whole / 3600),
                  static_cast<long long>(whole % 3600 / 60));
  } else {
    std::snprintf(buffer, sizeof buffer, "%lldd %02lldh", static_cast<long long>(whole / 86400),
                  static_cast<long long>(whole % 86400 / 3600));
  }
  return buffer;
}

}  // namespace shelduck
