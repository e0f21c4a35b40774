#include "shelduck/sensors/sqlite_store/tables.hpp"

#include <string>

#include "shelduck/sensors/sqlite_store/stored_address.hpp"
#include "shelduck/store/statement.hpp"

namespace shelduck::sensors {
namespace {

// About.
std::int64_t stored_bytes(const RefusedRow& row) {
  constexpr std::size_t kBesideTexts = 64;
  return static_cast<std::int64_t>(kBesideTexts + row.source.size() + row.field.size() +
                                   row.reason.size() + row.text.size());
}

std::optional<std::int64_t> stored_or_none(const std::optional<std::uint64_t>& address) {
  return address ? std::optional{stored_address(*address)} : std::nullopt;
}

}  // namespace

Reading stored_reading_of(const store::Row& row) {
  return {.node_address = address_of_stored(row.get<std::int64_t>(0)),
          .timestamp = row.get<std::int64_t>(1),
          .temperature_centidegrees = static_cast<std::int16_t>(row.get<std::int64_t>(2)),
          .humidity_centipercent = static_cast<std::uint16_t>(row.get<std::int64_t>(3)),
          .flags = static_cast<std::uint8_t>(row.get<std::int64_t>(4)),
          .received_at = row.get<std::int64_t>(5)};
}

NodeRow stored_node_of(const store::Row& row) {
  NodeRow node{.address = address_of_stored(row.get<std::int64_t>(0)),
               .label = row.get<std::string>(1),
               .total_readings = row.get<std::int64_t>(2),
               .first_seen_at = row.get<std::int64_t>(3),
               .newest_received_at = row.get<std::int64_t>(4)};
  if (node.total_readings == 0) return node;
  node.newest = {.node_address = node.address,
                 .timestamp = row.get<std::int64_t>(5),
                 .temperature_centidegrees = static_cast<std::int16_t>(row.get<std::int64_t>(6)),
                 .humidity_centipercent = static_cast<std::uint16_t>(row.get<std::int64_t>(7)),
                 .flags = static_cast<std::uint8_t>(row.get<std::int64_t>(8)),
                 .received_at = row.get<std::int64_t>(9)};
  return node;
}

SqliteReadingTables::Retention SqliteReadingTables::retention() {
  const store::Result result = transaction_.query("SELECT edge, refused_before FROM retention");
  const auto row = result.first();
  if (!row) return {};
  return {row->get<std::int64_t>(0), row->get<std::int64_t>(1)};
}

void SqliteReadingTables::set_retention(const Retention& retention) {
  transaction_.execute("DELETE FROM retention");
  transaction_.execute("INSERT INTO retention VALUES (?, ?)",
                       {retention.edge, retention.refused_before});
}

std::int64_t SqliteReadingTables::edge() { return retention().edge; }

std::int64_t SqliteReadingTables::node_count() {
  return transaction_.query("SELECT count(*) FROM nodes").first()->get<std::int64_t>(0);
}

std::vector<std::uint64_t> SqliteReadingTables::prune(std::int64_t edge) {
  Retention kept = retention();
  kept.edge = edge;
  set_retention(kept);
  std::vector<std::uint64_t> touched;
  for (const store::Row row : transaction_.query(
           "SELECT address FROM nodes WHERE total_readings > 0 AND first_seen_at < ?", {edge})) {
    touched.push_back(address_of_stored(row.get<std::int64_t>(0)));
  }
  if (!touched.empty()) {
    transaction_.execute("DELETE FROM readings WHERE \"timestamp\" < ?", {edge});
  }
  return touched;
}

std::vector<NodeRow> SqliteReadingTables::nodes(std::span<const std::uint64_t> addresses) {
  store::Statement look{transaction_.connection(),
                        "SELECT " + std::string(kStoredNode) + " FROM nodes WHERE address = ?"};
  std::vector<NodeRow> found;
  for (const std::uint64_t address : addresses) {
    const store::Result result = look.query({stored_address(address)});
    if (const auto row = result.first()) found.push_back(stored_node_of(*row));
  }
  return found;
}

std::vector<NodeRow> SqliteReadingTables::recount(std::span<const std::uint64_t> addresses) {
  store::Statement count{transaction_.connection(),
                         "SELECT count(*), coalesce(min(\"timestamp\"), 0), "
                         "coalesce(max(received_at), 0) FROM readings WHERE node_address = ?"};
  store::Statement last{transaction_.connection(),
                        "SELECT " + std::string(kStoredReading) +
                            " FROM readings WHERE node_address = ? ORDER BY \"timestamp\" DESC "
                            "LIMIT 1"};
  std::vector<NodeRow> counted;
  for (const std::uint64_t address : addresses) {
    const store::Result newest = last.query({stored_address(address)});
    const auto reading = newest.first();
    if (!reading) continue;
    const store::Result all = count.query({stored_address(address)});
    const auto row = all.first();
    counted.push_back({.address = address,
                       .label = {},
                       .total_readings = row->get<std::int64_t>(0),
                       .first_seen_at = row->get<std::int64_t>(1),
                       .newest_received_at = row->get<std::int64_t>(2),
                       .newest = stored_reading_of(*reading)});
  }
  return counted;
}

void SqliteReadingTables::save(std::span<const NodeRow> nodes) {
  store::Statement clear{transaction_.connection(), "DELETE FROM nodes WHERE address = ?"};
  store::Statement put{transaction_.connection(), "INSERT OR REPLACE INTO nodes (" +
                                                      std::string(kStoredNode) +
                                                      ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  for (const NodeRow& node : nodes) {
    const std::int64_t address = stored_address(node.address);
    if (node.total_readings == 0 && node.label.empty()) {
      clear.execute({address});
      continue;
    }
    const Reading& r = node.newest;
    put.execute({address, node.label, node.total_readings, node.first_seen_at,
                 node.newest_received_at, r.timestamp, r.temperature_centidegrees,
                 r.humidity_centipercent, r.flags, r.received_at});
  }
}

std::vector<Reading> SqliteReadingTables::find(std::span<const ReadingKey> keys) {
  store::Statement look{transaction_.connection(),
                        "SELECT " + std::string(kStoredReading) +
                            " FROM readings WHERE node_address = ? AND \"timestamp\" = ?"};
  std::vector<Reading> found;
  for (const ReadingKey& key : keys) {
    const store::Result result = look.query({stored_address(key.node_address), key.timestamp});
    if (const auto row = result.first()) found.push_back(stored_reading_of(*row));
  }
  return found;
}

void SqliteReadingTables::remove(std::span<const ReadingKey> keys) {
  store::Statement drop{transaction_.connection(),
                        "DELETE FROM readings WHERE node_address = ? AND \"timestamp\" = ?"};
  for (const ReadingKey& key : keys) {
    drop.execute({stored_address(key.node_address), key.timestamp});
  }
}

void SqliteReadingTables::append(std::span<const Reading> readings) {
  store::Statement put{
      transaction_.connection(),
      "INSERT INTO readings (" + std::string(kStoredReading) + ") VALUES (?, ?, ?, ?, ?, ?)"};
  for (const Reading& r : readings) {
    put.execute({stored_address(r.node_address), r.timestamp, r.temperature_centidegrees,
                 r.humidity_centipercent, r.flags, r.received_at});
  }
}

void SqliteReadingTables::keep_refused(std::span<const RefusedRow> rows) {
  const std::int64_t before = retention().refused_before;
  store::Statement keep{
      transaction_.connection(),
      "INSERT INTO refused_rows (id, \"at\", source, field, reason, node_address, \"timestamp\", "
      "\"text\", bytes) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE NOT EXISTS "
      "(SELECT 1 FROM refused_dropped d WHERE d.id = ?1 AND d.\"at\" >= ?2) "
      "ON CONFLICT (id) DO UPDATE SET \"at\" = excluded.\"at\" WHERE excluded.\"at\" > "
      "refused_rows.\"at\""};
  for (const RefusedRow& row : rows) {
    if (row.at < before && !row.is_met_at_applying()) continue;
    keep.execute({row.id(), row.at, row.source, row.field, row.reason,
                  stored_or_none(row.node_address), row.timestamp, row.text, stored_bytes(row)});
  }
  evict_refused();
}

void SqliteReadingTables::evict_refused() {
  const store::Result result =
      transaction_.query("SELECT count(*), coalesce(sum(bytes), 0) FROM refused_rows");
  const auto row = result.first();
  if (row->get<std::int64_t>(0) <= kRefusedRowsMax &&
      row->get<std::int64_t>(1) <= kRefusedBytesMax) {
    return;
  }
  const std::int64_t evicted = transaction_.execute(
      "DELETE FROM refused_rows WHERE id IN (SELECT id FROM (SELECT id, "
      "row_number() OVER newest AS place, sum(bytes) OVER newest AS held FROM refused_rows "
      "WINDOW newest AS (ORDER BY \"at\" DESC, id DESC ROWS UNBOUNDED PRECEDING)) "
      "WHERE place > ? OR held > ?)",
      {kRefusedRowsMax, kRefusedBytesMax});
  if (transaction_.execute("UPDATE refused_evicted SET rows = rows + ?", {evicted}) == 0) {
    transaction_.execute("INSERT INTO refused_evicted VALUES (?)", {evicted});
  }
}

void SqliteReadingTables::drop_refused(std::int64_t before) {
  Retention kept = retention();
  if (before <= kept.refused_before) return;
  kept.refused_before = before;
  set_retention(kept);
  transaction_.execute("DELETE FROM refused_rows WHERE \"at\" < ? AND source <> ?",
                       {before, kMetAtApplying});
  transaction_.execute("DELETE FROM refused_dropped WHERE \"at\" < ?", {before});
}

void SqliteReadingTables::drop_refused(std::span<const RefusedRowsDropped::Row> rows) {
  const std::int64_t before = retention().refused_before;
  store::Statement note{transaction_.connection(),
                        "INSERT INTO refused_dropped (id, \"at\") VALUES (?, ?) "
                        "ON CONFLICT (id) DO UPDATE SET \"at\" = excluded.\"at\" WHERE "
                        "excluded.\"at\" > refused_dropped.\"at\""};
  store::Statement drop{transaction_.connection(),
                        "DELETE FROM refused_rows WHERE id = ? AND \"at\" <= ?"};
  for (const RefusedRowsDropped::Row& row : rows) {
    if (row.at < before) continue;  // gone already
    note.execute({row.id, row.at});
    drop.execute({row.id, row.at});
  }
}

void SqliteReadingTables::drop_conflicts_before(std::int64_t edge) {
  transaction_.execute("DELETE FROM refused_rows WHERE reason = ? AND \"timestamp\" < ?",
                       {kOtherReadingStays, edge});
}

}  // namespace shelduck::sensors
