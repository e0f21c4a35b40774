// ReportZone is the zone whose midnights cut the days of a report.
//
//   const ReportZone zone = report_zone(connection, "Europe/Warsaw");
//   connection.query("SELECT timezone($1, start_time) + to_microseconds($2) ...",
//                    {zone.region, zone.shift.count()});
//
// The engine knows the zones of the time-zone database; an offset is UTC and a shift.
// Local time of an instant: timezone(region, instant) + shift. Back: timezone(region, local -
// shift).
#pragma once

#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

struct ReportZone {
  std::string name;    // as reports show it
  std::string region;  // as the engine knows it
  Microseconds shift{};
};

// "UTC", a name of the time-zone database in any case, or an offset such as +02:00. Throws
// Error(invalid_input) for anything else.
[[nodiscard]] ReportZone report_zone(store::Connection& connection, std::string_view name);

}  // namespace shelduck::history
