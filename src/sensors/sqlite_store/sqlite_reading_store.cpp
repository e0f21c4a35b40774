#include "shelduck/sensors/sqlite_store/sqlite_reading_store.hpp"

#include <limits>
#include <string>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/refused_before.hpp"
#include "shelduck/sensors/sqlite_store/stored_address.hpp"
#include "shelduck/sensors/sqlite_store/tables.hpp"

namespace shelduck::sensors {
namespace {

std::string where(const ReadingFilter& filter) {
  std::string sql = " FROM readings WHERE \"timestamp\" BETWEEN " +
                    std::to_string(filter.range.first()) + " AND " +
                    std::to_string(filter.range.last());
  if (filter.node_address) {
    // A literal of the least number would be read as a real one with a minus before it.
    sql += " AND node_address = CAST('" + std::to_string(stored_address(*filter.node_address)) +
           "' AS INTEGER)";
  }
  return sql;
}

RefusedRow stored_refused_row_of(const store::Row& row) {
  const auto node = row.get<std::optional<std::int64_t>>(5);
  return {.at = row.get<std::int64_t>(1),
          .source = row.get<std::string>(2),
          .field = row.get<std::string>(3),
          .reason = row.get<std::string>(4),
          .node_address = node ? std::optional{address_of_stored(*node)} : std::nullopt,
          .timestamp = row.get<std::optional<std::int64_t>>(6),
          .text = row.get<std::string>(7)};
}

constexpr std::string_view kRefusedColumns =
    "SELECT id, \"at\", source, field, reason, node_address, \"timestamp\", \"text\" FROM "
    "refused_rows";

std::vector<StoredRefusal> stored_refusals_of(const store::Result& result) {
  std::vector<StoredRefusal> found;
  for (const store::Row row : result) {
    found.push_back({row.get<Uuid>(0), stored_refused_row_of(row)});
  }
  return found;
}

}  // namespace

SqliteReadingStore::SqliteReadingStore(store::Connection& connection)
    : own_(std::in_place, connection, store::Transaction::Aim::reading), snapshot_(*own_) {}

SqliteReadingStore::~SqliteReadingStore() {
  if (!own_ || own_->state() != store::Transaction::State::open) return;
  try {
    own_->rollback();
  } catch (const Error&) {
    return;  // nothing was written: there is nothing to lose
  }
}

std::vector<NodeRow> SqliteReadingStore::nodes(const NodeWindow& window) {
  static const std::string kFrom = "SELECT " + std::string(kStoredNode) + " FROM nodes WHERE ";
  static const std::string kTaken = "total_readings > 0 ORDER BY address LIMIT ?";
  std::vector<NodeRow> found;
  const store::Result result = window.after
                                   ? snapshot_.query(kFrom + "address > ? AND " + kTaken,
                                                     {stored_address(*window.after), window.take})
                                   : snapshot_.query(kFrom + kTaken, {window.take});
  for (const store::Row row : result) found.push_back(stored_node_of(row));
  return found;
}

std::optional<NodeRow> SqliteReadingStore::node(std::uint64_t address) {
  static const std::string kSql =
      "SELECT " + std::string(kStoredNode) + " FROM nodes WHERE total_readings > 0 AND address = ?";
  const store::Result result = snapshot_.query(kSql, {stored_address(address)});
  const auto row = result.first();
  if (!row) return std::nullopt;
  return stored_node_of(*row);
}

Extent SqliteReadingStore::extent() {
  const store::Result result = snapshot_.query(
      "SELECT coalesce(sum(total_readings), 0), coalesce(min(first_seen_at), 0), "
      "coalesce(max(newest_timestamp), 0), count(*) FROM nodes WHERE total_readings > 0");
  const auto row = result.first();
  return {.rows = row->get<std::int64_t>(0),
          .first = row->get<std::int64_t>(1),
          .last = row->get<std::int64_t>(2),
          .nodes = row->get<std::int64_t>(3)};
}

std::int64_t SqliteReadingStore::count(const ReadingFilter& filter) {
  const store::Result result = snapshot_.query("SELECT count(*)" + where(filter));
  return result.first()->get<std::int64_t>(0);
}

std::vector<Reading> SqliteReadingStore::newest_first(const ReadingFilter& filter,
                                                      const RowWindow& window) {
  const store::Result result =
      snapshot_.query("SELECT " + std::string(kStoredReading) + where(filter) +
                      " ORDER BY \"timestamp\" DESC, node_address LIMIT " +
                      std::to_string(window.take) + " OFFSET " + std::to_string(window.skip));
  std::vector<Reading> readings;
  for (const store::Row row : result) readings.push_back(stored_reading_of(row));
  return readings;
}

std::vector<Reading> SqliteReadingStore::some(const ReadingFilter& filter, std::int64_t limit) {
  const store::Result result = snapshot_.query("SELECT " + std::string(kStoredReading) +
                                               where(filter) + " LIMIT " + std::to_string(limit));
  std::vector<Reading> readings;
  for (const store::Row row : result) readings.push_back(stored_reading_of(row));
  return readings;
}

NodeColumns SqliteReadingStore::columns_of(std::uint64_t address, const TimeRange& range) {
  NodeColumns columns;
  const store::Result result = snapshot_.connection().stream(
      "SELECT \"timestamp\", temperature_centidegrees, humidity_centipercent, flags" +
      where({address, range}) + " ORDER BY \"timestamp\"");
  while (result.next_chunk()) {
    const auto timestamps = result.column<std::int64_t>(0);
    const auto temperatures = result.column<std::int64_t>(1);
    const auto humidities = result.column<std::int64_t>(2);
    const auto flags = result.column<std::int64_t>(3);
    columns.timestamps.insert(columns.timestamps.end(), timestamps.begin(), timestamps.end());
    for (std::size_t i = 0; i < timestamps.size(); ++i) {
      columns.temperatures.push_back(static_cast<std::int16_t>(temperatures[i]));
      columns.humidities.push_back(static_cast<std::uint16_t>(humidities[i]));
      columns.flags.push_back(static_cast<std::uint8_t>(flags[i]));
    }
  }
  return columns;
}

std::int64_t SqliteReadingStore::edge() {
  const store::Result result = snapshot_.query("SELECT edge FROM retention");
  const auto row = result.first();
  return row ? row->get<std::int64_t>(0) : kTimestampMin;
}

std::vector<StoredRefusal> SqliteReadingStore::refused(const RefusedFilter& filter) {
  // The second alone bounds the index's part that is walked.
  constexpr std::int64_t kLastSecond = std::numeric_limits<std::int64_t>::max();
  const RefusedPlace after = filter.after.value_or(RefusedPlace{.at = kLastSecond});
  return stored_refusals_of(snapshot_.query(
      std::string(kRefusedColumns) +
          " WHERE \"at\" <= ?1 AND (\"at\" < ?1 OR id > ?2) AND reason = coalesce(?3, reason) "
          "ORDER BY \"at\" DESC, id LIMIT ?4",
      {after.at, after.id, filter.reason, filter.limit}));
}

std::vector<StoredRefusal> SqliteReadingStore::refused(const IdRange& ids, std::int64_t limit) {
  return stored_refusals_of(snapshot_.query(
      std::string(kRefusedColumns) + " WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?",
      {ids.first, ids.last, limit}));
}

ReadingStore::RefusedCount SqliteReadingStore::count_refused(
    const std::optional<std::string>& reason) {
  const store::Result result = snapshot_.query(
      "SELECT (SELECT count(*) FROM refused_rows WHERE reason = coalesce(?, reason)), "
      "(SELECT coalesce(sum(rows), 0) FROM refused_evicted)",
      {reason});
  const auto row = result.first();
  return {row->get<std::int64_t>(0), row->get<std::int64_t>(1)};
}

ReadingStore::RefusedBefore SqliteReadingStore::refused_before(std::int64_t at) {
  return sensors::refused_before(snapshot_, at);
}

}  // namespace shelduck::sensors
