#include "shelduck/history/refusals.hpp"

#include <array>

#include "shelduck/history/staging.hpp"

namespace shelduck::history {
namespace {

constexpr std::array<std::string_view, 5> kEntityNames{"run", "execution", "step", "estimate",
                                                       "forecast"};

std::string_view name_of(Entity entity) {
  return kEntityNames[static_cast<std::size_t>(entity) % kEntityNames.size()];
}

void collect(std::vector<Uuid>& ids, const ExecutionKey& key) {
  ids.push_back(key.execution_id.uuid);
  ids.push_back(key.run_id.uuid);
}

template <class Record>
void collect_all(std::vector<Uuid>& ids, const std::vector<Record>& records) {
  for (const Record& record : records) {
    if constexpr (requires { record.key.execution_id; }) {
      collect(ids, record.key);
    } else {
      ids.push_back(record.key.run_id.uuid);
    }
  }
}

std::vector<Uuid> ids_of(const Batch& batch) {
  std::vector<Uuid> ids;
  collect_all(ids, batch.run_starts);
  collect_all(ids, batch.run_ends);
  collect_all(ids, batch.run_interruptions);
  collect_all(ids, batch.execution_starts);
  collect_all(ids, batch.execution_ends);
  collect_all(ids, batch.execution_interruptions);
  collect_all(ids, batch.steps);
  collect_all(ids, batch.estimates);
  for (const StepMeasured& step : batch.steps) ids.push_back(step.step_id.uuid);
  for (const EstimateMade& estimate : batch.estimates) ids.push_back(estimate.estimate_id.uuid);
  for (const ForecastIssued& forecast : batch.forecasts) ids.push_back(forecast.forecast_id.uuid);
  for (const EntityDeleted& deletion : batch.deletions) ids.push_back(deletion.id);
  return ids;
}

// Children first; a run takes its executions along, an execution its steps and estimates.
void remove_rows(store::Transaction& transaction, const EntityDeleted& deletion) {
  const auto remove = [&](std::string_view sql) { transaction.execute(sql, {deletion.id}); };
  switch (deletion.entity) {
    case Entity::run:
      remove(
          "DELETE FROM step_metrics WHERE execution_id IN "
          "(SELECT execution_id FROM plugin_executions WHERE run_id = ?)");
      remove(
          "DELETE FROM estimates WHERE execution_id IN "
          "(SELECT execution_id FROM plugin_executions WHERE run_id = ?)");
      remove(
          "DELETE FROM open_executions WHERE execution_id IN "
          "(SELECT execution_id FROM plugin_executions WHERE run_id = ?)");
      remove("DELETE FROM plugin_executions WHERE run_id = ?");
      remove("DELETE FROM runs WHERE run_id = ?");
      return;
    case Entity::execution:
      remove("DELETE FROM step_metrics WHERE execution_id = ?");
      remove("DELETE FROM estimates WHERE execution_id = ?");
      remove("DELETE FROM open_executions WHERE execution_id = ?");
      remove("DELETE FROM plugin_executions WHERE execution_id = ?");
      return;
    case Entity::step:
      return remove("DELETE FROM step_metrics WHERE metric_id = ?");
    case Entity::estimate:
      return remove("DELETE FROM estimates WHERE estimate_id = ?");
    case Entity::forecast:
      return remove("DELETE FROM forecasts WHERE forecast_id = ?");
  }
}

void remove_rows(store::Transaction& transaction, const SourcePruned& prune) {
  const auto remove = [&](std::string_view sql) {
    transaction.execute(sql, {prune.source, prune.cutoff});
  };
  if (prune.source == kForecastSource) {
    transaction.execute("DELETE FROM forecasts WHERE issued_at < ?", {prune.cutoff});
    return;
  }
  static constexpr std::array<std::string_view, 3> kChildren{"step_metrics", "estimates",
                                                             "open_executions"};
  for (const std::string_view table : kChildren) {
    remove("DELETE FROM " + std::string(table) +
           " WHERE execution_id IN (SELECT execution_id FROM plugin_executions "
           "WHERE source = ? AND start_time < ?)");
  }
  remove("DELETE FROM plugin_executions WHERE source = ? AND start_time < ?");
  remove("DELETE FROM runs WHERE source = ? AND start_time < ?");
}

// Rows that stood only for children which are gone now.
void remove_orphaned_placeholders(store::Transaction& transaction) {
  transaction.execute(
      "DELETE FROM plugin_executions WHERE start_hash IS NULL AND end_hash IS NULL "
      "AND interrupted_at IS NULL "
      "AND execution_id NOT IN (SELECT execution_id FROM step_metrics) "
      "AND execution_id NOT IN (SELECT execution_id FROM estimates)");
  transaction.execute(
      "DELETE FROM runs WHERE start_hash IS NULL AND end_hash IS NULL AND interrupted_at IS NULL "
      "AND run_id NOT IN (SELECT run_id FROM plugin_executions)");
}

// A run that is pruned while some of its executions stay leaves the placeholder that they would
// have made if the prune had come first.
void add_missing_placeholders(store::Transaction& transaction) {
  transaction.execute(
      "INSERT INTO runs (run_id, status, source) "
      "SELECT run_id, 'running', min(source) FROM plugin_executions "
      "WHERE run_id NOT IN (SELECT run_id FROM runs) GROUP BY run_id");
}

}  // namespace

Refusals::Refusals(store::Transaction& transaction, const Batch& batch) {
  for (const store::Row row : transaction.query("SELECT source, cutoff FROM prune_horizons")) {
    horizons_[row.get<std::string>(0)] = row.get<Instant>(1);
  }
  if (!transaction.query("SELECT 1 FROM tombstones LIMIT 1").first()) return;
  const WantedIds wanted{transaction, ids_of(batch)};
  for (const store::Row row :
       transaction.query("SELECT t.id FROM tombstones t WHERE " + wanted.among("t.id"))) {
    tombstones_.insert(row.get<Uuid>(0));
  }
}

void Refusals::enact(store::Transaction& transaction, const Batch& batch) {
  for (const EntityDeleted& deletion : batch.deletions) {
    if (!tombstones_.insert(deletion.id).second) continue;
    transaction.execute("INSERT INTO tombstones VALUES (?, ?)",
                        {name_of(deletion.entity), deletion.id});
    remove_rows(transaction, deletion);
    has_removed_ = true;
  }
  for (const SourcePruned& prune : batch.prunes) {
    const auto found = horizons_.find(prune.source);
    if (found != horizons_.end() && found->second >= prune.cutoff) continue;
    horizons_[prune.source] = prune.cutoff;
    transaction.execute("DELETE FROM prune_horizons WHERE source = ?", {prune.source});
    transaction.execute("INSERT INTO prune_horizons VALUES (?, ?)", {prune.source, prune.cutoff});
    remove_rows(transaction, prune);
    has_removed_ = true;
  }
  if (!has_removed_) return;
  remove_orphaned_placeholders(transaction);
  add_missing_placeholders(transaction);
  remove_refused_conflicts(transaction);
}

void Refusals::remove_refused_conflicts(store::Transaction& transaction) const {
  std::vector<Uuid> refused;
  for (const store::Row row : transaction.query(
           "SELECT id, record_type, record FROM quarantine WHERE reason = ? AND record IS NOT NULL",
           {kConflictReason})) {
    const auto bytes = row.get<std::vector<std::uint8_t>>(2);
    const std::string payload(bytes.begin(), bytes.end());
    Batch conflict;
    read_frame(conflict, {static_cast<std::uint16_t>(row.get<std::int64_t>(1)), payload, {}});
    filter(conflict);
    if (!conflict.has_facts()) refused.push_back(row.get<Uuid>(0));
  }
  for (const Uuid& id : refused) transaction.execute("DELETE FROM quarantine WHERE id = ?", {id});
}

bool Refusals::is_pruned(const std::string& source, Instant start) const {
  const auto horizon = horizons_.find(source);
  return horizon != horizons_.end() && start < horizon->second;
}

bool Refusals::refuses(const RunKey& key) const {
  return tombstones_.contains(key.run_id.uuid) || is_pruned(key.source, key.start_time);
}

bool Refusals::refuses(const ExecutionKey& key) const {
  return tombstones_.contains(key.execution_id.uuid) || tombstones_.contains(key.run_id.uuid) ||
         is_pruned(key.source, key.start_time);
}

void Refusals::filter(Batch& batch) const {
  if (tombstones_.empty() && horizons_.empty()) return;
  const auto refused = [this](const auto& record) { return refuses(record.key); };
  std::erase_if(batch.run_starts, refused);
  std::erase_if(batch.run_ends, refused);
  std::erase_if(batch.run_interruptions, refused);
  std::size_t index = 0;  // keeps start_segments beside the starts they belong to
  std::erase_if(batch.start_segments,
                [&](const Uuid&) { return refused(batch.execution_starts[index++]); });
  std::erase_if(batch.execution_starts, refused);
  std::erase_if(batch.execution_ends, refused);
  std::erase_if(batch.execution_interruptions, refused);
  std::erase_if(batch.steps, [&](const StepMeasured& step) {
    return refused(step) || tombstones_.contains(step.step_id.uuid);
  });
  std::erase_if(batch.estimates, [&](const EstimateMade& estimate) {
    return refused(estimate) || tombstones_.contains(estimate.estimate_id.uuid);
  });
  std::erase_if(batch.forecasts, [&](const ForecastIssued& forecast) {
    return tombstones_.contains(forecast.forecast_id.uuid) ||
           is_pruned(std::string(kForecastSource), forecast.issued_at);
  });
}

}  // namespace shelduck::history
