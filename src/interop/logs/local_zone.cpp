#include "shelduck/interop/logs/local_zone.hpp"

#include <date/tz.h>

#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::interop::logs {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

int to_minutes(seconds offset) {
  return static_cast<int>(std::chrono::duration_cast<minutes>(offset).count());
}

// "+02:00", "-0330" or "+05", in seconds east of Greenwich.
std::optional<seconds> parse_offset(std::string_view text) {
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto parsed = parse_instant("2000-01-01T00:00" + std::string(text));
  if (!parsed || !parsed->has_offset) return std::nullopt;
  constexpr auto kMidnight = std::chrono::sys_days{std::chrono::January / 1 / 2000};
  return std::chrono::duration_cast<seconds>(kMidnight - parsed->instant);
}

const date::time_zone* locate(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::runtime_error& error) {
    throw Error{ErrorKind::invalid_input,
                "unknown time zone '" + std::string(name) + "' (" + error.what() + ")",
                {.field = "assume-tz",
                 .value = std::string(name),
                 .rule = "a name of the time-zone database, UTC, or an offset such as +02:00",
                 .hint = "names are listed in /usr/share/zoneinfo"}};
  }
}

ZonedTime shifted(Instant local, seconds offset) {
  return {.instant = local - offset, .utc_offset_minutes = to_minutes(offset), .flags = {}};
}

}  // namespace

struct LocalZone::Rules {
  std::string name;
  const date::time_zone* zone = nullptr;  // null: the fixed offset
  seconds offset{0};

  // Local times in [sure_begin, sure_end) have `offset`, far from any change of it.
  Instant sure_begin;
  Instant sure_end;

  ZonedTime resolve(Instant local, std::optional<Instant> preceding) {
    if (zone == nullptr || (local >= sure_begin && local < sure_end)) {
      return shifted(local, offset);
    }
    const date::local_info info =
        zone->get_info(date::local_seconds{std::chrono::floor<seconds>(local.time_since_epoch())});
    switch (info.result) {
      case date::local_info::nonexistent: {
        ZonedTime time = shifted(local, info.first.offset);
        time.flags.set(Flag::nonexistent_time);
        return time;
      }
      case date::local_info::ambiguous:
        return first_or_second(local, info, preceding);
      default:
        remember(info.first);
        return shifted(local, info.first.offset);
    }
  }

  static ZonedTime first_or_second(Instant local, const date::local_info& info,
                                   std::optional<Instant> preceding) {
    const ZonedTime first = shifted(local, info.first.offset);
    const ZonedTime second = shifted(local, info.second.offset);
    const bool take_second =
        preceding && first.instant < *preceding && second.instant >= *preceding;
    ZonedTime time = take_second ? second : first;
    time.flags.set(Flag::ambiguous_time);
    return time;
  }

  // No change of offset moves a clock by a day, so a day from each end the answer is unique.
  void remember(const date::sys_info& info) {
    offset = info.offset;
    sure_begin = Instant{info.begin.time_since_epoch()} + hours{24} + offset;
    sure_end = Instant{info.end.time_since_epoch()} - hours{24} + offset;
  }
};

LocalZone::LocalZone() : rules_(std::make_shared<Rules>()) { rules_->name = "UTC"; }

LocalZone::LocalZone(std::shared_ptr<Rules> rules) : rules_(std::move(rules)) {}

LocalZone LocalZone::named(std::string_view name) {
  if (name == "UTC" || name == "Z") return LocalZone{};
  auto rules = std::make_shared<Rules>();
  rules->name = name;
  if (const auto offset = parse_offset(name)) {
    rules->offset = *offset;
  } else {
    rules->zone = locate(name);
  }
  return LocalZone{std::move(rules)};
}

ZonedTime LocalZone::resolve(Instant local, std::optional<Instant> preceding) const {
  return rules_->resolve(local, preceding);
}

const std::string& LocalZone::name() const noexcept { return rules_->name; }

}  // namespace shelduck::interop::logs
