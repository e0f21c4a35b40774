#include "shelduck/sensors/duckdb_store/domain.hpp"

#include <embedded/sensors_migrations.hpp>

#include "shelduck/sensors/duckdb_store/tables.hpp"
#include "shelduck/sensors/reading_domain.hpp"

namespace shelduck::sensors {
namespace {

using Severity = store::CheckRule::Severity;

std::vector<store::CheckRule> rules() {
  return {
      {"readings_are_unique",
       "SELECT node_address, \"timestamp\" FROM readings GROUP BY ALL HAVING count(*) > 1",
       Severity::broken},
      {"timestamps_are_legal",
       "SELECT \"timestamp\" FROM readings WHERE \"timestamp\" NOT BETWEEN 0 AND 253402300799",
       Severity::broken},
      {"node_addresses_are_unique",
       "SELECT address FROM nodes GROUP BY address HAVING count(*) > 1", Severity::broken},
      {"nodes_know_their_readings",
       "SELECT coalesce(n.address, r.node_address) FROM "
       "(SELECT * FROM nodes WHERE total_readings > 0) n FULL JOIN "
       "(SELECT node_address, count(*) c, min(\"timestamp\") f, max(\"timestamp\") l, "
       "max(received_at) a FROM readings GROUP BY node_address) r ON r.node_address = n.address "
       "WHERE (n.total_readings, n.first_seen_at, n.newest_timestamp, n.newest_received_at) "
       "IS DISTINCT FROM (r.c, r.f, r.l, r.a)",
       Severity::broken},
      {"nothing_is_older_than_the_edge",
       "SELECT \"timestamp\" FROM readings WHERE \"timestamp\" < (SELECT max(edge) FROM retention)",
       Severity::broken},
      {"refused_rows_are_unique", "SELECT id FROM refused_rows GROUP BY id HAVING count(*) > 1",
       Severity::broken},
      {"dropped_refused_rows_stay_away",
       "SELECT r.id FROM refused_rows r JOIN refused_dropped d USING (id) WHERE r.\"at\" <= "
       "d.\"at\"",
       Severity::broken},
      {"refused_rows", "SELECT reason FROM refused_rows", Severity::reported},
  };
}

}  // namespace

store::Domain duckdb_domain() {
  store::Domain domain =
      reading_domain([](store::Transaction& transaction) -> std::unique_ptr<ReadingTables> {
        return std::make_unique<DuckdbReadingTables>(transaction);
      });
  for (const auto& [name, sql] : embedded::sensors_migrations) {
    domain.migrations.push_back(store::migration(name, sql));
  }
  domain.staging_sql = kStagingSql;
  domain.rules = rules();
  return domain;
}

}  // namespace shelduck::sensors
