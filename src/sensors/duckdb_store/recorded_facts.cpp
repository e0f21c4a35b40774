#include <algorithm>
#include <map>
#include <set>

#include "shelduck/sensors/duckdb_store/domain.hpp"
#include "shelduck/sensors/duckdb_store/tables.hpp"
#include "shelduck/sensors/facts.hpp"

namespace shelduck::sensors {
namespace {

using store::Fact;
using store::KnownFacts;

std::map<std::uint64_t, NodeRow> nodes_about(DuckdbReadingTables& tables,
                                             std::span<const Fact> facts) {
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

}  // namespace

KnownFacts find_facts(store::Connection& connection, std::span<const Fact> facts) {
  store::Transaction snapshot{connection};
  DuckdbReadingTables tables{snapshot};
  KnownFacts known;
  const auto nodes = nodes_about(tables, facts);
  for (const auto& [address, node] : nodes) known[node_fact(address)] = node.label;
  const auto keys = keys_that_may_be_stored(facts, nodes);
  if (!keys.empty()) {
    for (const Reading& r : tables.find(keys)) {
      known[reading_fact(r.key())] = content_of(r.values());
    }
  }
  known[node_count_fact()] = std::to_string(tables.node_count());
  known[edge_fact()] = std::to_string(tables.edge());
  snapshot.rollback();
  return known;
}

}  // namespace shelduck::sensors
