#include "shelduck/history/report_zone.hpp"

#include <optional>

#include "shelduck/core/error.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

// parse_instant() knows offsets; a local reading is earlier in UTC by the offset east of it.
std::optional<Microseconds> offset_of(std::string_view text) {
  constexpr std::string_view kReading = "2000-01-01T00:00:00";
  const auto local = parse_instant(kReading);
  const auto zoned = parse_instant(std::string(kReading) + std::string(text));
  if (!local || !zoned || !zoned->has_offset) return std::nullopt;
  return local->instant - zoned->instant;
}

[[noreturn]] void refuse(std::string_view name) {
  throw Error{ErrorKind::invalid_input,
              "the zone '" + std::string(name) + "' is not known",
              {.field = "tz",
               .value = std::string(name),
               .rule = "UTC, an offset such as +02:00 or a name such as Europe/Warsaw"}};
}

}  // namespace

ReportZone report_zone(store::Connection& connection, std::string_view name) {
  if (name == "UTC") return {.name = "UTC", .region = "UTC"};
  if (name.starts_with('+') || name.starts_with('-')) {
    const auto shift = offset_of(name);
    if (!shift) refuse(name);
    return {.name = std::string(name), .region = "UTC", .shift = *shift};
  }
  const auto zones =
      connection.query("SELECT name FROM pg_timezone_names() WHERE lower(name) = lower(?)", {name});
  const auto row = zones.first();
  if (!row) refuse(name);
  const auto region = row->get<std::string>(0);
  return {.name = region, .region = region};
}

}  // namespace shelduck::history
