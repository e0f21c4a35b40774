#include "shelduck/sensors/duckdb_store/duckdb_reading_store.hpp"

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/duckdb_store/tables.hpp"
#include "shelduck/sensors/refused_before.hpp"
#include "shelduck/sensors/time_order.hpp"

namespace shelduck::sensors {
namespace {

// The numbers stand in the text: a plan with parameters is bound again on each execution.
std::string matching(const ReadingFilter& filter) {
  std::string sql = " FROM readings WHERE true";
  if (filter.range.start) sql += " AND \"timestamp\" >= " + std::to_string(filter.range.first());
  if (filter.range.end) sql += " AND \"timestamp\" <= " + std::to_string(filter.range.last());
  if (filter.node_address) {
    sql += " AND node_address = " + std::to_string(*filter.node_address) + "::UBIGINT";
  }
  return sql;
}

template <class T>
void add_all(std::vector<T>& to, std::span<const T> values) {
  to.insert(to.end(), values.begin(), values.end());
}

// Growing step by step would move a year of readings several times.
void reserve(NodeColumns& columns, const std::optional<NodeRow>& node) {
  if (!node) return;
  const auto rows = static_cast<std::size_t>(node->total_readings);
  columns.timestamps.reserve(rows);
  columns.temperatures.reserve(rows);
  columns.humidities.reserve(rows);
  columns.flags.reserve(rows);
}

// Of rows in the order of the table's columns.
std::vector<Reading> readings_of(const store::Result& result) {
  std::vector<Reading> readings;
  while (result.next_chunk()) {
    const auto addresses = result.column<std::uint64_t>(0);
    const auto timestamps = result.column<std::int64_t>(1);
    const auto temperatures = result.column<std::int16_t>(2);
    const auto humidities = result.column<std::uint16_t>(3);
    const auto flags = result.column<std::uint8_t>(4);
    const auto received = result.column<std::int64_t>(5);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      readings.push_back(
          {addresses[i], timestamps[i], temperatures[i], humidities[i], flags[i], received[i]});
    }
  }
  return readings;
}

RefusedRow refused_row_of(const store::Row& row) {
  return {.at = row.get<std::int64_t>(1),
          .source = row.get<std::string>(2),
          .field = row.get<std::string>(3),
          .reason = row.get<std::string>(4),
          .node_address = row.get<std::optional<std::uint64_t>>(5),
          .timestamp = row.get<std::optional<std::int64_t>>(6),
          .text = row.get<std::string>(7)};
}

std::vector<StoredRefusal> refusals_of(const store::Result& result) {
  std::vector<StoredRefusal> found;
  for (const store::Row row : result) found.push_back({row.get<Uuid>(0), refused_row_of(row)});
  return found;
}

}  // namespace

DuckdbReadingStore::DuckdbReadingStore(store::Connection& connection)
    : own_(std::in_place, connection, store::Transaction::Aim::reading), snapshot_(*own_) {}

DuckdbReadingStore::~DuckdbReadingStore() {
  if (!own_ || own_->state() != store::Transaction::State::open) return;
  try {
    own_->rollback();
  } catch (const Error&) {
    return;  // nothing was written: there is nothing to lose
  }
}

std::vector<NodeRow> DuckdbReadingStore::nodes(const NodeWindow& window) {
  std::string sql = "SELECT " + std::string(kNodeColumns) + " FROM nodes WHERE total_readings > 0";
  if (window.after) sql += " AND address > " + std::to_string(*window.after) + "::UBIGINT";
  sql += " ORDER BY address LIMIT " + std::to_string(window.take);
  std::vector<NodeRow> found;
  const store::Result result = snapshot_.query(sql);
  for (const store::Row row : result) found.push_back(node_of(row));
  return found;
}

std::optional<NodeRow> DuckdbReadingStore::node(std::uint64_t address) {
  if (asked_ && asked_->address == address) return asked_;
  static const std::string kSql =
      "SELECT " + std::string(kNodeColumns) + " FROM nodes WHERE total_readings > 0 AND address = ";
  const store::Result result = snapshot_.query(kSql + std::to_string(address) + "::UBIGINT");
  const auto row = result.first();
  if (!row) return std::nullopt;
  asked_ = node_of(*row);
  return asked_;
}

Extent DuckdbReadingStore::extent() {
  const store::Result result = snapshot_.query(
      "SELECT coalesce(sum(total_readings), 0)::BIGINT, coalesce(min(first_seen_at), 0), "
      "coalesce(max(newest_timestamp), 0), count(*) FROM nodes WHERE total_readings > 0");
  const auto row = result.first();
  return {.rows = row->get<std::int64_t>(0),
          .first = row->get<std::int64_t>(1),
          .last = row->get<std::int64_t>(2),
          .nodes = row->get<std::int64_t>(3)};
}

std::int64_t DuckdbReadingStore::count(const ReadingFilter& filter) {
  const store::Result result = snapshot_.query("SELECT count(*)" + matching(filter));
  return result.first()->get<std::int64_t>(0);
}

std::vector<Reading> DuckdbReadingStore::newest_first(const ReadingFilter& filter,
                                                      const RowWindow& window) {
  return readings_of(snapshot_.query(
      "SELECT *" + matching(filter) + " ORDER BY \"timestamp\" DESC, node_address LIMIT " +
      std::to_string(window.take) + " OFFSET " + std::to_string(window.skip)));
}

std::vector<Reading> DuckdbReadingStore::some(const ReadingFilter& filter, std::int64_t limit) {
  return readings_of(
      snapshot_.query("SELECT *" + matching(filter) + " LIMIT " + std::to_string(limit)));
}

NodeColumns DuckdbReadingStore::columns_of(std::uint64_t address, const TimeRange& range) {
  NodeColumns columns;
  if (range.is_open()) reserve(columns, node(address));
  const store::Result result = snapshot_.query(
      "SELECT \"timestamp\", temperature_centidegrees, humidity_centipercent, flags" +
      matching({address, range}));
  while (result.next_chunk()) {
    add_all(columns.timestamps, result.column<std::int64_t>(0));
    add_all(columns.temperatures, result.column<std::int16_t>(1));
    add_all(columns.humidities, result.column<std::uint16_t>(2));
    add_all(columns.flags, result.column<std::uint8_t>(3));
  }
  sort_by_time(columns);  // they come as they were appended
  return columns;
}

std::int64_t DuckdbReadingStore::edge() {
  const store::Result result = snapshot_.query("SELECT edge FROM retention");
  const auto row = result.first();
  return row ? row->get<std::int64_t>(0) : kTimestampMin;
}

std::vector<StoredRefusal> DuckdbReadingStore::refused(const RefusedFilter& filter) {
  std::string sql = "SELECT * FROM refused_rows WHERE reason = coalesce($1, reason)";
  if (filter.after) {
    const std::string at = std::to_string(filter.after->at);
    sql += " AND (\"at\" < " + at + " OR (\"at\" = " + at + " AND id > '" +
           to_string(filter.after->id) + "'::UUID))";
  }
  return refusals_of(
      snapshot_.query(sql + " ORDER BY \"at\" DESC, id LIMIT $2", {filter.reason, filter.limit}));
}

std::vector<StoredRefusal> DuckdbReadingStore::refused(const IdRange& ids, std::int64_t limit) {
  return refusals_of(
      snapshot_.query("SELECT * FROM refused_rows WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?",
                      {ids.first, ids.last, limit}));
}

ReadingStore::RefusedCount DuckdbReadingStore::count_refused(
    const std::optional<std::string>& reason) {
  const store::Result result = snapshot_.query(
      "SELECT (SELECT count(*) FROM refused_rows WHERE reason = coalesce($1, reason)), "
      "(SELECT coalesce(sum(rows), 0)::BIGINT FROM refused_evicted)",
      {reason});
  const auto row = result.first();
  return {row->get<std::int64_t>(0), row->get<std::int64_t>(1)};
}

ReadingStore::RefusedBefore DuckdbReadingStore::refused_before(std::int64_t at) {
  return sensors::refused_before(snapshot_, at);
}

}  // namespace shelduck::sensors
