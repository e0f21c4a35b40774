// The training rows: what each successful execution took, phase by phase, and what was known
// before.
//
//   for (const TrainingRow& row : training_rows(connection, {.plugins = {"apt"}})) ...
//
// One row an execution and phase; steps of one phase are summed, an execution without steps is one
// EXECUTE. False clocks, everything but successes, and executions that a better source covers are
// left out. Only what could be known before the phase began stands in the columns of knowledge.
// Threads: one, that of the connection. A year of 30 plugins with 3 steps a day: below 25 ms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/history/records/record.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

struct TrainingOptions {
  std::vector<std::string> plugins{};  // all of them by default; under their present names
  std::optional<Instant> until{};      // only what had ended by then
  std::optional<Phase> phase{};        // all of them by default
};

struct TrainingRow {
  ExecutionId execution_id;
  RunId run_id;
  std::string plugin_name;
  Phase phase = Phase::execute;
  Instant start_time;  // of the execution: weekday and hour are derived from it
  std::optional<double> wall_clock_seconds;
  std::optional<double> cpu_seconds;
  std::optional<std::int64_t> memory_peak_bytes;
  std::optional<std::int64_t> download_size_bytes;
  // Known before: of the newest estimate made before the phase began (one for the same phase comes
  // before the others; of two of one moment the greater). Packages also by the plan or, in imported
  // logs, by their total.
  std::optional<std::int64_t> packages;
  std::optional<std::int64_t> download_bytes_known;
};

// By plugin, start, execution and phase.
[[nodiscard]] std::vector<TrainingRow> training_rows(store::Connection& connection,
                                                     const TrainingOptions& options);

}  // namespace shelduck::history
