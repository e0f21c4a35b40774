#include "shelduck/history/batch.hpp"

#include "shelduck/core/error.hpp"
#include "shelduck/history/field.hpp"

namespace shelduck::history {
namespace {

void check_update(const FieldUpdated& update) {
  const auto try_on = [&](auto row) { set_field(row, update.field, update.value); };
  if (!is_updatable(update.field)) {
    detail::refuse_field(update.field, update.value.value_or("null"), "this field is fixed");
  }
  switch (update.entity) {
    case Entity::run:
      return try_on(RunRow{});
    case Entity::execution:
      return try_on(ExecutionRow{});
    case Entity::step:
      return try_on(StepRow{});
    case Entity::estimate:
      return try_on(EstimateRow{});
    case Entity::forecast:
      return try_on(ForecastRow{});
  }
  detail::refuse_field("entity", std::to_string(static_cast<int>(update.entity)), "no such entity");
}

template <class Record>
concept HasRules = requires(const Record& record) { validate(record); };

template <class Record>
void check(const Record& record) {
  if constexpr (HasRules<Record>) {
    validate(record);
  } else if constexpr (std::is_same_v<Record, FieldUpdated>) {
    check_update(record);
  }
}

template <class Record>
void read_into(std::vector<Record>& records, std::string_view payload) {
  Record record = decode<Record>(payload);
  check(record);
  records.push_back(std::move(record));
}

}  // namespace

void read_frame(Batch& batch, const store::Frame& frame) {
  switch (static_cast<RecordType>(frame.type)) {
    case RecordType::run_started:
      return read_into(batch.run_starts, frame.payload);
    case RecordType::run_ended:
      return read_into(batch.run_ends, frame.payload);
    case RecordType::run_interrupted:
      return read_into(batch.run_interruptions, frame.payload);
    case RecordType::execution_started:
      read_into(batch.execution_starts, frame.payload);
      batch.start_segments.push_back(frame.position.segment);
      return;
    case RecordType::execution_ended:
      return read_into(batch.execution_ends, frame.payload);
    case RecordType::execution_interrupted:
      return read_into(batch.execution_interruptions, frame.payload);
    case RecordType::step_measured:
      return read_into(batch.steps, frame.payload);
    case RecordType::estimate_made:
      return read_into(batch.estimates, frame.payload);
    case RecordType::forecast_issued:
      return read_into(batch.forecasts, frame.payload);
    case RecordType::plugin_aliased:
      return read_into(batch.aliases, frame.payload);
    case RecordType::field_updated:
      return read_into(batch.updates, frame.payload);
    case RecordType::entity_deleted:
      return read_into(batch.deletions, frame.payload);
    case RecordType::source_pruned:
      return read_into(batch.prunes, frame.payload);
    case RecordType::model_trained:
      return read_into(batch.models, frame.payload);
    case RecordType::entry_rejected:
      return;  // stays where it is: in quarantine
  }
  throw Error{ErrorKind::bug, "the journal handed over record type " + std::to_string(frame.type)};
}

Batch read_batch(store::ApplyContext& context, std::span<const store::Frame> frames) {
  Batch batch;
  for (const store::Frame& frame : frames) {
    try {
      if (static_cast<RecordType>(frame.type) == RecordType::entry_rejected) {
        const auto rejected = decode<EntryRejected>(frame.payload);
        context.quarantine(frame, {.reason = rejected.reason, .source = rejected.source});
        continue;
      }
      read_frame(batch, frame);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::bug) throw;
      context.quarantine(frame, {.reason = error.what()});
    }
  }
  return batch;
}

}  // namespace shelduck::history
