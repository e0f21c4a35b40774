#include "shelduck/sensors/reading_domain.hpp"

#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/applier.hpp"
#include "shelduck/sensors/news.hpp"
#include "shelduck/sensors/stored_facts.hpp"

namespace shelduck::sensors {
namespace {

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

store::EdgeRule edge_rule() {
  return {.record_type = static_cast<std::uint16_t>(ReadingsPruned::kType),
          .stored = [](store::Connection& connection) -> std::optional<std::int64_t> {
            const auto edge = connection.value<std::int64_t>(
                "SELECT CAST(coalesce(max(edge), 0) AS BIGINT) FROM retention");
            return edge > kTimestampMin ? std::optional{edge} : std::nullopt;
          },
          .record = [](std::int64_t edge) -> store::Record {
            return {static_cast<std::uint16_t>(ReadingsPruned::kType),
                    encode(ReadingsPruned{edge})};
          },
          .before = "readings before Unix second"};
}

void lay_down(store::ApplyContext& context, RecordBatch& batch, MakeTables make_tables) {
  const std::unique_ptr<ReadingTables> tables = make_tables(context.transaction());
  std::vector<Reading> news = apply(*tables, std::exchange(batch, {}));
  context.count_stored(news.size());
  if (context.is_watched()) context.announce(reading_events(std::move(news)));
}

void apply_frames(store::ApplyContext& context, std::span<const store::Frame> frames,
                  MakeTables make_tables) {
  RecordBatch batch;
  for (const store::Frame& frame : frames) {
    try {
      batch.add(frame.type, frame.payload);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) throw;
      context.quarantine(frame, {.reason = error.what(), .source = "journal"});
    }
    if (batch.readings.size() >= kReadingsAtOnce || batch.refused.size() >= kRefusedAtOnce) {
      lay_down(context, batch, make_tables);
    }
  }
  lay_down(context, batch, make_tables);
}

}  // namespace

store::Domain reading_domain(MakeTables make_tables) {
  store::Domain domain{.name = "sensors"};
  domain.record_types = record_types();
  domain.apply = [make_tables](store::ApplyContext& context, std::span<const store::Frame> frames) {
    apply_frames(context, frames, make_tables);
  };
  domain.facts_finder = [make_tables]() -> store::FindFacts {
    return [stored = StoredFacts{make_tables}](store::Connection& connection,
                                               std::span<const store::Fact> facts) mutable {
      return stored.find(connection, facts);
    };
  };
  domain.event_types = event_types();
  domain.edge = edge_rule();
  domain.digests = {{"refused_evicted", ""}};
  return domain;
}

}  // namespace shelduck::sensors
