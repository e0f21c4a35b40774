#include "shelduck/sensors/reading_domain.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/applier.hpp"
#include "shelduck/sensors/facts.hpp"
#include "shelduck/sensors/news.hpp"

namespace shelduck::sensors {
namespace {

using store::Fact;
using store::KnownFacts;

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
  const std::vector<Reading> news = apply(*tables, std::exchange(batch, {}));
  if (!context.is_watched()) return;
  for (const Reading& reading : news) context.announce(reading_event(reading));
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

std::map<std::uint64_t, NodeRow> nodes_about(ReadingTables& tables, std::span<const Fact> facts) {
  std::set<std::uint64_t> addresses;
  for (const Fact& fact : facts) {
    if (is_about(fact, FactKind::reading) || is_about(fact, FactKind::node)) {
      addresses.insert(ReadingKey::of(fact.id).node_address);
    }
  }
  std::map<std::uint64_t, NodeRow> nodes;
  if (addresses.empty()) return nodes;
  const std::vector<std::uint64_t> asked(addresses.begin(), addresses.end());
  for (NodeRow& node : tables.nodes(asked)) nodes.emplace(node.address, std::move(node));
  return nodes;
}

// What is newer than all of its node's readings is not there.
std::vector<ReadingKey> keys_that_may_be_stored(std::span<const Fact> facts,
                                                const std::map<std::uint64_t, NodeRow>& nodes) {
  std::vector<ReadingKey> keys;
  for (const Fact& fact : facts) {
    if (!is_about(fact, FactKind::reading)) continue;
    const ReadingKey key = ReadingKey::of(fact.id);
    const auto node = nodes.find(key.node_address);
    if (node != nodes.end() && node->second.total_readings > 0 &&
        key.timestamp <= node->second.newest.timestamp) {
      keys.push_back(key);
    }
  }
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

KnownFacts find_facts(store::Connection& connection, std::span<const Fact> facts,
                      MakeTables make_tables) {
  store::Transaction snapshot{connection};
  const std::unique_ptr<ReadingTables> tables = make_tables(snapshot);
  KnownFacts known;
  const auto nodes = nodes_about(*tables, facts);
  for (const auto& [address, node] : nodes) known[node_fact(address)] = node.label;
  const auto keys = keys_that_may_be_stored(facts, nodes);
  if (!keys.empty()) {
    for (const Reading& r : tables->find(keys)) {
      known[reading_fact(r.key())] = content_of(r.values());
    }
  }
  known[node_count_fact()] = std::to_string(tables->node_count());
  known[edge_fact()] = std::to_string(tables->edge());
  snapshot.rollback();
  return known;
}

}  // namespace

store::Domain reading_domain(MakeTables make_tables) {
  store::Domain domain{.name = "sensors"};
  domain.record_types = record_types();
  domain.apply = [make_tables](store::ApplyContext& context, std::span<const store::Frame> frames) {
    apply_frames(context, frames, make_tables);
  };
  domain.find_facts = [make_tables](store::Connection& connection, std::span<const Fact> facts) {
    return find_facts(connection, facts, make_tables);
  };
  domain.event_types = event_types();
  domain.edge = edge_rule();
  domain.digests = {{"refused_evicted", ""}};
  return domain;
}

}  // namespace shelduck::sensors
