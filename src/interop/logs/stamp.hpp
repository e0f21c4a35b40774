// Reads the time stamps of update logs from the front of a line, quickly.
//
//   if (const auto stamp = read_iso(line)) { ... line.substr(stamp->length) ... }
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "shelduck/core/time.hpp"

namespace shelduck::interop::logs {

// A clock face as written: what it means in UTC is decided by its offset or by a LocalZone.
struct Stamp {
  Instant local;  // the clock face read as if it were UTC
  std::optional<int> utc_offset_minutes{};
  bool has_seconds = true;
  std::size_t length = 0;  // characters read
};

// 2026-05-01 03:00:00, also with T or several spaces between, without seconds, with a fraction of
// up to nine digits, and with Z, +hh, +hhmm or +hh:mm behind it. Nothing when the front of the
// text is no such time or no day of the calendar.
[[nodiscard]] std::optional<Stamp> read_iso(std::string_view text);

// The clock face of a log that writes no year: "May 01 03:00:00" or "May  1 03:00:00".
struct YearlessStamp {
  unsigned month = 1;
  unsigned day = 1;
  std::chrono::seconds time_of_day{0};
  std::size_t length = 0;
};

[[nodiscard]] std::optional<YearlessStamp> read_yearless(std::string_view text);

// Follows a log without years over New Year. A clock face that lies before the preceding one by
// more than three days belongs to the next year; less is a clock that was set back.
class YearCounter {
 public:
  explicit YearCounter(int first_year) : year_(first_year) {}

  // Nothing when that year has no such day (29 February).
  [[nodiscard]] std::optional<Instant> place(const YearlessStamp& stamp);

 private:
  int year_;
  std::optional<Instant> preceding_;
};

// The month of a three-letter English name.
[[nodiscard]] std::optional<unsigned> read_month(std::string_view text);

}  // namespace shelduck::interop::logs
