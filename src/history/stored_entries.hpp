// What an importer asks before it writes: which of its entries are stored already, in which run,
// and how far each source was pruned.
#pragma once

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "shelduck/history/records/record.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {

struct StoredExecution {
  ExecutionKey key;
  std::optional<Instant> end_time;
  bool is_ended = false;
  std::int64_t steps = 0;
};

struct StoredRun {
  RunKey key;
  std::optional<Instant> end_time;
  bool is_ended = false;
  Status status = Status::running;
};

struct StoredEntries {
  std::unordered_map<ExecutionId, StoredExecution, UuidHash> executions;
  std::unordered_map<RunId, StoredRun, UuidHash> runs;  // those asked for, and of the executions
  std::unordered_set<Uuid, UuidHash> deleted;           // ids that were deleted on purpose
  std::unordered_set<Uuid, UuidHash> updated;           // executions with field updates
};

// Placeholders count as not stored.
[[nodiscard]] StoredEntries stored_entries(store::Connection& connection,
                                           std::span<const ExecutionId> executions,
                                           std::span<const RunId> runs);

// Of these ids of forecasts: those that are stored, or were deleted.
[[nodiscard]] std::unordered_set<Uuid, UuidHash> known_forecasts(store::Connection& connection,
                                                                 std::span<const Uuid> ids);

// By the old name.
[[nodiscard]] std::map<std::string, Uuid> alias_versions(store::Connection& connection);

// By entity and field.
[[nodiscard]] std::map<std::pair<Uuid, std::string>, Uuid> update_versions(
    store::Connection& connection, std::span<const Uuid> ids);

// The horizon of each pruned source.
[[nodiscard]] std::map<std::string, Instant> prune_horizons(store::Connection& connection);

struct StoredSums {
  std::int64_t executions = 0;
  std::int64_t steps = 0;
  double wall_clock_seconds = 0;
};

// Of exactly these executions, covered ones included: what an importer verifies itself with.
[[nodiscard]] StoredSums stored_sums(store::Connection& connection,
                                     std::span<const ExecutionId> executions);

}  // namespace shelduck::history
