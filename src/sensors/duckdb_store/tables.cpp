#include "shelduck/sensors/duckdb_store/tables.hpp"

#include <algorithm>
#include <map>

#include "shelduck/sensors/duckdb_store/key_clusters.hpp"
#include "shelduck/sensors/duckdb_store/parquet_export.hpp"
#include "shelduck/store/appender.hpp"

namespace shelduck::sensors {
namespace {

constexpr std::size_t kListedAddressesMax = 100;

std::string texts_of(std::span<const std::uint64_t> addresses, const char* between = " ") {
  std::string text;
  for (const std::uint64_t address : addresses) {
    text += (text.empty() ? "" : between) + std::to_string(address);
  }
  return text;
}

// The wanted ones travel as one text: a look-up stages nothing.
constexpr std::string_view kWantedAddresses =
    "(SELECT unnest(string_split($1, ' '))::UBIGINT AS address)";
constexpr std::string_view kWantedKeys =
    "(SELECT unnest(string_split($1, ' '))::UBIGINT AS node_address, "
    "unnest(string_split($2, ' '))::BIGINT AS \"timestamp\")";

constexpr std::string_view kWantedRefused =
    "(SELECT unnest(string_split($1, ' '))::UUID AS id, "
    "unnest(string_split($2, ' '))::BIGINT AS \"at\")";

// What a refused row takes, about.
constexpr std::string_view kRefusedBytes =
    "(64 + strlen(source) + strlen(field) + strlen(reason) + strlen(\"text\"))";

}  // namespace

Reading reading_of(const store::Row& row) {
  return {.node_address = row.get<std::uint64_t>(0),
          .timestamp = row.get<std::int64_t>(1),
          .temperature_centidegrees = static_cast<std::int16_t>(row.get<std::int64_t>(2)),
          .humidity_centipercent = static_cast<std::uint16_t>(row.get<std::int64_t>(3)),
          .flags = static_cast<std::uint8_t>(row.get<std::int64_t>(4)),
          .received_at = row.get<std::int64_t>(5)};
}

NodeRow node_of(const store::Row& row) {
  NodeRow node{.address = row.get<std::uint64_t>(0),
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

DuckdbReadingTables::Retention DuckdbReadingTables::retention() {
  const store::Result result = transaction_.query("SELECT edge, refused_before FROM retention");
  const auto row = result.first();
  if (!row) return {};
  return {row->get<std::int64_t>(0), row->get<std::int64_t>(1)};
}

void DuckdbReadingTables::set_retention(const Retention& retention) {
  transaction_.execute("DELETE FROM retention");
  transaction_.execute("INSERT INTO retention VALUES (?, ?)",
                       {retention.edge, retention.refused_before});
}

std::int64_t DuckdbReadingTables::edge() { return retention().edge; }

std::int64_t DuckdbReadingTables::node_count() {
  return transaction_.query("SELECT count(*) FROM nodes").first()->get<std::int64_t>(0);
}

std::vector<std::uint64_t> DuckdbReadingTables::prune(std::int64_t edge) {
  Retention kept = retention();
  kept.edge = edge;
  set_retention(kept);
  std::vector<std::uint64_t> touched;
  for (const store::Row row : transaction_.query(
           "SELECT address FROM nodes WHERE total_readings > 0 AND first_seen_at < ?", {edge})) {
    touched.push_back(row.get<std::uint64_t>(0));
  }
  if (!touched.empty()) {
    transaction_.execute("DELETE FROM readings WHERE \"timestamp\" < ?", {edge});
  }
  return touched;
}

std::vector<NodeRow> DuckdbReadingTables::nodes(std::span<const std::uint64_t> addresses) {
  static const std::string kSelect = "SELECT " + std::string(kNodeColumns) + " FROM nodes n ";
  static const std::string kJoined =
      kSelect + "SEMI JOIN " + std::string(kWantedAddresses) + " w USING (address)";
  std::vector<NodeRow> found;
  const auto take = [&](const store::Result& result) {
    for (const store::Row row : result) found.push_back(node_of(row));
  };
  // A few stand in the text itself: a plan with parameters is bound again where it is executed.
  if (addresses.size() <= kListedAddressesMax) {
    take(transaction_.query(kSelect + "WHERE address IN (" + texts_of(addresses, ", ") + ")"));
  } else {
    take(transaction_.query(kJoined, {texts_of(addresses)}));
  }
  return found;
}

std::vector<NodeRow> DuckdbReadingTables::recount(std::span<const std::uint64_t> addresses) {
  static const std::string kSql =
      "SELECT node_address, '', count(*), min(\"timestamp\"), max(received_at), "
      "max(\"timestamp\"), arg_max(temperature_centidegrees, \"timestamp\"), "
      "arg_max(humidity_centipercent, \"timestamp\"), arg_max(flags, \"timestamp\"), "
      "arg_max(received_at, \"timestamp\") FROM readings r SEMI JOIN " +
      std::string(kWantedAddresses) + " w ON w.address = r.node_address GROUP BY node_address";
  std::vector<NodeRow> counted;
  for (const store::Row row : transaction_.query(kSql, {texts_of(addresses)})) {
    counted.push_back(node_of(row));
  }
  return counted;
}

void DuckdbReadingTables::save(std::span<const NodeRow> nodes) {
  std::vector<std::uint64_t> addresses;
  for (const NodeRow& node : nodes) addresses.push_back(node.address);
  static const std::string kSql =
      "DELETE FROM nodes WHERE address IN " + std::string(kWantedAddresses);
  transaction_.execute(kSql, {texts_of(addresses)});
  store::Appender appender{transaction_, "nodes"};
  for (const NodeRow& node : nodes) {
    if (node.total_readings == 0 && node.label.empty()) continue;
    const Reading& r = node.newest;
    appender.row({node.address, node.label, node.total_readings, node.first_seen_at,
                  node.newest_received_at, r.timestamp, r.temperature_centidegrees,
                  r.humidity_centipercent, r.flags, r.received_at});
  }
  appender.close();
}

std::vector<Reading> DuckdbReadingTables::find(std::span<const ReadingKey> keys) {
  static const std::string kSql =
      "SELECT r.* FROM readings r SEMI JOIN " + std::string(kWantedKeys) +
      " w USING (node_address, \"timestamp\") WHERE r.\"timestamp\" BETWEEN $3 AND $4";
  std::vector<Reading> found;
  for (const KeyCluster& cluster : clusters_of(keys)) {
    for (const store::Row row : transaction_.query(
             kSql, {cluster.addresses, cluster.timestamps, cluster.first, cluster.last})) {
      found.push_back(reading_of(row));
    }
  }
  return found;
}

void DuckdbReadingTables::remove(std::span<const ReadingKey> keys) {
  static const std::string kSql =
      "DELETE FROM readings WHERE \"timestamp\" BETWEEN $3 AND $4 "
      "AND (node_address, \"timestamp\") IN " +
      std::string(kWantedKeys);
  for (const KeyCluster& cluster : clusters_of(keys)) {
    transaction_.execute(kSql,
                         {cluster.addresses, cluster.timestamps, cluster.first, cluster.last});
  }
}

void DuckdbReadingTables::append(std::span<const Reading> readings) {
  append_readings(transaction_, readings);
}

void DuckdbReadingTables::keep_refused(std::span<const RefusedRow> rows) {
  const std::int64_t before = retention().refused_before;
  std::map<Uuid, const RefusedRow*> by_id;
  for (const RefusedRow& row : rows) {
    if (row.at < before && !row.is_met_at_applying()) continue;
    const auto [kept, is_new] = by_id.emplace(row.id(), &row);
    if (!is_new && kept->second->at < row.at) kept->second = &row;
  }
  if (by_id.empty()) return;
  transaction_.execute("DELETE FROM staged_refused");
  store::Appender appender{transaction_, "staged_refused"};
  for (const auto& [id, row] : by_id) {
    appender.row({id, row->at, row->source, row->field, row->reason, row->node_address,
                  row->timestamp, row->text});
  }
  appender.close();
  transaction_.execute(
      "DELETE FROM staged_refused s USING refused_dropped d WHERE d.id = s.id AND s.\"at\" <= "
      "d.\"at\"");
  transaction_.execute(
      "DELETE FROM refused_rows r USING staged_refused s WHERE s.id = r.id AND s.\"at\" > "
      "r.\"at\"");
  transaction_.execute(
      "INSERT INTO refused_rows SELECT * FROM staged_refused WHERE id NOT IN (SELECT id FROM "
      "refused_rows)");
  evict_refused();
}

void DuckdbReadingTables::evict_refused() {
  const store::Result result =
      transaction_.query("SELECT count(*), coalesce(sum(" + std::string(kRefusedBytes) +
                         "), 0)::BIGINT FROM refused_rows");
  const auto row = result.first();
  if (row->get<std::int64_t>(0) <= kRefusedRowsMax &&
      row->get<std::int64_t>(1) <= kRefusedBytesMax) {
    return;
  }
  const std::int64_t evicted = transaction_.execute(
      "DELETE FROM refused_rows WHERE id IN (SELECT id FROM (SELECT id, "
      "row_number() OVER newest AS place, sum(" +
          std::string(kRefusedBytes) +
          ") OVER newest AS bytes FROM refused_rows "
          "WINDOW newest AS (ORDER BY \"at\" DESC, id DESC ROWS UNBOUNDED PRECEDING)) "
          "WHERE place > ? OR bytes > ?)",
      {kRefusedRowsMax, kRefusedBytesMax});
  if (transaction_.execute("UPDATE refused_evicted SET rows = rows + ?", {evicted}) == 0) {
    transaction_.execute("INSERT INTO refused_evicted VALUES (?)", {evicted});
  }
}

void DuckdbReadingTables::drop_refused(std::int64_t before) {
  Retention kept = retention();
  if (before <= kept.refused_before) return;
  kept.refused_before = before;
  set_retention(kept);
  transaction_.execute("DELETE FROM refused_rows WHERE \"at\" < ? AND source <> ?",
                       {before, kMetAtApplying});
  transaction_.execute("DELETE FROM refused_dropped WHERE \"at\" < ?", {before});
}

void DuckdbReadingTables::drop_refused(std::span<const RefusedRowsDropped::Row> rows) {
  const std::int64_t before = retention().refused_before;
  std::map<Uuid, std::int64_t> latest;
  for (const RefusedRowsDropped::Row& row : rows) {
    if (row.at < before) continue;  // gone already
    std::int64_t& at = latest.try_emplace(row.id, row.at).first->second;
    at = std::max(at, row.at);
  }
  if (latest.empty()) return;
  std::string ids;
  std::string moments;
  for (const auto& [id, at] : latest) {
    ids += (ids.empty() ? "" : " ") + to_string(id);
    moments += (moments.empty() ? "" : " ") + std::to_string(at);
  }
  const std::string wanted(kWantedRefused);
  transaction_.execute("DELETE FROM refused_dropped d USING " + wanted +
                           " w WHERE w.id = d.id AND d.\"at\" < w.\"at\"",
                       {ids, moments});
  transaction_.execute("INSERT INTO refused_dropped SELECT * FROM " + wanted +
                           " w WHERE w.id NOT IN (SELECT id FROM refused_dropped)",
                       {ids, moments});
  transaction_.execute("DELETE FROM refused_rows r USING " + wanted +
                           " w WHERE w.id = r.id AND r.\"at\" <= w.\"at\"",
                       {ids, moments});
}

void DuckdbReadingTables::drop_conflicts_before(std::int64_t edge) {
  transaction_.execute("DELETE FROM refused_rows WHERE reason = ? AND \"timestamp\" < ?",
                       {kOtherReadingStays, edge});
}

}  // namespace shelduck::sensors
