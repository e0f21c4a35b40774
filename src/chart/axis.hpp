// Where the marks of an axis stand, and what is written there: round numbers, and dates that people
// read.
//
//   number_ticks(0.3, 17, 6)      0 "0", 5 "5", 10 "10", 15 "15", 20 "20": they enclose the values
//   calendar_ticks({from, to, 8}) 5 Jan "5 Jan" over "2026", 12 Jan "12 Jan", ...
//
// Pure; finite input with from <= to.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace shelduck::chart {

struct Tick {
  double at = 0;
  std::string label{};
  std::string context{};  // a second line, where what it says begins: the year, the day
};

struct TickRange {
  double from = 0;
  double to = 0;
  std::size_t count_max = 8;
};

// In steps of 1, 2 or 5 times a power of ten, which is at least `step_min`; the first one lies at
// or below `from`, the last one at or above `to`.
[[nodiscard]] std::vector<Tick> number_ticks(const TickRange& range, double step_min = 0);

// Of microseconds since 1970, as that clock reads; within the range.
[[nodiscard]] std::vector<Tick> calendar_ticks(const TickRange& range);

// "12 500", "1.25 M", "3e-09".
[[nodiscard]] std::string number_label(double number, double step);

}  // namespace shelduck::chart
