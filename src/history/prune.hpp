// Pruning gives up old history for good: rows go, and a horizon per source refuses what arrives
// later. It is planned first, so that a dry run and the real one speak of the same rows.
//
//   const PrunePlan plan = plan_prune(connection, {.older_than = days}, now);
//   if (!dry_run) store.write(plan.records);
//
// The cut-off never divides a run: it moves back to the start of a run that would be divided. A
// size never takes the newest run.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::history {

// At least one of the two is given; with both, the later cut-off counts.
struct PruneOptions {
  std::optional<Seconds> older_than{};
  // Keeps the newest part that fits: `database_bytes` is what the database takes now, `least_bytes`
  // what of it stays whatever goes.
  std::optional<std::int64_t> keep_bytes{};
  std::int64_t database_bytes = 0;
  std::int64_t least_bytes = 0;
  // How much of the room between is filled; less where a first try did not fit, because rows differ
  // in size.
  double filled = 0.9;
};

// The size below which no pruning of runs brings the file: the engine's blocks for what is not
// pruned, and one for each other table that has rows.
[[nodiscard]] std::int64_t least_bytes(store::Connection& connection);

struct PrunePlan {
  std::optional<Instant> cutoff;
  std::int64_t runs = 0;
  std::int64_t executions = 0;
  std::int64_t steps = 0;
  std::int64_t forecasts = 0;
  // The run that begins before the age that was asked for and still has executions after it: a run
  // is never divided, so nothing from its start on goes.
  std::optional<RunId> held_back_by;
  std::vector<store::Record> records;  // empty: nothing is old enough to go
};

// Throws Error(invalid_input) for a negative age or size, or for neither.
[[nodiscard]] PrunePlan plan_prune(store::Connection& connection, const PruneOptions& options,
                                   Instant now);

[[nodiscard]] Document document(const PrunePlan& plan);

}  // namespace shelduck::history
