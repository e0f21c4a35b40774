#include "shelduck/history/applier.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "shelduck/history/coverage.hpp"
#include "shelduck/history/merge.hpp"
#include "shelduck/history/refusals.hpp"
#include "shelduck/history/scoring.hpp"
#include "shelduck/history/working_set.hpp"

namespace shelduck::history {
namespace {

using Ids = std::unordered_set<Uuid, UuidHash>;

class BatchApplier {
 public:
  BatchApplier(store::ApplyContext& context, Batch& batch)
      : context_(context), transaction_(context.transaction()), batch_(batch) {}

  void run(const Refusals& refusals) {
    TouchedIds ids = by_table();
    Updates updates{
        transaction_,
        std::array{&ids.runs, &ids.executions, &ids.steps, &ids.estimates, &ids.forecasts}, batch_};
    load(ids, updates);
    note_starts();
    merge_executions();
    merge_runs();
    merge_children();
    merge_forecasts();
    runs_.save(transaction_, updates);
    executions_.save(transaction_, updates);
    steps_.save(transaction_, updates);
    estimates_.save(transaction_, updates);
    forecasts_.save(transaction_, updates);
    updates.save(transaction_);
    save_open_executions();
    save_aliases();
    save_models();
    derive(refusals);
  }

 private:
  template <class Record>
  static void add_keys(Ids& executions, Ids& runs, const std::vector<Record>& records) {
    for (const Record& record : records) {
      executions.insert(record.key.execution_id.uuid);
      runs.insert(record.key.run_id.uuid);
    }
  }

  struct TouchedIds {
    Ids runs;
    Ids executions;
    Ids steps;
    Ids estimates;
    Ids forecasts;
  };

  [[nodiscard]] TouchedIds by_table() const {
    TouchedIds ids;
    for (const auto& r : batch_.run_starts) ids.runs.insert(r.key.run_id.uuid);
    for (const auto& r : batch_.run_ends) ids.runs.insert(r.key.run_id.uuid);
    for (const auto& r : batch_.run_interruptions) ids.runs.insert(r.key.run_id.uuid);
    add_keys(ids.executions, ids.runs, batch_.execution_starts);
    add_keys(ids.executions, ids.runs, batch_.execution_ends);
    add_keys(ids.executions, ids.runs, batch_.execution_interruptions);
    add_keys(ids.executions, ids.runs, batch_.steps);
    add_keys(ids.executions, ids.runs, batch_.estimates);
    for (const auto& r : batch_.steps) ids.steps.insert(r.step_id.uuid);
    for (const auto& r : batch_.estimates) ids.estimates.insert(r.estimate_id.uuid);
    for (const auto& r : batch_.forecasts) ids.forecasts.insert(r.forecast_id.uuid);
    return ids;
  }

  void load(TouchedIds& ids, const Updates& updates) {
    ids.runs.merge(updates.ids_of(Entity::run));
    ids.executions.merge(updates.ids_of(Entity::execution));
    ids.steps.merge(updates.ids_of(Entity::step));
    ids.estimates.merge(updates.ids_of(Entity::estimate));
    ids.forecasts.merge(updates.ids_of(Entity::forecast));
    runs_.load(transaction_, ids.runs, updates);
    executions_.load(transaction_, ids.executions, updates);
    steps_.load(transaction_, ids.steps, updates);
    estimates_.load(transaction_, ids.estimates, updates);
    forecasts_.load(transaction_, ids.forecasts, updates);
  }

  ExecutionRow& execution_of(const ExecutionKey& key) {
    auto* entry = executions_.find(key.execution_id.uuid);
    if (entry == nullptr) return executions_.add(placeholder(key)).row;
    const ExecutionKey before = key_of(entry->row);
    merge_key(entry->row, key);
    if (before.run_id != entry->row.run_id || before.source != entry->row.source ||
        before.start_time != entry->row.start_time) {
      entry->is_changed = true;
    }
    return entry->row;
  }

  RunRow& run_of(const RunId& id, const std::string& source) {
    auto* entry = runs_.find(id.uuid);
    if (entry == nullptr) return runs_.add(placeholder(id, source)).row;
    if (!entry->row.start_hash && source < entry->row.source) {
      entry->row.source = source;
      entry->is_changed = true;
    }
    return entry->row;
  }

  template <class Key>
  void refuse(const EncodedRecord& record, const Key& key) {
    const store::Frame frame{record.type, record.payload, {}};
    context_.quarantine(
        frame,
        {.reason = std::string(kConflictReason), .source = key.source, .at = key.start_time});
  }

  // Merges `record` into the row of its execution; whether the row changes is told by its hashes.
  template <class Record>
  void merge_execution(const Record& record) {
    ExecutionRow& row = execution_of(record.key);
    const auto before = std::tuple{row.start_hash, row.end_hash, row.interrupted_at, row.status};
    if constexpr (std::is_same_v<Record, ExecutionInterrupted>) {
      merge(row, record);
    } else if (const Loser loser = merge(row, record)) {
      refuse(*loser, record.key);
    }
    if (before != std::tuple{row.start_hash, row.end_hash, row.interrupted_at, row.status}) {
      executions_.find(row.id.uuid)->is_changed = true;
    }
  }

  void merge_executions() {
    for (const auto& record : batch_.execution_starts) merge_execution(record);
    for (const auto& record : batch_.execution_ends) merge_execution(record);
    for (const auto& record : batch_.execution_interruptions) merge_execution(record);
    for (const auto& record : batch_.steps) execution_of(record.key);
    for (const auto& record : batch_.estimates) execution_of(record.key);
  }

  template <class Record>
  void merge_run(const Record& record) {
    RunRow& row = run_of(record.key.run_id, record.key.source);
    const auto before = std::tuple{row.start_hash, row.end_hash, row.interrupted_at, row.status};
    merge_key(row, record.key);
    if constexpr (std::is_same_v<Record, RunInterrupted>) {
      merge(row, record);
    } else if (const Loser loser = merge(row, record)) {
      refuse(*loser, record.key);
    }
    if (before != std::tuple{row.start_hash, row.end_hash, row.interrupted_at, row.status}) {
      runs_.find(row.id.uuid)->is_changed = true;
    }
  }

  void merge_runs() {
    for (const auto& record : batch_.run_starts) merge_run(record);
    for (const auto& record : batch_.run_ends) merge_run(record);
    for (const auto& record : batch_.run_interruptions) merge_run(record);
    for (const auto& [id, entry] : executions_.entries()) {
      if (entry.is_changed) run_of(entry.row.run_id, entry.row.source);
    }
  }

  template <class Row, class Record>
  void merge_child(WorkingSet<Row>& set, const Record& record) {
    Row row = to_row(record);
    auto* entry = set.find(row.id.uuid);
    if (entry == nullptr) {
      set.add(std::move(row));
      return;
    }
    if (entry->row.hash == row.hash) return;
    const bool is_lower = row.hash < entry->row.hash;
    const ExecutionKey key = key_of(executions_.find(record.key.execution_id.uuid)->row);
    refuse(is_lower ? to_record(entry->row, key) : to_journal(record), record.key);
    if (is_lower) {
      entry->row = std::move(row);
      entry->is_changed = true;
    }
  }

  void merge_children() {
    for (const auto& record : batch_.steps) merge_child(steps_, record);
    for (const auto& record : batch_.estimates) merge_child(estimates_, record);
  }

  // Showing a forecast again is no second forecast: of one id the first one issued stays.
  void merge_forecasts() {
    for (const auto& record : batch_.forecasts) {
      ForecastRow row = to_row(record);
      auto* entry = forecasts_.find(row.id.uuid);
      if (entry == nullptr) {
        forecasts_.add(std::move(row));
      } else if (std::tie(row.issued_at, row.hash) <
                 std::tie(entry->row.issued_at, entry->row.hash)) {
        entry->row = std::move(row);
        entry->is_changed = true;
      }
    }
  }

  void save_open_executions() {
    Ids closed;
    std::vector<Uuid> opened;
    std::vector<Uuid> segments;
    for (const auto& [id, entry] : executions_.entries()) {
      const bool is_closed = entry.row.end_hash || entry.row.interrupted_at;
      if (is_closed && entry.is_stored && entry.is_changed) closed.insert(id);
    }
    for (std::size_t i = 0; i < batch_.execution_starts.size(); ++i) {
      const Uuid id = batch_.execution_starts[i].key.execution_id.uuid;
      const auto* entry = executions_.find(id);
      if (entry->row.end_hash || entry->row.interrupted_at) continue;
      opened.push_back(id);
      segments.push_back(batch_.start_segments[i]);
    }
    if (!closed.empty()) {
      const StagedIds staged{transaction_, closed};
      transaction_.execute(
          "DELETE FROM open_executions WHERE execution_id IN (SELECT id FROM staged_ids)");
    }
    if (opened.empty()) return;
    store::Appender appender{transaction_, "open_executions"};
    appender.append({store::Column{std::span<const Uuid>{opened}},
                     store::Column{std::span<const Uuid>{segments}}});
    appender.close();
  }

  void save_aliases() {
    for (const PluginAliased& alias : batch_.aliases) {
      const auto stored = transaction_.query(
          "SELECT version FROM plugin_aliases WHERE old_name = ?", {alias.old_name});
      if (const auto row = stored.first(); row && row->get<Uuid>(0) >= alias.version) continue;
      transaction_.execute("DELETE FROM plugin_aliases WHERE old_name = ?", {alias.old_name});
      transaction_.execute("INSERT INTO plugin_aliases VALUES (?, ?, ?)",
                           {alias.old_name, alias.plugin_name, alias.version});
    }
  }

  void save_models() {
    for (const ModelTrained& m : batch_.models) {
      const auto stored = transaction_.query(
          "SELECT version FROM models WHERE plugin_name = ? AND phase = ? AND target = ?",
          {m.plugin_name, to_string(m.phase), m.target});
      if (const auto row = stored.first(); row && row->get<Uuid>(0) >= m.version) continue;
      transaction_.execute("DELETE FROM models WHERE plugin_name = ? AND phase = ? AND target = ?",
                           {m.plugin_name, to_string(m.phase), m.target});
      transaction_.execute("INSERT INTO models VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                           {m.plugin_name, to_string(m.phase), m.target, m.model, m.version,
                            m.trained_at, m.n, m.state});
    }
  }

  void derive(const Refusals& refusals) {
    const bool is_everything = refusals.has_removed() || !batch_.aliases.empty();
    std::vector<const ExecutionRow*> touched;
    for (const auto& [id, entry] : executions_.entries()) {
      if (entry.is_changed) touched.push_back(&entry.row);
    }
    if (!is_everything && touched.empty() && batch_.steps.empty() && batch_.forecasts.empty() &&
        batch_.updates.empty()) {
      return;
    }
    bool is_covered_otherwise = is_everything;
    if (is_everything) {
      derive_coverage(transaction_);
    } else {
      is_covered_otherwise = derive_coverage(transaction_, touched);
    }
    // Updated fields and covers reach beyond the executions of this batch.
    if (is_covered_otherwise || !batch_.updates.empty()) return derive_scores(transaction_);
    note_starts();
    for (const auto& [id, entry] : forecasts_.entries()) {
      score_changes_.add_forecast(id, entry.row.issued_at);
    }
    derive_scores(transaction_, score_changes_);
  }

  // Before merging and after it, because a start record may correct its placeholder.
  void note_starts() {
    for (const auto& [id, entry] : executions_.entries()) {
      score_changes_.add_start(entry.row.start_time);
    }
  }

  store::ApplyContext& context_;
  store::Transaction& transaction_;
  Batch& batch_;
  WorkingSet<RunRow> runs_;
  WorkingSet<ExecutionRow> executions_;
  WorkingSet<StepRow> steps_;
  WorkingSet<EstimateRow> estimates_;
  WorkingSet<ForecastRow> forecasts_;
  ScoreChanges score_changes_;
};

}  // namespace

void apply(store::ApplyContext& context, std::span<const store::Frame> frames) {
  Batch batch = read_batch(context, frames);
  Refusals refusals{context.transaction(), batch};
  refusals.enact(context.transaction(), batch);
  refusals.filter(batch);
  BatchApplier{context, batch}.run(refusals);
}

}  // namespace shelduck::history
