#include "shelduck/interop/importer.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::interop {

using history::ExecutionId;
using history::ExecutionKey;
using history::RunId;
using history::Status;

namespace {

constexpr std::uint64_t kRejectsListed = 1000;
constexpr std::size_t kRejectTextBytes = 240;

void adopt_run(ImportedRun& run, const history::RunKey& key) {
  run.start.key = key;
  if (run.end) run.end->key = key;
  for (ImportedExecution& execution : run.executions) {
    execution.start.key.run_id = key.run_id;
    if (execution.end) execution.end->key.run_id = key.run_id;
  }
}

// The run in which one of its executions was stored first takes the others in.
void join_stored_run(ImportedRun& run, const history::StoredEntries& stored) {
  for (const ImportedExecution& execution : run.executions) {
    const auto found = stored.executions.find(execution.start.key.execution_id);
    if (found == stored.executions.end()) continue;
    const auto home = stored.runs.find(found->second.key.run_id);
    if (home == stored.runs.end()) continue;
    return adopt_run(run, home->second.key);
  }
}

// A later import may hold only the newer part of a run, so it cannot take a failure back.
bool replaces(Status stored, const ImportedRun& run, Status status) {
  if (stored == status) return false;
  return run.end || stored == Status::interrupted || status != Status::success;
}

}  // namespace

Importer::Importer(ImportTarget target, ImportOptions options)
    : target_(std::move(target)),
      stored_(target_.ask),
      options_(std::move(options)),
      horizons_(stored_.horizons()) {
  report_.source = options_.source;
  report_.format = std::string(history::to_string(options_.origin));
}

void Importer::add(ImportedRun run) {
  count(report_, &Verdicts::read, run);
  if (!is_valid(run)) return;
  note_totals(run);
  pending_executions_ += run.executions.size();
  pending_.push_back(std::move(run));
  if (pending_executions_ + pending_.size() >= options_.slice_executions) flush();
}

void Importer::add(history::ForecastIssued forecast) {
  history::validate(forecast);
  forecasts_.push_back(std::move(forecast));
  if (forecasts_.size() >= options_.slice_executions) flush();
}

void Importer::add(history::PluginAliased alias) { aliases_.push_back(std::move(alias)); }

void Importer::add(history::FieldUpdated update) {
  updates_.push_back(std::move(update));
  if (updates_.size() >= options_.slice_executions) flush();
}

void Importer::reject(ImportReject reject, std::string_view text) {
  if (++rejects_ > kRejectsListed) return;
  put(history::EntryRejected{.source = options_.source,
                             .origin = options_.origin,
                             .line = static_cast<std::int64_t>(reject.line),
                             .reason = reject.reason,
                             .text = valid_utf8(text.substr(0, kRejectTextBytes))});
  report_.rejects.push_back(std::move(reject));
}

void Importer::reject_run(ImportReject reject, std::string_view text) {
  count(report_.runs, &Verdicts::read);
  count(report_.runs, &Verdicts::rejected);
  this->reject(std::move(reject), text);
}

bool Importer::is_valid(const ImportedRun& run) {
  try {
    validate(run);
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input) throw;
    count(report_, &Verdicts::rejected, run);
    reject({run.line, error.what()}, to_string(run.start.key.run_id));
    return false;
  }
}

void Importer::note_totals(const ImportedRun& run) {
  for (const ImportedExecution& execution : run.executions) {
    report_.wall_clock_seconds += duration_of(execution).value_or(0);
    if ((execution.start.flags & history::kClockWentBack) != 0) ++clocks_back_;
    const Instant start = execution.start.key.start_time;
    const Instant end = execution.end && execution.end->end_time ? *execution.end->end_time : start;
    report_.first = std::min(report_.first.value_or(start), start);
    report_.last = std::max(report_.last.value_or(end), end);
  }
}

bool Importer::is_pruned(const std::string& source, Instant start) const {
  const auto horizon = horizons_.find(source);
  return horizon != horizons_.end() && start < horizon->second;
}

Importer::Verdict Importer::write(const ImportedExecution& execution,
                                  history::StoredEntries& stored) {
  const ExecutionKey& key = execution.start.key;
  if (is_pruned(key.source, key.start_time) || stored.deleted.contains(key.execution_id.uuid) ||
      stored.deleted.contains(key.run_id.uuid)) {
    return Verdict::pruned;
  }
  const auto found = stored.executions.find(key.execution_id);
  const bool is_new = found == stored.executions.end();
  if (!is_new && found->second.is_ended) return lengthen(execution, stored);
  if (!is_new && !execution.end) return Verdict::unchanged;
  const ExecutionKey own = is_new ? key : found->second.key;
  if (is_new && execution.is_start_known) put(execution.start);
  if (execution.interrupted_at) {
    put(history::ExecutionInterrupted{.key = own, .at = *execution.interrupted_at});
  }
  if (execution.end) {
    history::ExecutionEnded end = *execution.end;
    end.key = own;
    put(end);
  }
  write_children(execution, own);
  const auto end_time = execution.end ? execution.end->end_time : std::nullopt;
  stored.executions[key.execution_id] = {own, end_time, execution.end.has_value(), 0};
  return is_new ? Verdict::imported : Verdict::updated;
}

// The copy of a log that was read before may have ended within the work that follows an end: the
// hooks of pacman run after its transaction is complete.
Importer::Verdict Importer::lengthen(const ImportedExecution& execution,
                                     history::StoredEntries& stored) {
  const ExecutionId& id = execution.start.key.execution_id;
  std::optional<Instant>& known = stored.executions.at(id).end_time;
  const auto end = execution.end ? execution.end->end_time : std::nullopt;
  if (options_.origin == history::Origin::json || !known || !end || *end <= *known) {
    return Verdict::unchanged;
  }
  known = end;
  stored.updated.insert(id.uuid);
  update_field(history::Entity::execution, id.uuid, "end_time", shelduck::to_string(*end));
  return Verdict::updated;
}

void Importer::update_field(history::Entity entity, const Uuid& id, std::string field,
                            std::string value) {
  put(history::FieldUpdated{.entity = entity,
                            .id = id,
                            .field = std::move(field),
                            .value = std::move(value),
                            .version = new_uuid(options_.clock(), options_.random)});
}

void Importer::write_children(const ImportedExecution& execution, const ExecutionKey& key) {
  for (history::StepMeasured step : execution.steps) {
    step.key = key;
    put(step);
  }
  for (history::EstimateMade estimate : execution.estimates) {
    estimate.key = key;
    put(estimate);
  }
}

// A run that is stored and ended already gets a later end as an update of its fields.
void Importer::write_end(const ImportedRun& run, const history::StoredRun* stored) {
  const bool is_ended = stored != nullptr && stored->is_ended;
  const std::optional<history::RunEnded> end = ending_of(run);
  if (!end) {
    if (!is_ended && run.ending == RunEnding::of_executions) {
      put(history::RunInterrupted{.key = run.start.key, .at = last_sign_of(run)});
    }
    return;
  }
  if (!is_ended) return put(*end);
  const Uuid& id = run.start.key.run_id.uuid;
  if (!stored->end_time || *stored->end_time < end->end_time) {
    update_field(history::Entity::run, id, "end_time", shelduck::to_string(end->end_time));
  }
  if (replaces(stored->status, run, end->status)) {
    update_field(history::Entity::run, id, "status", std::string(history::to_string(end->status)));
  }
}

Importer::Verdict Importer::write_run(const ImportedRun& run, history::StoredEntries& stored,
                                      bool is_changed) {
  const history::RunKey& key = run.start.key;
  const auto known = stored.runs.find(key.run_id);
  if (known != stored.runs.end()) {
    const bool has_end = run.end && !known->second.is_ended;
    if (!is_changed && !has_end) return Verdict::unchanged;
    write_end(run, &known->second);
    return Verdict::updated;
  }
  if (run.is_start_known) put(run.start);
  if (run.interrupted_at) put(history::RunInterrupted{.key = key, .at = *run.interrupted_at});
  write_end(run, nullptr);
  if (run.is_start_known) {
    const auto end = ending_of(run);
    stored.runs[key.run_id] = {key, end ? std::optional{end->end_time} : std::nullopt,
                               end.has_value(), end ? end->status : Status::running};
    return Verdict::imported;
  }
  return is_changed ? Verdict::imported : Verdict::unchanged;
}

void Importer::judge(ImportedRun& run, history::StoredEntries& stored) {
  static constexpr std::array<std::int64_t Verdicts::*, 4> kCounters{
      &Verdicts::imported, &Verdicts::updated, &Verdicts::unchanged, &Verdicts::pruned};
  join_stored_run(run, stored);
  bool is_changed = false;
  std::size_t pruned = 0;
  for (const ImportedExecution& execution : run.executions) {
    const Verdict verdict = write(execution, stored);
    const auto counter = kCounters[static_cast<std::size_t>(verdict)];
    count(report_.executions, counter);
    count(report_.steps, counter, execution.steps.size());
    if (verdict == Verdict::pruned) ++pruned;
    if (verdict == Verdict::unchanged || verdict == Verdict::pruned) continue;
    is_changed = true;
    note_written(execution, stored);
  }
  const history::RunKey& key = run.start.key;
  const bool is_gone = stored.deleted.contains(key.run_id.uuid) ||
                       is_pruned(key.source, key.start_time) ||
                       (pruned > 0 && pruned == run.executions.size());
  const Verdict verdict = is_gone ? Verdict::pruned : write_run(run, stored, is_changed);
  count(report_.runs, kCounters[static_cast<std::size_t>(verdict)]);
}

history::StoredEntries Importer::stored_of_slice() {
  std::vector<ExecutionId> executions;
  std::vector<RunId> runs;
  for (const ImportedRun& run : pending_) {
    runs.push_back(run.start.key.run_id);
    for (const auto& execution : run.executions) {
      executions.push_back(execution.start.key.execution_id);
    }
  }
  return stored_.entries(executions, runs);
}

void Importer::note_written(const ImportedExecution& execution,
                            const history::StoredEntries& stored) {
  const ExecutionId& id = execution.start.key.execution_id;
  if (!execution.is_start_known || stored.updated.contains(id.uuid)) return;  // has other sums
  written_.push_back(id);
  written_steps_ += static_cast<std::int64_t>(execution.steps.size());
  written_seconds_ += duration_of(execution).value_or(0);
}

void Importer::flush() {
  flush_runs();
  flush_others();
}

void Importer::flush_runs() {
  history::StoredEntries stored = stored_of_slice();
  for (ImportedRun& run : pending_) judge(run, stored);
  write_records();
  verify();
  pending_.clear();
  pending_executions_ = 0;
  written_.clear();
  written_steps_ = 0;
  written_seconds_ = 0;
}

// After the runs they speak of, whose sums they may change.
void Importer::flush_others() {
  stored_.drop_known(forecasts_);
  stored_.drop_known(aliases_);
  stored_.drop_known(updates_);
  for (const auto& forecast : forecasts_) put(forecast);
  for (const auto& alias : aliases_) put(alias);
  for (const auto& update : updates_) put(update);
  write_records();
  taken_over_ += forecasts_.size() + aliases_.size() + updates_.size();
  forecasts_.clear();
  aliases_.clear();
  updates_.clear();
}

void Importer::write_records() {
  if (records_.empty()) return;
  std::vector<store::Record> records;
  records.reserve(records_.size());
  for (auto& record : records_) records.push_back({record.type, std::move(record.payload)});
  records_.clear();
  target_.write(records);
}

void Importer::verify() {
  if (written_.empty()) return;
  const std::optional<history::StoredSums> sums = stored_.sums(written_);
  if (!sums) {
    report_.notes.emplace_back(
        "durable, counts unknown: the server went away before it confirmed them, and they are "
        "shown as they were judged before");
    return;
  }
  const bool is_equal = sums->executions == static_cast<std::int64_t>(written_.size()) &&
                        sums->steps >= written_steps_ &&
                        std::abs(sums->wall_clock_seconds - written_seconds_) <=
                            1e-6 * std::max(1.0, std::abs(written_seconds_)) + 1e-3;
  if (is_equal) return;
  throw Error{
      ErrorKind::corrupt,
      "the import of " + report_.format + " does not add up: " + std::to_string(written_.size()) +
          " executions of " + std::to_string(written_seconds_) + " s were written, " +
          std::to_string(sums->executions) + " of " + std::to_string(sums->wall_clock_seconds) +
          " s are stored. The file is unchanged, what was stored stays",
      {.rule = "counts and sums of an import are equal on both sides",
       .hint = "shelduck db check"}};
}

ImportReport Importer::finish() {
  if (rejects_ > kRejectsListed) {
    const std::uint64_t others = rejects_ - kRejectsListed;
    rejects_ = 0;  // so that this one is listed
    reject({report_.rejects.back().line,
            std::to_string(others) + " more after this line were rejected"},
           "");
  }
  flush();
  if (taken_over_ > 0) {
    report_.notes.push_back(std::to_string(taken_over_) +
                            " forecasts, names and changed fields came with them");
  }
  if (clocks_back_ > 0) {
    report_.notes.push_back(std::to_string(clocks_back_) +
                            " executions end before they begin, as after daylight saving or a "
                            "clock that was set back: they are kept without a duration");
  }
  return std::move(report_);
}

}  // namespace shelduck::interop
