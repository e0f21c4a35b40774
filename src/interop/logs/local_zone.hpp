// LocalZone turns the local times of logs without offsets into instants (--assume-tz).
//
// Rule for a time that was skipped when daylight saving began: it is read with the offset that was
// valid before the change, so that 02:30 becomes what clocks showed as 03:30.
// Rule for a time that occurs twice when daylight saving ends: the first of the two, unless that
// lies before the preceding time of the log and the second does not; logs run forward.
//
// Values are cheap to copy. Threads: a value belongs to one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"
#include "shelduck/interop/logs/log_entry.hpp"

namespace shelduck::interop::logs {

struct ZonedTime {
  Instant instant;
  int utc_offset_minutes = 0;
  Flags flags;  // ambiguous_time or nonexistent_time
};

class LocalZone {
 public:
  LocalZone();  // UTC

  // A name of the time-zone database ("Europe/Berlin"), "UTC", or an offset ("+02:00").
  // Throws Error{invalid_input} for anything else.
  [[nodiscard]] static LocalZone named(std::string_view name);

  // `local` is the clock face read as if it were UTC; `preceding` the last time of the same log.
  [[nodiscard]] ZonedTime resolve(Instant local, std::optional<Instant> preceding) const;

  [[nodiscard]] const std::string& name() const noexcept;

 private:
  struct Rules;
  explicit LocalZone(std::shared_ptr<Rules> rules);
  std::shared_ptr<Rules> rules_;  // shared by copies, which only reuse its cache
};

}  // namespace shelduck::interop::logs
