#include "shelduck/history/recording.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/history/field.hpp"
#include "shelduck/history/merge.hpp"
#include "shelduck/history/recorded_facts.hpp"
#include "shelduck/history/store_record.hpp"

namespace shelduck::history {
namespace {

using store::Fact;
using store::Judgement;
using store::KnownFacts;

std::string moment(Instant instant) { return shelduck::to_string(instant); }

// Before it a clock was wrong (history contract).
constexpr Instant kFirstTrueClock = std::chrono::sys_days{std::chrono::year{2001} / 1 / 1};

template <class Record>
std::optional<Record> known_record(const KnownFacts& known, const Fact& fact) {
  const std::string* found = known.find(fact);
  if (found == nullptr) return std::nullopt;
  return decode<Record>(*found);
}

template <class Record>
Fact start_of(const Uuid& id) {
  return fact_of(Record::kType, id);
}

Error conflict(std::string_view noun, const Uuid& id, ErrorDetail detail) {
  const std::string value = detail.value.empty() ? "" : " '" + detail.value + "'";
  return Error{ErrorKind::conflict,
               "the " + std::string(noun) + " " + to_string(id) + " is recorded with another " +
                   detail.field + " than" + value + ": " + detail.rule,
               std::move(detail)};
}

Judgement unknown(ErrorKind kind, std::string_view noun, std::string_view field, const Uuid& id) {
  return {.refusal = Error{kind,
                           "no " + std::string(noun) + " has the id " + to_string(id),
                           {.field = std::string(field),
                            .value = to_string(id),
                            .rule = "the id of a recorded " + std::string(noun)}},
          .may_come = true};
}

// What was deleted refuses whatever is said of it for ever.
void refuse_deleted(const KnownFacts& known, std::string_view field, const Uuid& id) {
  if (!known.contains(deletion_fact(id))) return;
  throw Error{ErrorKind::conflict,
              std::string(field) + " " + to_string(id) + " was deleted",
              {.field = std::string(field), .value = to_string(id), .rule = "never used again"}};
}

void refuse_pruned(const KnownFacts& known, const std::string& source, Instant start) {
  const std::string* found = known.find(prune_fact(source));
  if (found == nullptr) return;
  std::int64_t microseconds = 0;
  std::from_chars(found->data(), found->data() + found->size(), microseconds);
  const Instant cutoff{Microseconds{microseconds}};
  if (start >= cutoff) return;
  throw Error{
      ErrorKind::invalid_input,
      "start_time '" + moment(start) + "' is refused: '" + source + "' was pruned up to " +
          moment(cutoff),
      {.field = "start_time", .value = moment(start), .rule = "from " + moment(cutoff) + " on"}};
}

// What is pruned of it are forecasts.
void refuse_own_source(const std::string& source) {
  if (source != kForecastSource) return;
  throw Error{ErrorKind::invalid_input,
              "source '" + source + "' is refused: what the program itself stores bears it",
              {.field = "source", .value = source, .rule = "another name"}};
}

struct ColumnNames {
  std::vector<std::string_view> all{};

  template <class T>
  void operator()(std::string_view name, const T&) {
    all.push_back(name);
  }
};

template <class Row>
std::vector<std::string_view> columns_of(const Row& row) {
  ColumnNames names;
  Row::columns(names, row);
  return names.all;
}

// The first column in which two rows differ, with what the second one has there.
template <class Row>
ErrorDetail difference(const Row& stored, const Row& said, std::string_view rule) {
  for (const std::string_view name : columns_of(said)) {
    if (name.ends_with("hash")) continue;
    const FieldText value = get_field(said, name);
    if (get_field(stored, name) != value) {
      return {std::string(name), value.value_or("null"), std::string(rule)};
    }
  }
  return {"content", "", std::string(rule)};
}

constexpr std::string_view kFirstStays = "the first content that was recorded under an id stays";

RunRow row_of(const RunStarted& record) {
  RunRow row = placeholder(record.key.run_id, record.key.source);
  (void)merge(row, record);
  return row;
}

ExecutionRow row_of(const ExecutionStarted& record) {
  ExecutionRow row = placeholder(record.key);
  (void)merge(row, record);
  return row;
}

StepRow row_of(const StepMeasured& record) { return to_row(record); }
EstimateRow row_of(const EstimateMade& record) { return to_row(record); }

// A record under an id that was said before: the same, or a conflict.
template <class Record>
Judgement judge_again(std::string_view noun, const Uuid& id, const Record& stored,
                      const Record& said) {
  if (encode(stored) == encode(said)) return {};
  return {.refusal = conflict(noun, id, difference(row_of(stored), row_of(said), kFirstStays))};
}

template <class Record>
Judgement first_said(const Record& record, const Fact& fact, std::string content) {
  validate(record);
  return {.records = {store_record(record)}, .says = {{fact, std::move(content)}}};
}

// A step or an estimate below `key`'s execution. Its content knows only that.
template <class Record>
store::Claim claim_of_child(Record record, std::string_view noun, const Uuid& id) {
  const ExecutionId execution = record.key.execution_id;
  record.key = key_of_child(execution);
  const Fact own = start_of<Record>(id);
  const Fact above = start_of<ExecutionStarted>(execution.uuid);
  const auto judge = [=](const KnownFacts& known) -> Judgement {
    if (const auto stored = known_record<Record>(known, own)) {
      return judge_again(noun, id, *stored, record);
    }
    refuse_deleted(known, "id", id);
    refuse_deleted(known, "execution_id", execution.uuid);
    const auto parent = known_record<ExecutionStarted>(known, above);
    if (!parent) {
      return unknown(ErrorKind::invalid_input, "execution", "execution_id", execution.uuid);
    }
    Record whole = record;
    whole.key = parent->key;
    return first_said(whole, own, encode(record));
  };
  return {.judged_by = {own, above, deletion_fact(id), deletion_fact(execution.uuid)},
          .judge = judge};
}

void refuse_end_before_start(Instant start, std::optional<Instant> end) {
  if (!end || *end >= start) return;
  throw Error{ErrorKind::invalid_input,
              "end_time '" + moment(*end) + "' is refused: it starts at " + moment(start),
              {.field = "end_time",
               .value = moment(*end),
               .rule = "not before its start, " + moment(start)}};
}

constexpr std::string_view kFirstEndStays = "the first end stays";

std::optional<Error> other_end(std::string_view noun, const Uuid& id, bool is_same,
                               ErrorDetail detail) {
  if (is_same) return std::nullopt;
  detail.rule = kFirstEndStays;
  return conflict(noun, id, std::move(detail));
}

// A step that has an end has a wall clock: the time between both, where nobody said it.
void measure_wall_clock(StepMeasured& step) {
  if (!step.step_end || step.wall_clock_seconds) return;
  step.wall_clock_seconds = Seconds{*step.step_end - step.step_start}.count();
}

// What names a step is said when it begins.
bool is_said_at_end(std::string_view column) {
  return is_updatable(column) && column != "step_name" && column != "phase" && column != "seq";
}

// `over` where it says something.
StepRow laid_over(StepRow row, const StepRow& over) {
  for (const std::string_view name : columns_of(over)) {
    if (!is_said_at_end(name)) continue;
    if (const FieldText value = get_field(over, name)) set_field(row, name, value);
  }
  return row;
}

// The end time stands last: where a power cut left the first of them, a step without an end is
// ended again.
std::vector<store::Record> updates_between(const StepRow& before, const StepRow& after,
                                           const Receipt& receipt) {
  std::vector<store::Record> records;
  std::optional<store::Record> end;
  for (const std::string_view name : columns_of(after)) {
    if (!is_said_at_end(name)) continue;
    FieldText value = get_field(after, name);
    if (get_field(before, name) == value) continue;
    store::Record record =
        store_record(FieldUpdated{.entity = Entity::step,
                                  .id = after.id.uuid,
                                  .field = std::string(name),
                                  .value = std::move(value),
                                  .version = new_uuid(receipt.now, receipt.random)});
    if (name == "end_time") {
      end = std::move(record);
    } else {
      records.push_back(std::move(record));
    }
  }
  if (end) records.push_back(std::move(*end));
  return records;
}

StepMeasured record_of(const StepRow& row) {
  return decode<StepMeasured>(to_record(row, key_of_child(row.execution_id)).payload);
}

Judgement judge_step_end(const StepMeasured& begun, const std::optional<StepMeasured>& ended,
                         const StepMeasured& said, const Receipt& receipt) {
  const StepRow before = to_row(ended.value_or(begun));
  StepRow after = laid_over(to_row(begun), to_row(said));
  if (!after.end_time) {
    after.end_time = before.end_time ? *before.end_time : std::max(receipt.now, before.start_time);
  }
  StepMeasured whole = record_of(after);
  measure_wall_clock(whole);
  refuse_end_before_start(whole.step_start, whole.step_end);
  StepMeasured checked = whole;
  checked.key.source = "-";  // a child's content has none
  validate(checked);
  after = to_row(whole);
  if (before.end_time) {
    const bool is_same = after.hash == before.hash;
    return {.refusal = other_end("step", before.id.uuid, is_same,
                                 difference(before, after, kFirstEndStays))};
  }
  return {.records = updates_between(before, after, receipt),
          .says = {{step_end_fact(after.id), encode(whole)}}};
}

}  // namespace

store::Claim claim_of(RunStarted record, const Receipt& receipt) {
  record.origin = Origin::http;
  const Uuid id = record.key.run_id.uuid;
  const Fact own = start_of<RunStarted>(id);
  const auto judge = [=](const KnownFacts& known) -> Judgement {
    RunStarted said = record;
    if (const auto stored = known_record<RunStarted>(known, own)) {
      if (said.key.source.empty()) said.key.source = stored->key.source;
      said.created_at = stored->created_at;
      return judge_again("run", id, *stored, said);
    }
    if (said.key.source.empty()) said.key.source = receipt.source;
    refuse_own_source(said.key.source);
    said.created_at = receipt.now;
    refuse_deleted(known, "id", id);
    refuse_pruned(known, said.key.source, said.key.start_time);
    return first_said(said, own, encode(said));
  };
  return {.judged_by = {own, deletion_fact(id)}, .judge = judge};
}

store::Claim claim_of(ExecutionStarted record, const Receipt& receipt) {
  record.origin = Origin::http;
  if (record.key.start_time < kFirstTrueClock) record.flags |= kFalseClock;
  const Uuid id = record.key.execution_id.uuid;
  const Uuid run = record.key.run_id.uuid;
  const Fact own = start_of<ExecutionStarted>(id);
  const Fact above = start_of<RunStarted>(run);
  const auto judge = [=](const KnownFacts& known) -> Judgement {
    ExecutionStarted said = record;
    if (const auto stored = known_record<ExecutionStarted>(known, own)) {
      said.key.source = stored->key.source;
      said.created_at = stored->created_at;
      return judge_again("execution", id, *stored, said);
    }
    refuse_deleted(known, "id", id);
    refuse_deleted(known, "run_id", run);
    const auto parent = known_record<RunStarted>(known, above);
    if (!parent) return unknown(ErrorKind::invalid_input, "run", "run_id", run);
    said.key.source = parent->key.source;
    said.created_at = receipt.now;
    refuse_pruned(known, said.key.source, said.key.start_time);
    return first_said(said, own, encode(said));
  };
  return {.judged_by = {own, above, deletion_fact(id), deletion_fact(run)}, .judge = judge};
}

store::Claim claim_of(StepMeasured record, const Receipt&) {
  refuse_end_before_start(record.step_start, record.step_end);
  measure_wall_clock(record);
  const Uuid id = record.step_id.uuid;
  return claim_of_child(std::move(record), "step", id);
}

store::Claim claim_of(EstimateMade record, const Receipt&) {
  const Uuid id = record.estimate_id.uuid;
  return claim_of_child(std::move(record), "estimate", id);
}

store::Claim claim_of(const RunEnding& ending, const Receipt& receipt) {
  const Uuid id = ending.id.uuid;
  const Fact start = start_of<RunStarted>(id);
  const Fact own = fact_of(RecordType::run_ended, id);
  const auto judge = [=, now = receipt.now](const KnownFacts& known) -> Judgement {
    refuse_deleted(known, "id", id);
    const auto started = known_record<RunStarted>(known, start);
    if (!started) return unknown(ErrorKind::not_found, "run", "id", id);
    RunEnded said{.key = started->key, .status = ending.status};
    if (const auto stored = known_record<RunEnded>(known, own)) {
      said.end_time = ending.end_time.value_or(stored->end_time);
      const bool is_same_status = said.status == stored->status;
      ErrorDetail detail =
          is_same_status
              ? ErrorDetail{.field = "end_time", .value = moment(said.end_time)}
              : ErrorDetail{.field = "status", .value = std::string(to_string(said.status))};
      return {.refusal = other_end("run", id, is_same_status && said.end_time == stored->end_time,
                                   detail)};
    }
    said.end_time = ending.end_time.value_or(std::max(now, started->key.start_time));
    refuse_end_before_start(started->key.start_time, said.end_time);
    return first_said(said, own, encode(said));
  };
  return {.judged_by = {start, own, deletion_fact(id)}, .judge = judge};
}

store::Claim claim_of(const ExecutionEnding& ending, const Receipt& receipt) {
  const Uuid id = ending.record.key.execution_id.uuid;
  const Fact start = start_of<ExecutionStarted>(id);
  const Fact own = fact_of(RecordType::execution_ended, id);
  const auto judge = [=, now = receipt.now](const KnownFacts& known) -> Judgement {
    refuse_deleted(known, "id", id);
    const auto started = known_record<ExecutionStarted>(known, start);
    if (!started) return unknown(ErrorKind::not_found, "execution", "id", id);
    ExecutionEnded said = ending.record;
    said.key = started->key;
    if (auto stored = known_record<ExecutionEnded>(known, own)) {
      stored->key = said.key;
      if (!said.end_time) said.end_time = stored->end_time;
      ExecutionRow before = placeholder(said.key);
      ExecutionRow after = before;
      (void)merge(before, *stored);
      (void)merge(after, said);
      return {.refusal = other_end("execution", id, encode(*stored) == encode(said),
                                   difference(before, after, kFirstEndStays))};
    }
    if (!said.end_time) said.end_time = std::max(now, said.key.start_time);
    refuse_end_before_start(said.key.start_time, said.end_time);
    return first_said(said, own, encode(said));
  };
  return {.judged_by = {start, own, deletion_fact(id)}, .judge = judge};
}

store::Claim claim_of(const StepEnding& ending, const Receipt& receipt) {
  const StepId step = ending.record.step_id;
  const Fact start = start_of<StepMeasured>(step.uuid);
  const Fact own = step_end_fact(step);
  const auto judge = [=](const KnownFacts& known) -> Judgement {
    refuse_deleted(known, "id", step.uuid);
    const auto begun = known_record<StepMeasured>(known, start);
    if (!begun) return unknown(ErrorKind::not_found, "step", "id", step.uuid);
    return judge_step_end(*begun, known_record<StepMeasured>(known, own), ending.record, receipt);
  };
  return {.judged_by = {start, own, deletion_fact(step.uuid)}, .judge = judge};
}

}  // namespace shelduck::history
