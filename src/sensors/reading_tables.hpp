// ReadingTables is what a backend does for the applier, within the transaction of a batch. It
// decides nothing: what becomes of a record is decided in applier.cpp, the same for every backend.
//
// Threads: one. Failure: members throw Error; the batch is given up then.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shelduck/sensors/records/reading.hpp"
#include "shelduck/sensors/records/record.hpp"

namespace shelduck::sensors {

// All that a list of nodes says follows from a node's readings, and is kept beside them.
struct NodeRow {
  std::uint64_t address = 0;
  std::string label;                    // empty: the node is known by its number
  std::int64_t total_readings = 0;      // zero: all below says nothing
  std::int64_t first_seen_at = 0;       // least timestamp
  std::int64_t newest_received_at = 0;  // of any of its readings
  Reading newest{};                     // of the greatest timestamp

  bool operator==(const NodeRow&) const = default;
};

class ReadingTables {
 public:
  ReadingTables() = default;
  ReadingTables(const ReadingTables&) = delete;
  ReadingTables& operator=(const ReadingTables&) = delete;
  virtual ~ReadingTables() = default;

  [[nodiscard]] virtual std::int64_t edge() = 0;
  // With or without readings.
  [[nodiscard]] virtual std::int64_t node_count() = 0;
  // Stores it, and removes every reading before it. Returns the nodes that had some.
  [[nodiscard]] virtual std::vector<std::uint64_t> prune(std::int64_t edge) = 0;

  // Those of these addresses that are there, in any order.
  [[nodiscard]] virtual std::vector<NodeRow> nodes(std::span<const std::uint64_t> addresses) = 0;
  // Counted from the readings; a node without any is left out.
  [[nodiscard]] virtual std::vector<NodeRow> recount(std::span<const std::uint64_t> addresses) = 0;
  // In place of those with the same addresses; one without readings and label is removed.
  virtual void save(std::span<const NodeRow> nodes) = 0;

  // Readings with one of these keys, in any order. The keys are sorted, each once.
  [[nodiscard]] virtual std::vector<Reading> find(std::span<const ReadingKey> keys) = 0;
  virtual void remove(std::span<const ReadingKey> keys) = 0;
  virtual void append(std::span<const Reading> readings) = 0;

  // Each once, by id. Of equal ids the later `at` stays; beyond the caps the oldest go.
  virtual void keep_refused(std::span<const RefusedRow> rows) = 0;
  // Those before the instant are gone, and refused from now on.
  virtual void drop_refused(std::int64_t before) = 0;
  // These are gone, and refused from now on where they came at the same moment or before.
  virtual void drop_refused(std::span<const RefusedRowsDropped::Row> rows) = 0;
  // Conflicts of readings that a prune takes are none any more.
  virtual void drop_conflicts_before(std::int64_t edge) = 0;
};

// How many refused rows are kept: the newest ones, by `at` and then id.
inline constexpr std::int64_t kRefusedRowsMax = 100'000;
inline constexpr std::int64_t kRefusedBytesMax = 64'000'000;

// Why one of two readings of one key that met at applying stands among the refused rows.
inline constexpr std::string_view kOtherReadingStays =
    "another reading of this node and second says otherwise and is kept";

}  // namespace shelduck::sensors
