// DayZone is the zone whose midnights cut the days of a report.
//
//   const DayZone zone = DayZone::named("Europe/Warsaw");
//   const DaySpan day = zone.day_of(1700000000);   // of 23, 24 or 25 hours
//
// Threads: a value is safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace date {
class time_zone;  // NOLINT(readability-identifier-naming): the library's
}

namespace shelduck::sensors {

// Unix seconds; the end belongs to the next day.
struct DaySpan {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

class DayZone {
 public:
  DayZone() = default;  // UTC

  // "UTC", a name of the time-zone database, or an offset such as +02:00. Throws
  // Error(invalid_input) for anything else.
  [[nodiscard]] static DayZone named(std::string_view name);

  // A day begins at midnight, or where that was skipped, when the clocks went on.
  [[nodiscard]] DaySpan day_of(std::int64_t timestamp) const;

 private:
  const date::time_zone* zone_ = nullptr;  // of the database; null: the offset
  std::int64_t offset_ = 0;                // seconds east of Greenwich
};

}  // namespace shelduck::sensors
