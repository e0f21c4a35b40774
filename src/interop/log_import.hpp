// Imports one update log (or a rotated set as one history): entries become executions, consecutive
// ones of one command become runs.
//
//   LineSource lines = logs::open_logs(logs::rotated_files("/var/log/apt/history.log"));
//   const ImportReport report = import_log(target_of(store), lines, {.format = Format::apt, .source
//   = "host"});
//
// Threads: one. Failure: Error of the source or the store; bad lines are rejects in the report.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "shelduck/interop/importer.hpp"
#include "shelduck/interop/logs/line_source.hpp"
#include "shelduck/interop/logs/log_reader.hpp"

namespace shelduck::interop {

struct LogImportOptions {
  logs::Format format = logs::Format::apt;
  std::string source;                   // whose history: see logs::source_name
  std::optional<std::string> hostname;  // only where the caller knows it
  logs::ReadOptions reading;
  Clock clock;
  RandomSource random;
  // Called now and then with the bytes read so far; may throw to stop.
  std::function<void(std::uint64_t bytes)> progress{};
};

[[nodiscard]] ImportReport import_log(const ImportTarget& target, logs::LineSource& lines,
                                      const LogImportOptions& options);

}  // namespace shelduck::interop
