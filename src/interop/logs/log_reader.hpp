// read_log streams one update log (or a rotated set) into a sink: executions and rejected lines.
//
//   LineSource lines{...};
//   const ReadSummary sum = read_log(Format::apt, lines, {.zone = LocalZone::named(tz)}, sink);
//
// It needs no clock, no database and no knowledge of the machine. Order is the order of the log,
// never sorted by time: clocks go back inside real files.
// Threads: one call is one thread; calls do not share anything but the LocalZone they are given.
// Failure: bad lines are rejects and not errors; Error comes only from the source or the sink.
#pragma once

#include <cstdint>
#include <optional>

#include "shelduck/interop/logs/line_source.hpp"
#include "shelduck/interop/logs/local_zone.hpp"
#include "shelduck/interop/logs/log_entry.hpp"

namespace shelduck::interop::logs {

struct ReadOptions {
  LocalZone zone;  // of times without an offset (--assume-tz)

  // Year of the first dated line of a log that writes none (yum, and dnf before version 2); later
  // lines follow it over New Year. Without it such lines are rejected.
  std::optional<int> year;
};

struct ReadSummary {
  std::uint64_t lines = 0;
  std::uint64_t entries = 0;
  std::uint64_t rejects = 0;
  std::uint64_t checks = 0;      // sessions that only looked or synchronised: no executions
  std::uint64_t duplicates = 0;  // further outputs of a ninja command
  bool assumed_zone = false;     // a time had no offset and was read in ReadOptions::zone
};

ReadSummary read_log(Format format, LineSource& lines, const ReadOptions& options, Sink& sink);

}  // namespace shelduck::interop::logs
