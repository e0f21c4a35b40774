// Instants are UTC with microseconds; durations are seconds wherever a person or a file sees them.
// Nothing here reads a clock: a Clock is passed in, and only programs pass system_clock().
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace shelduck {

using Microseconds = std::chrono::microseconds;
using Seconds = std::chrono::duration<double>;
using Instant = std::chrono::sys_time<Microseconds>;

using Clock = std::function<Instant()>;

[[nodiscard]] Clock system_clock();

// RFC 3339 with Z and only the fraction digits that are needed: 2026-05-01T03:00:00.25Z.
[[nodiscard]] std::string to_string(Instant instant);

// An instant as written, and whether the text named its offset. `instant` is UTC when `has_offset`,
// else the bare local reading, which the caller shifts by its --assume-tz.
struct ParsedInstant {
  Instant instant;
  bool has_offset = false;
};

// Reads RFC 3339 and its ISO 8601 neighbours: a date alone, a space for the T, 1 to 9 fraction
// digits, offsets Z, +hh:mm, +hhmm and +hh, or none. Years 0001 to 9999.
[[nodiscard]] std::optional<ParsedInstant> parse_instant(std::string_view text);

// "350ms", "42s", "3m 20s", "2h 05m", "1d 04h": for people, never for machines.
[[nodiscard]] std::string human_duration(Seconds duration);

}  // namespace shelduck
