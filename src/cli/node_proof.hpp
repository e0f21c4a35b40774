// Whether all of a node's readings in one file stand in another one too: by their number, both sums
// and a digest, and second by second where these differ.
//
//   NodeSum sum;
//   for (const Reading& row : rows) sum.add(row.timestamp, row.values());
//   NodeProof proof{.node_address = 7, .source = sum, .copy = sum_of(columns)};
//   if (!proof.is_equal()) { proof = {.node_address = 7}; for (...) proof.compare(row, columns); }
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "shelduck/cli/answer.hpp"
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
  std::int64_t missing = 0;

  // One reading of the source, which the copy's columns are searched for.
  void compare(std::int64_t timestamp, const sensors::ReadingValues& values,
               const sensors::NodeColumns& columns);

  [[nodiscard]] bool is_equal() const;  // conflicts apart
};

[[nodiscard]] bool are_equal(const std::vector<NodeProof>& proofs);
// An array with an object for each, and the table of them.
[[nodiscard]] Document document_of(const std::vector<NodeProof>& proofs);
[[nodiscard]] Table table_of(const std::vector<NodeProof>& proofs);

}  // namespace shelduck::cli
