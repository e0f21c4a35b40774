// The whole history row by row, for an export that can be imported again: the oldest run first,
// each with everything below it. Rows carry what the facts say; what was changed later stands
// apart in field_updates().
//
//   each_run(connection, [&](const ExportedRun& run) { write(run); });
//
// All rows of one call are of one instant. They are read in slices, so memory holds a thousand
// runs at most. `connection` is that of the store's owner.
// Threads: one. Failure: Error of the store, and what the callback throws.
#pragma once

#include <functional>
#include <vector>

#include "shelduck/history/rows.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

struct ExportedExecution {
  ExecutionRow row;
  std::vector<StepRow> steps;
  std::vector<EstimateRow> estimates;
};

struct ExportedRun {
  RunRow row;
  std::vector<ExportedExecution> executions;
};

void each_run(store::Connection& connection, const std::function<void(const ExportedRun&)>& take);
void each_forecast(store::Connection& connection,
                   const std::function<void(const ForecastRow&)>& take);

// Of things that are in the history.
[[nodiscard]] std::vector<FieldUpdated> field_updates(store::Connection& connection);
[[nodiscard]] std::vector<PluginAliased> plugin_aliases(store::Connection& connection);

}  // namespace shelduck::history
