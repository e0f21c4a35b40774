#include "shelduck/sensors/duckdb_store/domain.hpp"

#include <embedded/sensors_migrations.hpp>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/applier.hpp"
#include "shelduck/sensors/duckdb_store/tables.hpp"
#include "shelduck/sensors/news.hpp"

namespace shelduck::sensors {
namespace {

using Severity = store::CheckRule::Severity;

// Applied at once: more would only take memory.
constexpr std::size_t kReadingsAtOnce = 100'000;
constexpr std::size_t kRefusedAtOnce = 10'000;

std::vector<store::RecordType> record_types() {
  const auto type = [](RecordType number, store::RecordClass record_class) {
    return store::RecordType{static_cast<std::uint16_t>(number), record_class};
  };
  return {type(RecordType::readings_taken, store::RecordClass::ordinary),
          type(RecordType::node_labelled, store::RecordClass::ordinary),
          type(RecordType::rows_refused, store::RecordClass::ordinary),
          type(RecordType::readings_pruned, store::RecordClass::reserved),
          type(RecordType::refused_dropped, store::RecordClass::reserved),
          type(RecordType::refused_rows_dropped, store::RecordClass::reserved)};
}

void lay_down(store::ApplyContext& context, RecordBatch& batch) {
  DuckdbReadingTables tables{context.transaction()};
  const std::vector<Reading> news = apply(tables, std::exchange(batch, {}));
  if (!context.is_watched()) return;
  for (const Reading& reading : news) context.announce(reading_event(reading));
}

void apply_frames(store::ApplyContext& context, std::span<const store::Frame> frames) {
  RecordBatch batch;
  for (const store::Frame& frame : frames) {
    try {
      batch.add(frame.type, frame.payload);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) throw;
      context.quarantine(frame, {.reason = error.what(), .source = "journal"});
    }
    if (batch.readings.size() >= kReadingsAtOnce || batch.refused.size() >= kRefusedAtOnce) {
      lay_down(context, batch);
    }
  }
  lay_down(context, batch);
}

store::EdgeRule edge_rule() {
  return {
      .record_type = static_cast<std::uint16_t>(ReadingsPruned::kType),
      .stored = [](store::Connection& connection) -> std::optional<std::int64_t> {
        const auto edge =
            connection.value<std::int64_t>("SELECT coalesce(max(edge), 0)::BIGINT FROM retention");
        return edge > kTimestampMin ? std::optional{edge} : std::nullopt;
      },
      .record = [](std::int64_t edge) -> store::Record {
        return {static_cast<std::uint16_t>(ReadingsPruned::kType), encode(ReadingsPruned{edge})};
      },
      .before = "readings before Unix second"};
}

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

store::Domain domain() {
  store::Domain domain{.name = "sensors"};
  for (const auto& [name, sql] : embedded::sensors_migrations) {
    domain.migrations.push_back(store::migration(name, sql));
  }
  domain.record_types = record_types();
  domain.staging_sql = kStagingSql;
  domain.apply = apply_frames;
  domain.find_facts = find_facts;
  domain.event_types = event_types();
  domain.edge = edge_rule();
  domain.rules = rules();
  domain.digests = {{"refused_evicted", ""}};
  return domain;
}

}  // namespace shelduck::sensors
