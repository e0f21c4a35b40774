#include "shelduck/history/export_rows.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>

#include "shelduck/history/field.hpp"
#include "shelduck/history/staging.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::history {
namespace {

constexpr std::size_t kSliceRuns = 1000;

// Takes the field updates off again, so that a row is what its facts say.
class Facts {
 public:
  explicit Facts(store::Transaction& transaction) {
    for (const store::Row row :
         transaction.query("SELECT id, field, base FROM field_updates WHERE is_laid_on")) {
      bases_[row.get<Uuid>(0)].emplace_back(row.get<std::string>(1),
                                            row.get<std::optional<std::string>>(2));
    }
  }

  template <class Row>
  [[nodiscard]] Row read(const store::Row& stored) const {
    Row row = read_row<Row>(stored);
    const auto found = bases_.find(row.id.uuid);
    if (found == bases_.end()) return row;
    for (const auto& [field, base] : found->second) set_field(row, field, base);
    return row;
  }

 private:
  std::unordered_map<Uuid, std::vector<std::pair<std::string, FieldText>>, UuidHash> bases_;
};

template <class Row>
std::string select_below(std::string_view parent) {
  return "SELECT " + column_list<Row>() + " FROM " + std::string(Row::kTable) +
         " t SEMI JOIN staged_ids s ON s.id = t." + std::string(parent) + " ORDER BY ";
}

// Reads one slice of runs at a time with everything below them.
class RunSlices {
 public:
  explicit RunSlices(store::Transaction& transaction)
      : transaction_(transaction), facts_(transaction) {}

  [[nodiscard]] std::vector<ExportedRun> read(std::span<const Uuid> ids) {
    std::vector<ExportedRun> runs;
    const StagedIds staged{transaction_, ids};
    for (const store::Row row : transaction_.query(select_below<RunRow>("run_id") +
                                                   "t.start_time NULLS FIRST, t.run_id")) {
      runs.push_back({facts_.read<RunRow>(row), {}});
    }
    read_executions(runs);
    return runs;
  }

 private:
  void read_executions(std::vector<ExportedRun>& runs) {
    std::unordered_map<Uuid, ExportedRun*, UuidHash> by_id;
    for (ExportedRun& run : runs) by_id[run.row.id.uuid] = &run;
    for (const store::Row row : transaction_.query(select_below<ExecutionRow>("run_id") +
                                                   "t.start_time, t.execution_id")) {
      auto execution = facts_.read<ExecutionRow>(row);
      by_id.at(execution.run_id.uuid)->executions.push_back({std::move(execution), {}, {}});
    }
    read_children(runs);
  }

  void read_children(std::vector<ExportedRun>& runs) {
    std::unordered_map<Uuid, ExportedExecution*, UuidHash> by_id;
    std::vector<Uuid> ids;
    for (ExportedRun& run : runs) {
      for (ExportedExecution& execution : run.executions) {
        by_id[execution.row.id.uuid] = &execution;
        ids.push_back(execution.row.id.uuid);
      }
    }
    const StagedIds staged{transaction_, ids};
    for (const store::Row row :
         transaction_.query(select_below<StepRow>("execution_id") + "t.seq, t.metric_id")) {
      auto step = facts_.read<StepRow>(row);
      by_id.at(step.execution_id.uuid)->steps.push_back(std::move(step));
    }
    for (const store::Row row : transaction_.query(select_below<EstimateRow>("execution_id") +
                                                   "t.created_at, t.estimate_id")) {
      auto estimate = facts_.read<EstimateRow>(row);
      by_id.at(estimate.execution_id.uuid)->estimates.push_back(estimate);
    }
  }

  store::Transaction& transaction_;
  Facts facts_;
};

}  // namespace

void each_run(store::Connection& connection, const std::function<void(const ExportedRun&)>& take) {
  store::Transaction transaction{connection};
  std::vector<Uuid> ids;
  for (const store::Row row :
       transaction.query("SELECT run_id FROM runs ORDER BY start_time NULLS FIRST, run_id")) {
    ids.push_back(row.get<Uuid>(0));
  }
  RunSlices slices{transaction};
  for (std::size_t first = 0; first < ids.size(); first += kSliceRuns) {
    const std::size_t count = std::min(kSliceRuns, ids.size() - first);
    for (const ExportedRun& run : slices.read(std::span{ids}.subspan(first, count))) take(run);
  }
  transaction.rollback();
}

void each_forecast(store::Connection& connection,
                   const std::function<void(const ForecastRow&)>& take) {
  store::Transaction transaction{connection};
  const Facts facts{transaction};
  for (const store::Row row :
       transaction.query("SELECT " + column_list<ForecastRow>() +
                         " FROM forecasts t ORDER BY t.issued_at, t.forecast_id")) {
    take(facts.read<ForecastRow>(row));
  }
  transaction.rollback();
}

std::vector<FieldUpdated> field_updates(store::Connection& connection) {
  std::vector<FieldUpdated> updates;
  for (const store::Row row : connection.query(
           "SELECT entity, id, field, value, version FROM field_updates WHERE is_laid_on "
           "ORDER BY version, id, field")) {
    updates.push_back({.entity = static_cast<Entity>(row.get<std::int64_t>(0)),
                       .id = row.get<Uuid>(1),
                       .field = row.get<std::string>(2),
                       .value = row.get<std::optional<std::string>>(3),
                       .version = row.get<Uuid>(4)});
  }
  return updates;
}

std::vector<PluginAliased> plugin_aliases(store::Connection& connection) {
  std::vector<PluginAliased> aliases;
  for (const store::Row row : connection.query(
           "SELECT old_name, plugin_name, version FROM plugin_aliases ORDER BY old_name")) {
    aliases.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<Uuid>(2)});
  }
  return aliases;
}

}  // namespace shelduck::history
