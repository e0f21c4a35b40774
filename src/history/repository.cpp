#include "shelduck/history/repository.hpp"

#include <string_view>
#include <type_traits>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/history/field.hpp"
#include "shelduck/history/merge.hpp"
#include "shelduck/history/table.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

// What one kind of entity is called, and which instant makes it recent.
struct Noun {
  std::string_view name;
  std::string_view recency;
  std::string_view known = "true";  // holds for rows that are no placeholders
};

template <class Row>
constexpr Noun noun_of() {
  if constexpr (std::is_same_v<Row, RunRow>) {
    return {"run", "start_time", "t.start_time IS NOT NULL"};
  } else if constexpr (std::is_same_v<Row, ExecutionRow>) {
    return {"execution", "start_time", "t.plugin_name IS NOT NULL"};
  } else if constexpr (std::is_same_v<Row, StepRow>) {
    return {"step", "start_time"};
  } else if constexpr (std::is_same_v<Row, EstimateRow>) {
    return {"estimate", "created_at"};
  } else {
    return {"forecast", "issued_at"};
  }
}

template <class Row>
bool is_placeholder(const Row& row) {
  if constexpr (std::is_same_v<Row, RunRow> || std::is_same_v<Row, ExecutionRow>) {
    return !row.start_hash;
  } else {
    return false;
  }
}

template <class Row>
std::string select_rows() {
  return "SELECT " + column_list<Row>() + " FROM " + std::string(Row::kTable) + " AS t ";
}

template <class Row>
std::optional<Row> find(store::Connection& connection, const Uuid& id) {
  const auto result =
      connection.query(select_rows<Row>() + "WHERE t." + std::string(Row::kId) + " = ?", {id});
  const auto row = result.first();
  if (!row) return std::nullopt;
  return read_row<Row>(*row);
}

template <class Row>
Row find_required(store::Connection& connection, const Uuid& id) {
  if (auto row = find<Row>(connection, id)) return *std::move(row);
  const std::string noun{noun_of<Row>().name};
  throw Error{ErrorKind::not_found,
              "no " + noun + " has the id '" + to_string(id) + "'",
              {.field = std::string(Row::kId),
               .value = to_string(id),
               .rule = "the id of a recorded " + noun}};
}

const Uuid& id_of(const RunStarted& record) { return record.key.run_id.uuid; }
const Uuid& id_of(const ExecutionStarted& record) { return record.key.execution_id.uuid; }
const Uuid& id_of(const StepMeasured& record) { return record.step_id.uuid; }
const Uuid& id_of(const EstimateMade& record) { return record.estimate_id.uuid; }
const Uuid& id_of(const ForecastIssued& record) { return record.forecast_id.uuid; }

void join_parent(store::Connection&, RunStarted&) {}

void join_parent(store::Connection& connection, ExecutionStarted& record) {
  record.key.source = find_required<RunRow>(connection, record.key.run_id.uuid).source;
}

void join_parent(store::Connection& connection, StepMeasured& record) {
  record.key = key_of(find_required<ExecutionRow>(connection, record.key.execution_id.uuid));
}

void join_parent(store::Connection& connection, EstimateMade& record) {
  record.key = key_of(find_required<ExecutionRow>(connection, record.key.execution_id.uuid));
}

void join_parent(store::Connection& connection, ForecastIssued& record) {
  if (record.run_id) (void)find_required<RunRow>(connection, record.run_id->uuid);
  if (record.execution_id) {
    (void)find_required<ExecutionRow>(connection, record.execution_id->uuid);
  }
}

void require_order(const std::optional<Instant>& start, const std::optional<Instant>& end) {
  if (!start || !end || *end >= *start) return;
  throw Error{
      ErrorKind::invalid_input,
      "an end at " + shelduck::to_string(*end) + " lies before the start at " +
          shelduck::to_string(*start),
      {.field = "end_time", .value = shelduck::to_string(*end), .rule = "not before the start"}};
}

// The rules that hold for a record hold for a row that was updated, too. The key plays no part.
template <class Record, class Row>
void validate_as(const Row& row) {
  constexpr std::string_view kAnySource = "any";
  const ExecutionKey key{row.execution_id, RunId{}, std::string(kAnySource), Instant{}};
  validate(decode<Record>(to_record(row, key).payload));
}

void validate_row(const RunRow& row) { require_order(row.start_time, row.end_time); }

void validate_row(const ExecutionRow& row) {
  require_order(row.start_time, row.end_time);
  validate(ExecutionStarted{.key = key_of(row),
                            .plugin_name = row.plugin_name.value_or("unknown"),
                            .item = row.item,
                            .attempt = row.attempt.value_or(1),
                            .packages_planned = row.packages_planned,
                            .resolution_seconds = row.resolution_seconds,
                            .created_at = row.start_time});
  validate(ExecutionEnded{.key = key_of(row),
                          .end_time = row.end_time,
                          .status = row.status,
                          .status_raw = row.status_raw,
                          .exit_code = row.exit_code,
                          .packages_updated = row.packages_updated,
                          .packages_total = row.packages_total,
                          .error_message = row.error_message});
}

void validate_row(const StepRow& row) {
  require_order(row.start_time, row.end_time);
  validate_as<StepMeasured>(row);
}

void validate_row(const EstimateRow& row) { validate_as<EstimateMade>(row); }

void validate_row(const ForecastRow& row) {
  validate(decode<ForecastIssued>(to_record(row).payload));
}

void require_updatable(const std::string& field) {
  if (is_updatable(field)) return;
  throw Error{ErrorKind::invalid_input,
              "the field '" + field + "' cannot be changed",
              {.field = field,
               .value = {},
               .rule = "ids, keys, instants of making and derived fields are fixed"}};
}

}  // namespace

template <class Row>
std::optional<Row> Repository<Row>::get(const Identity& id) const {
  return find<Row>(connection_, id.uuid);
}

template <class Row>
std::vector<Row> Repository<Row>::list_recent(int limit) const {
  if (limit < 1) {
    throw Error{ErrorKind::invalid_input,
                "a list cannot have " + std::to_string(limit) + " rows",
                {.field = "limit", .value = std::to_string(limit), .rule = "1 or more"}};
  }
  constexpr Noun kNoun = noun_of<Row>();
  const std::string sql = select_rows<Row>() + "WHERE " + std::string(kNoun.known) +
                          " ORDER BY t." + std::string(kNoun.recency) + " DESC, t." +
                          std::string(Row::kId) + " DESC LIMIT ?";
  std::vector<Row> rows;
  for (const store::Row row : connection_.query(sql, {limit})) rows.push_back(read_row<Row>(row));
  return rows;
}

template <class Row>
EncodedRecord Repository<Row>::create(Creation record) const {
  const Uuid& id = id_of(record);
  const auto present = find<Row>(connection_, id);
  if (present && !is_placeholder(*present)) {
    const std::string noun{noun_of<Row>().name};
    throw Error{ErrorKind::conflict,
                "the " + noun + " '" + to_string(id) + "' is there already",
                {.field = std::string(Row::kId),
                 .value = to_string(id),
                 .rule = "an id that is not taken"}};
  }
  join_parent(connection_, record);
  validate(record);
  return to_journal(record);
}

template <class Row>
std::vector<EncodedRecord> Repository<Row>::update(const Identity& id,
                                                   std::span<const FieldChange> changes,
                                                   const VersionSource& versions) const {
  Row row = require(id);
  std::vector<EncodedRecord> records;
  for (const FieldChange& change : changes) {
    require_updatable(change.field);
    set_field(row, change.field, change.value);
    records.push_back(to_journal(FieldUpdated{.entity = Row::kEntity,
                                              .id = id.uuid,
                                              .field = change.field,
                                              .value = change.value,
                                              .version = new_uuid(versions.now, versions.random)}));
  }
  validate_row(row);
  return records;
}

template <class Row>
EncodedRecord Repository<Row>::remove(const Identity& id) const {
  (void)require(id);
  return to_journal(EntityDeleted{.entity = Row::kEntity, .id = id.uuid});
}

template <class Row>
Row Repository<Row>::require(const Identity& id) const {
  return find_required<Row>(connection_, id.uuid);
}

template class Repository<RunRow>;
template class Repository<ExecutionRow>;
template class Repository<StepRow>;
template class Repository<EstimateRow>;
template class Repository<ForecastRow>;

}  // namespace shelduck::history
