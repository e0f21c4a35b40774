// What the rows say of readings and nodes that are to be judged (facts.hpp). The nodes that were
// asked about are remembered, because bodies that follow each other are mostly about the same ones
// and a look-up of them costs what judging a body does. So it serves one connection, and only while
// the rows stay as they are.
//
//   StoredFacts stored{make_tables};
//   const store::KnownFacts known = stored.find(connection, claim.judged_by);
//
// Threads: one. Failure: find() throws Error, and remembers nothing of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "shelduck/sensors/reading_domain.hpp"
#include "shelduck/sensors/records/reading.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/recording.hpp"

namespace shelduck::sensors {

class StoredFacts {
 public:
  explicit StoredFacts(MakeTables make_tables) : make_tables_(make_tables) {}

  [[nodiscard]] store::KnownFacts find(store::Connection& connection,
                                       std::span<const store::Fact> facts);

 private:
  struct Node {
    bool is_stored = false;
    std::string label{};
    std::optional<std::int64_t> newest{};  // timestamp of its readings, where it has any
  };
  struct Totals {
    std::int64_t nodes = 0;
    std::int64_t edge = 0;
  };

  [[nodiscard]] std::vector<std::uint64_t> unknown_nodes(std::span<const store::Fact> facts) const;
  void look_at(store::Connection& connection, std::span<const std::uint64_t> addresses);
  [[nodiscard]] std::vector<ReadingKey> keys_that_may_be_stored(
      std::span<const store::Fact> facts) const;
  void add_readings(store::Connection& connection, std::span<const ReadingKey> keys,
                    store::KnownFacts& known) const;

  MakeTables make_tables_;
  std::unordered_map<std::uint64_t, Node> nodes_;
  std::optional<Totals> totals_;
};

}  // namespace shelduck::sensors
