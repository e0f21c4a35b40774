#include "shelduck/cli/row_standing.hpp"

#include <optional>
#include <string>
#include <vector>

#include "shelduck/sensors/facts.hpp"

namespace shelduck::cli {
namespace {

using sensors::IncomingRow;
using sensors::ReadingKey;

std::optional<ReadingKey> key_of(const IncomingRow& row) {
  if (!row.refusal) return row.reading.key();
  if (!row.refusal->node_address || !row.refusal->timestamp) return std::nullopt;
  return ReadingKey{*row.refusal->node_address, *row.refusal->timestamp};
}

// A row that is not stored, as whoever judged it saw it.
Standing standing_outside(const ReadingKey& key, const store::KnownFacts& known) {
  const std::int64_t edge = sensors::number_of(known, sensors::edge_fact(), sensors::kTimestampMin);
  if (key.timestamp < edge) return Standing::refused;
  const std::string* label = known.find(sensors::node_fact(key.node_address));
  if (label != nullptr) return label->empty() ? Standing::missing : Standing::refused;
  const std::int64_t nodes = sensors::number_of(known, sensors::node_count_fact(), 0);
  return nodes < sensors::Receipt{}.nodes_max ? Standing::missing : Standing::refused;
}

Standing standing_of(const IncomingRow& row, const ReadingKey& key,
                     const store::KnownFacts& known) {
  const std::string* stored = known.find(sensors::reading_fact(key));
  if (stored == nullptr) return standing_outside(key, known);
  const bool is_same = !row.refusal && *stored == content_of(row.reading.values());
  return is_same ? Standing::same : Standing::other;
}

std::vector<store::Fact> facts_of(const std::vector<IncomingRow>& piece,
                                  const std::set<std::uint64_t>& nodes) {
  std::vector<store::Fact> facts;
  std::set<std::uint64_t> asked;
  for (const IncomingRow& row : piece) {
    const auto key = key_of(row);
    if (!key || !nodes.contains(key->node_address)) continue;
    facts.push_back(sensors::reading_fact(*key));
    if (asked.insert(key->node_address).second) {
      facts.push_back(sensors::node_fact(key->node_address));
    }
  }
  if (facts.empty()) return facts;
  facts.push_back(sensors::node_count_fact());
  facts.push_back(sensors::edge_fact());
  return facts;
}

}  // namespace

void look_up_rows(const RowsToLookUp& rows, const std::set<std::uint64_t>& nodes,
                  const std::function<void(const StandingRow&)>& use) {
  const store::FindFacts find = rows.domain.facts_finder();
  for (auto piece = rows.file.next(kRowsAtOnce); !piece.empty();
       piece = rows.file.next(kRowsAtOnce)) {
    rows.cancel.check();
    const std::vector<store::Fact> facts = facts_of(piece, nodes);
    if (facts.empty()) continue;
    const store::KnownFacts known = find(rows.connection, facts);
    for (const IncomingRow& row : piece) {
      const auto key = key_of(row);
      if (!key || !nodes.contains(key->node_address)) continue;
      use({row, *key, standing_of(row, *key, known)});
    }
  }
}

}  // namespace shelduck::cli
