#include "shelduck/history/applier.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "shelduck/history/coverage.hpp"
#include "shelduck/history/merge.hpp"
#include "shelduck/history/news.hpp"
#include "shelduck/history/refusals.hpp"
#include "shelduck/history/scoring.hpp"
#include "shelduck/history/working_set.hpp"

namespace shelduck::history {
namespace {

class BatchApplier {
 public:
  BatchApplier(store::ApplyContext& context, Batch& batch)
      : context_(context), transaction_(context.transaction()), batch_(batch) {}

  void run(const Refusals& refusals) {
    touch();
    Updates updates = load();
    note_before(updates);
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
    const std::vector<ForecastScore> scores = derive(refusals, updates);
    if (context_.is_watched()) announce(scores);
  }

 private:
  template <class Record>
  void touch_keys(const std::vector<Record>& records) {
    for (const Record& record : records) {
      if constexpr (requires { record.key.execution_id; }) {
        executions_.touch(record.key.execution_id.uuid);
      }
      runs_.touch(record.key.run_id.uuid);
    }
  }

  void touch() {
    touch_keys(batch_.run_starts);
    touch_keys(batch_.run_ends);
    touch_keys(batch_.run_interruptions);
    touch_keys(batch_.execution_starts);
    touch_keys(batch_.execution_ends);
    touch_keys(batch_.execution_interruptions);
    touch_keys(batch_.steps);
    touch_keys(batch_.estimates);
    for (const auto& r : batch_.steps) steps_.touch(r.step_id.uuid);
    for (const auto& r : batch_.estimates) estimates_.touch(r.estimate_id.uuid);
    for (const auto& r : batch_.forecasts) forecasts_.touch(r.forecast_id.uuid);
  }

  template <class Row>
  static void add_touched(std::vector<Uuid>& ids, const WorkingSet<Row>& set) {
    const std::vector<Uuid> touched = set.touched();
    ids.insert(ids.end(), touched.begin(), touched.end());
  }

  template <class Row>
  void load(WorkingSet<Row>& set, const Updates& updates) {
    for (const Uuid& id : updates.ids_of(Row::kEntity)) set.touch(id);
    set.load(transaction_, updates);
  }

  [[nodiscard]] Updates load() {
    std::vector<Uuid> ids;
    add_touched(ids, runs_);
    add_touched(ids, executions_);
    add_touched(ids, steps_);
    add_touched(ids, estimates_);
    add_touched(ids, forecasts_);
    Updates updates{transaction_, std::move(ids), batch_};
    load(runs_, updates);
    load(steps_, updates);
    // What a step measures is a truth of its execution, of which the batch may say nothing.
    for (const auto& entry : steps_.entries()) executions_.touch(entry.row.execution_id.uuid);
    load(executions_, updates);
    load(estimates_, updates);
    load(forecasts_, updates);
    return updates;
  }

  WorkingSet<ExecutionRow>::Entry& execution_of(const ExecutionKey& key) {
    auto* entry = executions_.find(key.execution_id.uuid);
    if (entry == nullptr) return executions_.add(placeholder(key));
    if (merge_key(entry->row, key)) entry->is_changed = true;
    return *entry;
  }

  WorkingSet<RunRow>::Entry& run_of(const RunId& id, const std::string& source) {
    auto* entry = runs_.find(id.uuid);
    if (entry == nullptr) return runs_.add(placeholder(id, source));
    if (!entry->row.start_hash && source < entry->row.source) {
      entry->row.source = source;
      entry->is_changed = true;
    }
    return *entry;
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
    auto& [row, is_stored, is_changed] = execution_of(record.key);
    const auto before = std::tuple{row.start_hash, row.end_hash, row.interrupted_at, row.status};
    if constexpr (std::is_same_v<Record, ExecutionInterrupted>) {
      merge(row, record);
    } else if (const Loser loser = merge(row, record)) {
      refuse(*loser, record.key);
    }
    if (before != std::tuple{row.start_hash, row.end_hash, row.interrupted_at, row.status}) {
      is_changed = true;
    }
    if (!std::get<0>(before) && row.start_hash) news_.push_back({"started", row.id.uuid});
    if (!std::get<1>(before) && row.end_hash) news_.push_back({"ended", row.id.uuid});
    if (!std::get<2>(before) && row.interrupted_at && !row.end_hash) {
      news_.push_back({"interrupted", row.id.uuid});
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
    auto& [row, is_stored, is_changed] = run_of(record.key.run_id, record.key.source);
    const auto before = std::tuple{row.start_hash, row.end_hash, row.interrupted_at, row.status};
    merge_key(row, record.key);
    if constexpr (std::is_same_v<Record, RunInterrupted>) {
      merge(row, record);
    } else if (const Loser loser = merge(row, record)) {
      refuse(*loser, record.key);
    }
    if (before != std::tuple{row.start_hash, row.end_hash, row.interrupted_at, row.status}) {
      is_changed = true;
    }
  }

  void merge_runs() {
    for (const auto& record : batch_.run_starts) merge_run(record);
    for (const auto& record : batch_.run_ends) merge_run(record);
    for (const auto& record : batch_.run_interruptions) merge_run(record);
    // The run that a stored execution is in, and no record of the batch names, has its row already.
    for (const auto& entry : executions_.entries()) {
      const RunId& run = entry.row.run_id;
      if (entry.is_changed && runs_.is_touched(run.uuid)) run_of(run, entry.row.source);
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
        issued_.push_back(row.id.uuid);
        forecasts_.add(std::move(row));
      } else if (std::tie(row.issued_at, row.hash) <
                 std::tie(entry->row.issued_at, entry->row.hash)) {
        entry->row = std::move(row);
        entry->is_changed = true;
      }
    }
  }

  void save_open_executions() {
    std::vector<Uuid> closed;
    std::vector<Uuid> opened;
    std::vector<Uuid> segments;
    for (const auto& entry : executions_.entries()) {
      const bool is_closed = entry.row.end_hash || entry.row.interrupted_at;
      if (is_closed && entry.is_stored && entry.is_changed) closed.push_back(entry.row.id.uuid);
    }
    for (std::size_t i = 0; i < batch_.execution_starts.size(); ++i) {
      const Uuid id = batch_.execution_starts[i].key.execution_id.uuid;
      const auto* entry = executions_.find(id);
      if (entry->row.end_hash || entry->row.interrupted_at) continue;
      opened.push_back(id);
      segments.push_back(batch_.start_segments[i]);
    }
    if (!closed.empty()) {
      const WantedIds wanted{transaction_, closed};
      transaction_.execute("DELETE FROM open_executions WHERE " + wanted.among("execution_id"));
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

  void announce(const std::vector<ForecastScore>& scores) {
    for (const auto& [change, id] : news_) {
      context_.announce(execution_event(change, executions_.find(id)->row));
    }
    for (const Uuid& id : issued_) context_.announce(forecast_event(forecasts_.find(id)->row));
    for (const ForecastScore& score : scores) context_.announce(score_event(score));
  }

  [[nodiscard]] std::vector<ForecastScore> derive(const Refusals& refusals,
                                                  const Updates& updates) {
    if (refusals.has_removed() || !batch_.aliases.empty()) {
      derive_coverage(transaction_);
      return derive_scores(transaction_);
    }
    bool is_any_changed = false;
    for (const auto& entry : executions_.entries()) {
      if (!entry.is_changed && !updates.is_fresh(entry.row.id.uuid)) continue;
      is_any_changed = true;
      layers_.add(entry.row);
    }
    // Covers reach beyond the executions of this batch.
    if (is_any_changed && derive_coverage(transaction_, layers_)) {
      return derive_scores(transaction_);
    }
    note_truths(updates);
    for (const auto& entry : forecasts_.entries()) {
      score_changes_.add_forecast(entry.row.id.uuid, entry.row.issued_at);
    }
    return derive_scores(transaction_, score_changes_);
  }

  // As the executions were, because a record may correct the start or the end of another one.
  void note_before(const Updates& updates) {
    for (const auto& entry : executions_.entries()) layers_.add(entry.row);
    note_truths(updates);
  }

  // Only what succeeded is a truth of a forecast; before merging and after it. What an update laid
  // over a status is not asked.
  void note_truths(const Updates& updates) {
    for (const auto& entry : executions_.entries()) {
      const ExecutionRow& row = entry.row;
      if (row.status == Status::success || updates.is_any_over(row.id.uuid)) {
        score_changes_.add_truth(row.start_time, row.run_id);
      }
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
  LayeredSpan layers_;
  // What became of executions, in the order in which it was said, and the forecasts that are new.
  std::vector<std::pair<std::string_view, Uuid>> news_;
  std::vector<Uuid> issued_;
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
