#include "shelduck/sensors/sqlite_store/domain.hpp"

#include <algorithm>
#include <embedded/sqlite_sensors_migrations.hpp>
#include <memory>

#include "shelduck/sensors/reading_domain.hpp"
#include "shelduck/sensors/sqlite_store/tables.hpp"

namespace shelduck::sensors {
namespace {

// An address as people know it, of one as it is stored: its first bit is turned over again, by what
// both have less what they share.
std::string shown_address(const std::string& stored) {
  return "printf('%u', (" + stored + " | (1 << 63)) - (" + stored + " & (1 << 63)))";
}

std::vector<store::CheckRule> sqlite_rules() {
  using Severity = store::CheckRule::Severity;
  return {
      {"sqlite_file_is_whole",
       "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
       Severity::broken},
      {"readings_are_unique",
       "SELECT " + shown_address("node_address") +
           ", \"timestamp\" FROM readings GROUP BY node_address, \"timestamp\" HAVING count(*) > 1",
       Severity::broken},
      {"timestamps_are_legal",
       "SELECT \"timestamp\" FROM readings WHERE \"timestamp\" NOT BETWEEN 0 AND 253402300799",
       Severity::broken},
      {"values_are_legal",
       "SELECT " + shown_address("node_address") +
           " FROM readings WHERE temperature_centidegrees NOT BETWEEN -32768 AND 32767 OR "
           "humidity_centipercent NOT BETWEEN 0 AND 65535 OR flags NOT BETWEEN 0 AND 255",
       Severity::broken},
      {"nodes_know_their_readings",
       "SELECT " + shown_address("coalesce(n.address, r.node_address)") +
           " FROM (SELECT * FROM nodes WHERE total_readings > 0) n FULL JOIN "
           "(SELECT node_address, count(*) c, min(\"timestamp\") f, max(\"timestamp\") l, "
           "max(received_at) a FROM readings GROUP BY node_address) r "
           "ON r.node_address = n.address "
           "WHERE (n.total_readings, n.first_seen_at, n.newest_timestamp, n.newest_received_at) "
           "IS NOT (r.c, r.f, r.l, r.a)",
       Severity::broken},
      {"nothing_is_older_than_the_edge",
       "SELECT \"timestamp\" FROM readings WHERE \"timestamp\" < (SELECT max(edge) FROM retention)",
       Severity::broken},
      {"refused_rows", "SELECT reason FROM refused_rows", Severity::reported},
  };
}

// The older program's.
std::string hint_for(std::span<const std::string> tables) {
  if (std::ranges::find(tables, "sensor_readings") == tables.end()) return {};
  return "bring its readings over with: shelduck sensors migrate --from FILE --to NEW_FILE";
}

}  // namespace

store::Domain sqlite_domain() {
  store::Domain domain =
      reading_domain([](store::Transaction& transaction) -> std::unique_ptr<ReadingTables> {
        return std::make_unique<SqliteReadingTables>(transaction);
      });
  domain.backend = store::Backend::sqlite;
  for (const auto& [name, sql] : embedded::sqlite_sensors_migrations) {
    domain.migrations.push_back(store::migration(name, sql));
  }
  domain.hint_for_foreign = hint_for;
  domain.rules = sqlite_rules();
  return domain;
}

}  // namespace shelduck::sensors
