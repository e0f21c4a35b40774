#include "shelduck/cli/node_proof.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace shelduck::cli {
namespace {

// SplitMix64's finisher: each bit of the number reaches each bit of the hash.
std::uint64_t mixed(std::uint64_t number) {
  number = (number ^ number >> 30U) * 0xbf58476d1ce4e5b9U;
  number = (number ^ number >> 27U) * 0x94d049bb133111ebU;
  return number ^ number >> 31U;
}

sensors::ReadingValues values_at(const sensors::NodeColumns& columns, std::size_t row) {
  return {columns.temperatures[row], columns.humidities[row], columns.flags[row]};
}

std::string_view state_of(const NodeProof& proof) {
  if (!proof.is_equal()) return "differs";
  if (proof.conflicts > 0) return "contradicted";
  return proof.refused > 0 ? "refused" : "equal";
}

Document document_of(const NodeProof& proof) {
  return Document::object()
      .set("node_address", std::to_string(proof.node_address))
      .set("rows", proof.source.rows)
      .set("temperature_raw_sum", proof.source.temperature)
      .set("humidity_raw_sum", proof.source.humidity)
      .set("digest", std::to_string(proof.source.digest))
      .set("conflicts", proof.conflicts)
      .set("refused", proof.refused)
      .set("missing", proof.missing)
      .set("state", state_of(proof));
}

}  // namespace

void NodeSum::add(std::int64_t timestamp, const sensors::ReadingValues& values) {
  ++rows;
  temperature += values.temperature_centidegrees;
  humidity += values.humidity_centipercent;
  const std::uint64_t said =
      static_cast<std::uint64_t>(static_cast<std::uint16_t>(values.temperature_centidegrees)) |
      static_cast<std::uint64_t>(values.humidity_centipercent) << 16U |
      static_cast<std::uint64_t>(values.flags) << 32U;
  digest += mixed(mixed(static_cast<std::uint64_t>(timestamp) + 0x9e3779b97f4a7c15U) ^ said);
  first = std::min(first, timestamp);
  last = std::max(last, timestamp);
}

NodeSum sum_of(const sensors::NodeColumns& columns) {
  NodeSum sum;
  for (std::size_t row = 0; row < columns.size(); ++row) {
    sum.add(columns.timestamps[row], values_at(columns, row));
  }
  return sum;
}

void NodeProof::add_source(const StandingRow& row) {
  if (row.row.refusal) return;
  source.add(row.key.timestamp, row.row.reading.values());
  switch (row.standing) {
    case Standing::same:
      return copy.add(row.key.timestamp, row.row.reading.values());
    case Standing::other:
      ++conflicts;
      return;
    case Standing::refused:
      ++refused;
      return;
    case Standing::missing:
      ++missing;
      return;
  }
}

void NodeProof::add_copy(const StandingRow& row) {
  if (row.standing != Standing::same && row.standing != Standing::other) return;
  --missing;
  if (row.standing == Standing::other) {
    ++conflicts;
  } else {
    copy.add(row.key.timestamp, row.row.reading.values());
  }
}

bool NodeProof::is_equal() const {
  return missing == 0 && (conflicts + refused > 0 || source == copy);
}

bool are_equal(const std::vector<NodeProof>& proofs) {
  return std::ranges::all_of(proofs, &NodeProof::is_equal);
}

Answer proven_answer(Document document, const std::vector<NodeProof>& proofs) {
  Document nodes = Document::array();
  for (const NodeProof& proof : proofs) nodes.add(document_of(proof));
  document.set("nodes", std::move(nodes));
  Answer answer = list_answer(std::move(document), "nodes",
                              {"node_address", "rows", "temperature_raw_sum", "humidity_raw_sum",
                               "digest", "conflicts", "refused", "missing", "state"});
  answer.tables.push_back({.columns = {{"node_address", "node"},
                                       {"rows", "readings", Cell::count},
                                       {"temperature_raw_sum", "sum of temperature", Cell::count},
                                       {"humidity_raw_sum", "sum of humidity", Cell::count},
                                       {"digest", "digest", Cell::text, 1},
                                       {"state", "compared", Cell::status}},
                           .rows = answer.rows});
  return answer;
}

}  // namespace shelduck::cli
