// What happened on each of the last days?
//
//   const Daily daily = ask(connection, DailyOptions{.days = 14, .now = clock(), .zone =
//   "Europe/Warsaw"});
//
// A day reaches from one local midnight to the next: 23 or 25 hours where clocks change. An
// execution counts on the day on which it started. Its time belongs to the days on which it ran,
// and time during which several ran counts once. Days without executions are there, with zeros.
// Failure: Error(invalid_input) for an unknown zone and for days below 1 or above kDaysMax.
#pragma once

#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/history/status_counts.hpp"
#include "shelduck/history/window.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

inline constexpr int kDaysMax = 36600;  // a century of rows is enough for anybody

struct DailyOptions {
  int days = kDefaultDays;  // the last one is the day of `now`
  Instant now{};
  std::string zone = "UTC";
};

struct Day {
  std::string date;  // 2026-05-01
  Instant begin;
  Instant end;
  StatusCounts counts;
  double wall_clock_seconds = 0;  // during which anything ran
};

struct Daily {
  std::string zone;
  std::vector<Day> days;  // the oldest first
};

[[nodiscard]] Daily ask(store::Connection& connection, const DailyOptions& options);
[[nodiscard]] Document document(const Daily& daily);

}  // namespace shelduck::history
