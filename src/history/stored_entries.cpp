#include "shelduck/history/stored_entries.hpp"

#include "shelduck/history/staging.hpp"

namespace shelduck::history {
namespace {

template <class IdType>
std::vector<Uuid> uuids_of(std::span<const IdType> ids) {
  std::vector<Uuid> uuids;
  uuids.reserve(ids.size());
  for (const IdType& id : ids) uuids.push_back(id.uuid);
  return uuids;
}

void read_executions(store::Transaction& transaction, std::span<const ExecutionId> ids,
                     StoredEntries& entries) {
  const StagedIds staged{transaction, uuids_of(ids)};
  for (const store::Row row :
       transaction.query("SELECT t.execution_id, t.run_id, t.source, t.start_time, t.end_time, "
                         "t.end_hash IS NOT NULL, coalesce(m.steps, 0) FROM plugin_executions t "
                         "SEMI JOIN staged_ids s ON s.id = t.execution_id "
                         "LEFT JOIN (SELECT execution_id, count(*) AS steps FROM step_metrics "
                         "GROUP BY execution_id) m ON m.execution_id = t.execution_id "
                         "WHERE t.start_hash IS NOT NULL")) {
    const ExecutionKey key{ExecutionId{row.get<Uuid>(0)}, RunId{row.get<Uuid>(1)},
                           row.get<std::string>(2), row.get<Instant>(3)};
    entries.executions.emplace(
        key.execution_id, StoredExecution{key, row.get<std::optional<Instant>>(4), row.get<bool>(5),
                                          row.get<std::int64_t>(6)});
  }
}

void read_runs(store::Transaction& transaction, std::span<const Uuid> ids, StoredEntries& entries) {
  const StagedIds staged{transaction, ids};
  for (const store::Row row : transaction.query(
           "SELECT t.run_id, t.source, t.start_time, t.end_time, t.end_hash IS NOT NULL, t.status "
           "FROM runs t SEMI JOIN staged_ids s ON s.id = t.run_id WHERE t.start_hash IS NOT "
           "NULL")) {
    const RunKey key{RunId{row.get<Uuid>(0)}, row.get<std::string>(1), row.get<Instant>(2)};
    entries.runs.emplace(
        key.run_id,
        StoredRun{key, row.get<std::optional<Instant>>(3), row.get<bool>(4),
                  parse_status(row.get<std::string_view>(5)).value_or(Status::running)});
  }
}

void read_deleted(store::Transaction& transaction, std::span<const ExecutionId> executions,
                  std::span<const RunId> runs, StoredEntries& entries) {
  if (!transaction.query("SELECT 1 FROM tombstones LIMIT 1").first()) return;
  auto ids = uuids_of(executions);
  for (const RunId& run : runs) ids.push_back(run.uuid);
  for (const auto& [id, run] : entries.runs) ids.push_back(id.uuid);
  const StagedIds staged{transaction, ids};
  for (const store::Row row :
       transaction.query("SELECT t.id FROM tombstones t SEMI JOIN staged_ids s ON s.id = t.id")) {
    entries.deleted.insert(row.get<Uuid>(0));
  }
}

void read_updated(store::Transaction& transaction, std::span<const ExecutionId> executions,
                  StoredEntries& entries) {
  if (!transaction.query("SELECT 1 FROM field_updates LIMIT 1").first()) return;
  const StagedIds staged{transaction, uuids_of(executions)};
  for (const store::Row row : transaction.query(
           "SELECT DISTINCT t.id FROM field_updates t SEMI JOIN staged_ids s ON s.id = t.id")) {
    entries.updated.insert(row.get<Uuid>(0));
  }
}

}  // namespace

StoredEntries stored_entries(store::Connection& connection, std::span<const ExecutionId> executions,
                             std::span<const RunId> runs) {
  StoredEntries entries;
  store::Transaction transaction{connection};
  read_executions(transaction, executions, entries);
  auto run_ids = uuids_of(runs);
  for (const auto& [id, execution] : entries.executions) {
    run_ids.push_back(execution.key.run_id.uuid);
  }
  read_runs(transaction, run_ids, entries);
  read_deleted(transaction, executions, runs, entries);
  read_updated(transaction, executions, entries);
  transaction.rollback();
  return entries;
}

std::unordered_set<Uuid, UuidHash> known_forecasts(store::Connection& connection,
                                                   std::span<const Uuid> ids) {
  store::Transaction transaction{connection};
  const StagedIds staged{transaction, ids};
  std::unordered_set<Uuid, UuidHash> known;
  for (const store::Row row : transaction.query(
           "SELECT t.forecast_id FROM forecasts t SEMI JOIN staged_ids s ON s.id = t.forecast_id "
           "UNION SELECT t.id FROM tombstones t SEMI JOIN staged_ids s ON s.id = t.id")) {
    known.insert(row.get<Uuid>(0));
  }
  transaction.rollback();
  return known;
}

std::map<std::string, Uuid> alias_versions(store::Connection& connection) {
  std::map<std::string, Uuid> versions;
  for (const store::Row row : connection.query("SELECT old_name, version FROM plugin_aliases")) {
    versions[row.get<std::string>(0)] = row.get<Uuid>(1);
  }
  return versions;
}

std::map<std::pair<Uuid, std::string>, Uuid> update_versions(store::Connection& connection,
                                                             std::span<const Uuid> ids) {
  std::map<std::pair<Uuid, std::string>, Uuid> versions;
  store::Transaction transaction{connection};
  const StagedIds staged{transaction, ids};
  for (const store::Row row :
       transaction.query("SELECT t.id, t.field, t.version FROM field_updates t "
                         "SEMI JOIN staged_ids s ON s.id = t.id")) {
    versions[{row.get<Uuid>(0), row.get<std::string>(1)}] = row.get<Uuid>(2);
  }
  transaction.rollback();
  return versions;
}

std::map<std::string, Instant> prune_horizons(store::Connection& connection) {
  std::map<std::string, Instant> horizons;
  for (const store::Row row : connection.query("SELECT source, cutoff FROM prune_horizons")) {
    horizons[row.get<std::string>(0)] = row.get<Instant>(1);
  }
  return horizons;
}

StoredSums stored_sums(store::Connection& connection, std::span<const ExecutionId> executions) {
  store::Transaction transaction{connection};
  const StagedIds staged{transaction, uuids_of(executions)};
  const store::Result result = transaction.query(
      "SELECT count(*), coalesce(sum(m.steps), 0)::BIGINT, coalesce(sum(coalesce(m.wall, "
      "CASE WHEN t.flags & 6 = 0 AND t.end_time >= t.start_time "
      "THEN (epoch_us(t.end_time) - epoch_us(t.start_time)) / 1e6 END)), 0)::DOUBLE "
      "FROM plugin_executions t SEMI JOIN staged_ids s ON s.id = t.execution_id "
      "LEFT JOIN (SELECT execution_id, count(*) AS steps, sum(wall_clock_seconds) AS wall "
      "FROM step_metrics GROUP BY execution_id) m ON m.execution_id = t.execution_id "
      "WHERE t.start_hash IS NOT NULL");
  const auto row = result.first();
  const StoredSums sums{row->get<std::int64_t>(0), row->get<std::int64_t>(1), row->get<double>(2)};
  transaction.rollback();
  return sums;
}

}  // namespace shelduck::history
