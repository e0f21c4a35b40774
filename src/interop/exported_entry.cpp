#include "shelduck/interop/exported_entry.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "shelduck/history/field.hpp"
#include "shelduck/history/merge.hpp"
#include "shelduck/history/table.hpp"
#include "shelduck/interop/json_fields.hpp"

namespace shelduck::interop {
namespace {

using history::ExecutionKey;
using history::detail::IsId;
using history::detail::IsOptional;

template <class T>
std::optional<T> parse_word(std::string_view word) {
  if constexpr (std::is_same_v<T, history::Status>) {
    return history::parse_status(word);
  } else if constexpr (std::is_same_v<T, history::Phase>) {
    return history::parse_phase(word);
  } else {
    return history::detail::parse_origin(word);
  }
}

template <class T>
std::optional<T> read_member(const JsonFields& fields, std::string_view name) {
  if constexpr (IsId<T>::value) {
    const auto uuid = fields.uuid(name);
    return uuid ? std::optional{T{*uuid}} : std::nullopt;
  } else if constexpr (std::is_same_v<T, Uuid>) {
    return fields.uuid(name);
  } else if constexpr (std::is_same_v<T, Instant>) {
    return fields.instant(name);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return fields.integer(name);
  } else if constexpr (std::is_same_v<T, double>) {
    return fields.number(name);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return fields.text(name);
  } else {
    const auto word = fields.text(name);
    if (!word) return std::nullopt;
    const auto value = parse_word<T>(*word);
    if (!value) fields.refuse(name, "the word is none of this field's");
    return value;
  }
}

// Fills a row from the members of its column names. What identifies the parent is `given` by the
// place of the element, hashes follow from the records.
struct RowFiller {
  const JsonFields& fields;
  std::string_view given;

  template <class T>
  void operator()(std::string_view column, T& member) const {
    static constexpr std::array<std::string_view, 3> kHashes{"hash", "start_hash", "end_hash"};
    if (column == given) return;
    if (std::find(kHashes.begin(), kHashes.end(), column) != kHashes.end()) return;
    if constexpr (IsOptional<T>::value) {
      member = read_member<typename T::value_type>(fields, column);
    } else {
      member = fields.need(column, read_member<T>(fields, column));
    }
  }
};

template <class Row>
Row read_row(const JsonFields& fields, std::string_view given = {}) {
  Row row;
  RowFiller filler{fields, given};
  Row::columns(filler, row);
  return row;
}

template <class Record>
Record record_of(const history::EncodedRecord& encoded) {
  return history::decode<Record>(encoded.payload);
}

bool is_ended(const JsonFields& fields) {
  return fields.need("is_ended", fields.truth("is_ended"));
}

void require_order(const JsonFields& fields, Instant start, const std::optional<Instant>& end) {
  if (end && *end < start) {
    fields.refuse("end_time", "an end is not before its start, " + to_string(start));
  }
}

ImportedExecution read_execution(const JsonFields& fields, history::RunId run) {
  auto row = read_row<history::ExecutionRow>(fields, "run_id");
  row.run_id = run;
  const ExecutionKey key = history::key_of(row);
  if ((row.flags & history::kClockWentBack) == 0) {
    require_order(fields, row.start_time, row.end_time);
  }
  ImportedExecution execution;
  execution.start = history::started_of(row);
  execution.is_start_known = row.created_at.has_value();
  if (is_ended(fields)) execution.end = history::ended_of(row, key);
  execution.interrupted_at = row.interrupted_at;
  const nlohmann::json& steps = fields.list("steps");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const JsonFields step{steps[i], fields.place_of("steps", i)};
    execution.steps.push_back(record_of<history::StepMeasured>(
        history::to_record(read_row<history::StepRow>(step, "execution_id"), key)));
  }
  const nlohmann::json& estimates = fields.list("estimates");
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const JsonFields estimate{estimates[i], fields.place_of("estimates", i)};
    execution.estimates.push_back(record_of<history::EstimateMade>(
        history::to_record(read_row<history::EstimateRow>(estimate, "execution_id"), key)));
  }
  return execution;
}

ImportedRun read_run(const JsonFields& fields) {
  const auto row = read_row<history::RunRow>(fields);
  ImportedRun run;
  run.start = history::started_of(row);
  run.is_start_known = row.created_at.has_value();
  run.ending = RunEnding::as_given;
  run.interrupted_at = row.interrupted_at;
  if (row.start_time) require_order(fields, *row.start_time, row.end_time);
  if (is_ended(fields)) {
    (void)fields.need("end_time", row.end_time);
    run.end = history::ended_of(row, run.start.key);
  }
  const nlohmann::json& executions = fields.list("executions");
  for (std::size_t i = 0; i < executions.size(); ++i) {
    run.executions.push_back(
        read_execution({executions[i], fields.place_of("executions", i)}, row.id));
  }
  return run;
}

// A value that its field cannot have is refused here, with the element in hand.
void try_on(const history::FieldUpdated& update) {
  const auto set = [&](auto row) { history::set_field(row, update.field, update.value); };
  switch (update.entity) {
    case history::Entity::run:
      return set(history::RunRow{});
    case history::Entity::execution:
      return set(history::ExecutionRow{});
    case history::Entity::step:
      return set(history::StepRow{});
    case history::Entity::estimate:
      return set(history::EstimateRow{});
    case history::Entity::forecast:
      return set(history::ForecastRow{});
  }
}

history::FieldUpdated read_update(const JsonFields& fields) {
  static constexpr std::array<std::string_view, 5> kEntityWords{"run", "execution", "step",
                                                                "estimate", "forecast"};
  const std::string entity = fields.need("entity", fields.text("entity"));
  const auto known = std::find(kEntityWords.begin(), kEntityWords.end(), entity);
  if (known == kEntityWords.end()) {
    fields.refuse("entity", "one of run, execution, step, estimate and forecast is needed");
  }
  history::FieldUpdated update{.entity = static_cast<history::Entity>(known - kEntityWords.begin()),
                               .id = fields.need("id", fields.uuid("id")),
                               .field = fields.need("field", fields.text("field")),
                               .value = fields.text("value"),
                               .version = fields.need("version", fields.uuid("version"))};
  if (!history::is_updatable(update.field)) fields.refuse("field", "this field is fixed");
  try_on(update);
  return update;
}

}  // namespace

bool is_exported_entry(const nlohmann::json& element) {
  if (!element.is_object()) return false;
  return (element.contains("run_id") && element.contains("executions")) ||
         element.contains("forecast_id") || element.contains("old_name") ||
         element.contains("entity");
}

ExportedEntry exported_entry(const nlohmann::json& element) {
  const JsonFields fields{element, ""};
  if (element.contains("executions")) return read_run(fields);
  if (fields.has("forecast_id")) {
    auto forecast = record_of<history::ForecastIssued>(
        history::to_record(read_row<history::ForecastRow>(fields)));
    history::validate(forecast);
    return forecast;
  }
  if (fields.has("entity")) return read_update(fields);
  const auto name = [&](std::string_view field) {
    std::string text = fields.need(field, fields.text(field));
    if (text.empty()) fields.refuse(field, "a name is needed");
    return text;
  };
  return history::PluginAliased{.old_name = name("old_name"),
                                .plugin_name = name("plugin_name"),
                                .version = fields.need("version", fields.uuid("version"))};
}

}  // namespace shelduck::interop
