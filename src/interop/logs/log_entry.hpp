// LogEntry is one execution as an update log tells it, and Reject one line that tells nothing.
// Readers make them, a Sink takes them; what becomes of them is the sink's business.
//
// What one execution is, by format: apt a Start-Date block; dpkg a `startup` group; pacman a
// transaction; dnf an RPM transaction; dnfrpm and yum an unbroken series of package lines; emerge
// a merge; ninja a command. Synchronising, makecache and other checks are no executions: they are
// counted in the ReadSummary and not delivered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/interop/logs/log_format.hpp"

namespace shelduck::interop::logs {

// What the log says of the outcome. A log that ends before its entry does makes it `interrupted`
// with the flag open_at_end: a later copy of the same log may know more.
enum class Status { success, failed, interrupted };

enum class Phase { check, download, execute };

using shelduck::to_string;  // those of instants, which the ones below would hide

[[nodiscard]] std::string_view to_string(Status status) noexcept;
[[nodiscard]] std::string_view to_string(Phase phase) noexcept;

// Peculiarities of an entry that a reader of statistics wants to know.
enum class Flag : std::uint32_t {
  false_clock = 1U << 0,       // starts before 2001: a clock without battery; out of training
  clock_went_back = 1U << 1,   // starts before the entry that stands before it in the log
  end_before_start = 1U << 2,  // the span is negative, so there is no duration
  start_unknown = 1U << 3,     // the log holds only the end
  open_at_end = 1U << 4,       // the log ends before the entry does
  ambiguous_time = 1U << 5,    // a local time that occurs twice, when daylight saving ends
  nonexistent_time = 1U << 6,  // a local time that was skipped, when daylight saving begins
};

class Flags {
 public:
  constexpr void set(Flag flag) noexcept { bits_ |= static_cast<std::uint32_t>(flag); }
  constexpr void set(Flags flags) noexcept { bits_ |= flags.bits_; }
  [[nodiscard]] constexpr bool has(Flag flag) const noexcept {
    return (bits_ & static_cast<std::uint32_t>(flag)) != 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  bool operator==(const Flags&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

// Comma-separated names in the order above: "false_clock,open_at_end"; empty when none is set.
[[nodiscard]] std::string to_string(Flags flags);

// A part of an execution that the log times by itself.
struct Step {
  std::string name;
  Phase phase = Phase::execute;
  Instant start;
  std::optional<Instant> end;
};

struct LogEntry {
  Format format = Format::apt;
  std::string plugin_name;
  std::string item;  // category/name for emerge, the output for ninja, else empty

  // At least one of the two is known. UTC; local times were shifted by ReadOptions::zone.
  std::optional<Instant> start;
  std::optional<Instant> end;
  std::optional<int> utc_offset_minutes;  // of the machine then: as logged, or by an assumed zone
                                          // other than UTC

  Status status = Status::success;
  std::string status_raw;  // the log's own words for it
  std::optional<int> exit_code;
  std::string error_message;

  Phase phase = Phase::execute;
  std::vector<Step> steps;  // where there are any, their sum is the wall clock
  std::optional<std::int64_t> packages_updated;
  std::optional<std::int64_t> packages_total;
  double resolution_seconds = 1.0;  // of the times: 60 in old pacman logs, 0.001 for ninja

  std::string command_line;
  std::string requester;

  // The session that made the entry, where the log tells sessions apart (emerge: the line `Started
  // emerge`; ninja: the start of the build). Grouping uses it in place of gaps.
  std::optional<Instant> session_start;

  // What the log wrote when the work began, apart from the time: input of the identity.
  std::string identity_bytes;

  Flags flags;
  std::size_t part = 0;    // which file of a rotated set
  std::uint64_t line = 0;  // in that file, from 1

  // The start, or the end where no start is known.
  [[nodiscard]] Instant time() const;

  // Sum of the steps, else end - start; nothing when an end is missing or lies before its start.
  [[nodiscard]] std::optional<Seconds> duration() const;
};

// A line that could not be taken, and why. The rest of the log goes on without it.
struct Reject {
  std::size_t part = 0;
  std::uint64_t line = 0;
  std::string reason;
  std::string text;  // valid UTF-8, at most kRejectTextBytes of the line
};

inline constexpr std::size_t kRejectTextBytes = 240;

// Receives entries in the order of the log, and rejects among them. May throw: reading stops.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void entry(LogEntry entry) = 0;
  virtual void reject(Reject reject) = 0;
};

}  // namespace shelduck::interop::logs
