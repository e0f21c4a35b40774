#include "shelduck/sensors/day_zone.hpp"

#include <date/tz.h>

#include <optional>
#include <stdexcept>

#include "shelduck/core/error.hpp"
#include "shelduck/core/time.hpp"

namespace shelduck::sensors {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::optional<std::int64_t> offset_of_text(std::string_view text) {
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto parsed = parse_instant("2000-01-01T00:00" + std::string(text));
  if (!parsed || !parsed->has_offset) return std::nullopt;
  constexpr auto kMidnight = std::chrono::sys_days{std::chrono::January / 1 / 2000};
  return std::chrono::duration_cast<std::chrono::seconds>(kMidnight - parsed->instant).count();
}

const date::time_zone* located(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {
    throw Error{ErrorKind::invalid_input,
                "the zone '" + std::string(name) + "' is not known",
                {.field = "tz",
                 .value = std::string(name),
                 .rule = "UTC, an offset such as +02:00 or a name such as Europe/Warsaw"}};
  }
}

std::int64_t floor_to_day(std::int64_t local) {
  const std::int64_t within = ((local % kDaySeconds) + kDaySeconds) % kDaySeconds;
  return local - within;
}

// The instant at which this local midnight was; the first of two, or the change that skipped it.
std::int64_t instant_of_midnight(const date::time_zone& zone, std::int64_t local) {
  const date::local_info info = zone.get_info(date::local_seconds{std::chrono::seconds{local}});
  if (info.result == date::local_info::nonexistent) {
    return info.first.end.time_since_epoch().count();
  }
  return local - info.first.offset.count();
}

}  // namespace

DayZone DayZone::named(std::string_view name) {
  DayZone zone;
  if (name == "UTC") return zone;
  if (const auto offset = offset_of_text(name)) {
    zone.offset_ = *offset;
  } else {
    zone.zone_ = located(name);
  }
  return zone;
}

DaySpan DayZone::day_of(std::int64_t timestamp) const {
  if (zone_ == nullptr) {
    const std::int64_t begin = floor_to_day(timestamp + offset_) - offset_;
    return {begin, begin + kDaySeconds};
  }
  const date::sys_info info = zone_->get_info(date::sys_seconds{std::chrono::seconds{timestamp}});
  std::int64_t local = floor_to_day(timestamp + info.offset.count());
  DaySpan day{instant_of_midnight(*zone_, local), instant_of_midnight(*zone_, local + kDaySeconds)};
  // Where the clocks went back over midnight, the second of two equal times belongs to the day
  // whose first midnight has passed.
  while (day.end <= timestamp) {
    local += kDaySeconds;
    day = {day.end, instant_of_midnight(*zone_, local + kDaySeconds)};
  }
  return day;
}

}  // namespace shelduck::sensors
