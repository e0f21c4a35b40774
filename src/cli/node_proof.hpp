// Whether all of a node's readings in one file stand in another one too: by their number, both sums
// and a digest, and row by row where these differ.
//
//   NodeSum sum;
//   for (const Reading& row : rows) sum.add(row.timestamp, row.values());
//   NodeProof proof{.node_address = 7, .source = sum, .copy = sum_of(columns)};
//   if (!proof.is_equal()) { proof = {.node_address = 7}; for (...) proof.add_source(...); }
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/row_standing.hpp"
#include "shelduck/sensors/reading_store.hpp"

namespace shelduck::cli {

inline constexpr int kExitOfDifference = 5;

// What stands for readings of a node, in any order.
struct NodeSum {
  std::int64_t rows = 0;
  std::int64_t temperature = 0;
  std::int64_t humidity = 0;
  std::uint64_t digest = 0;  // a hash of each, added up
  std::int64_t first = sensors::kTimestampMax;
  std::int64_t last = sensors::kTimestampMin;

  void add(std::int64_t timestamp, const sensors::ReadingValues& values);
  bool operator==(const NodeSum&) const = default;
};

using NodeSums = std::map<std::uint64_t, NodeSum>;

[[nodiscard]] NodeSum sum_of(const sensors::NodeColumns& columns);

struct NodeProof {
  std::uint64_t node_address = 0;
  NodeSum source{};
  NodeSum copy{};              // of the same seconds
  std::int64_t conflicts = 0;  // the copy says otherwise, and keeps what it said first
  std::int64_t refused = 0;    // of a time or a node that the copy does not take
  std::int64_t missing = 0;

  // A row of the file that is read, which the database is to have.
  void add_source(const StandingRow& row);
  // A row of the file that is to have all of ours, the `missing` ones; of others nothing is said.
  void add_copy(const StandingRow& row);

  [[nodiscard]] bool is_equal() const;  // conflicts and refused ones apart
};

[[nodiscard]] bool are_equal(const std::vector<NodeProof>& proofs);
// `document` with the nodes, which are the rows and the table too.
[[nodiscard]] Answer proven_answer(Document document, const std::vector<NodeProof>& proofs);

}  // namespace shelduck::cli
