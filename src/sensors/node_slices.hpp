// NodeSlices walks the nodes that have readings, ascending by address, a bounded number at a time:
// there may be a million of them.
//
//   NodeSlices slices{store};
//   while (const auto slice = slices.next()) use(*slice);
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "shelduck/sensors/reading_store.hpp"

namespace shelduck::sensors {

class NodeSlices {
 public:
  // Borrows the store, whose snapshot they all are of.
  explicit NodeSlices(ReadingStore& store) : store_(store) {}

  [[nodiscard]] std::optional<std::vector<NodeRow>> next();

 private:
  ReadingStore& store_;
  NodeWindow window_{.take = kTaken};
  bool is_over_ = false;

  // DuckDB keeps the first so many while it looks at all; more would be sorted whole.
  static constexpr std::int64_t kTaken = 5000;
};

}  // namespace shelduck::sensors
