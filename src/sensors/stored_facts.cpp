#include "shelduck/sensors/stored_facts.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "shelduck/sensors/facts.hpp"

namespace shelduck::sensors {
namespace {

using store::Fact;

// About 1 MB.
constexpr std::size_t kRememberedMax = 10'000;

bool names_a_node(const Fact& fact) {
  return is_about(fact, FactKind::reading) || is_about(fact, FactKind::node);
}

std::uint64_t address_in(const Fact& fact) { return ReadingKey::of(fact.id).node_address; }

template <class T>
void keep_each_once(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
}

}  // namespace

store::KnownFacts StoredFacts::find(store::Connection& connection, std::span<const Fact> facts) {
  if (nodes_.size() > kRememberedMax) nodes_.clear();
  const std::vector<std::uint64_t> unknown = unknown_nodes(facts);
  if (!unknown.empty() || !totals_) look_at(connection, unknown);
  store::KnownFacts known;
  add_readings(connection, keys_that_may_be_stored(facts), known);
  for (const Fact& fact : facts) {
    if (!is_about(fact, FactKind::node)) continue;
    const Node& node = nodes_.at(address_in(fact));
    if (node.is_stored) known[fact] = node.label;
  }
  known[node_count_fact()] = std::to_string(totals_->nodes);
  known[edge_fact()] = std::to_string(totals_->edge);
  return known;
}

std::vector<std::uint64_t> StoredFacts::unknown_nodes(std::span<const Fact> facts) const {
  std::vector<std::uint64_t> unknown;
  for (const Fact& fact : facts) {
    if (names_a_node(fact) && !nodes_.contains(address_in(fact))) {
      unknown.push_back(address_in(fact));
    }
  }
  keep_each_once(unknown);
  return unknown;
}

void StoredFacts::look_at(store::Connection& connection, std::span<const std::uint64_t> addresses) {
  store::Transaction snapshot{connection, store::Transaction::Aim::reading};
  const std::unique_ptr<ReadingTables> tables = make_tables_(snapshot);
  if (!totals_) totals_ = Totals{.nodes = tables->node_count(), .edge = tables->edge()};
  std::vector<NodeRow> rows;
  if (!addresses.empty()) rows = tables->nodes(addresses);
  snapshot.rollback();
  for (const std::uint64_t address : addresses) nodes_[address] = {};
  for (NodeRow& row : rows) {
    Node& node = nodes_[row.address];
    node.is_stored = true;
    node.label = std::move(row.label);
    if (row.total_readings > 0) node.newest = row.newest.timestamp;
  }
}

// What is newer than all of its node's readings is not there.
std::vector<ReadingKey> StoredFacts::keys_that_may_be_stored(std::span<const Fact> facts) const {
  std::vector<ReadingKey> keys;
  for (const Fact& fact : facts) {
    if (!is_about(fact, FactKind::reading)) continue;
    const ReadingKey key = ReadingKey::of(fact.id);
    const Node& node = nodes_.at(key.node_address);
    if (node.newest && key.timestamp <= *node.newest) keys.push_back(key);
  }
  keep_each_once(keys);
  return keys;
}

void StoredFacts::add_readings(store::Connection& connection, std::span<const ReadingKey> keys,
                               store::KnownFacts& known) const {
  if (keys.empty()) return;
  store::Transaction snapshot{connection, store::Transaction::Aim::reading};
  const std::unique_ptr<ReadingTables> tables = make_tables_(snapshot);
  for (const Reading& r : tables->find(keys)) {
    known[reading_fact(r.key())] = content_of(r.values());
  }
  snapshot.rollback();
}

}  // namespace shelduck::sensors
