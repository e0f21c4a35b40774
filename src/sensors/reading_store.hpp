// ReadingStore is what a backend answers: rows in order, and nothing that is computed from them.
// Averages, percentiles, days and gaps are computed once, in this folder, so that every backend
// answers byte for byte alike.
//
//   DuckdbReadingStore store{connection};          // one snapshot until it dies
//   const ReadingsPage page = ask(store, {.limit = 100});
//
// Threads: one, that of the connection. Failure: members throw Error.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "shelduck/core/uuid.hpp"
#include "shelduck/sensors/reading_tables.hpp"
#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::sensors {

// Unix seconds; both ends belong to it.
struct TimeRange {
  std::optional<std::int64_t> start{};
  std::optional<std::int64_t> end{};

  [[nodiscard]] std::int64_t first() const { return start.value_or(kTimestampMin); }
  [[nodiscard]] std::int64_t last() const { return end.value_or(kTimestampMax); }
  [[nodiscard]] bool is_open() const { return !start && !end; }
};

struct ReadingFilter {
  std::optional<std::uint64_t> node_address{};
  TimeRange range{};
};

// Readings of one node, a column each, ascending by timestamp.
struct NodeColumns {
  std::vector<std::int64_t> timestamps{};
  std::vector<std::int16_t> temperatures{};
  std::vector<std::uint16_t> humidities{};
  std::vector<std::uint8_t> flags{};

  [[nodiscard]] std::size_t size() const noexcept { return timestamps.size(); }
};

// Of all readings of a node, or of every node.
struct Extent {
  std::int64_t rows = 0;  // zero: the next two say nothing
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t nodes = 0;  // that have any
};

// Nodes by address.
struct NodeWindow {
  std::optional<std::uint64_t> after{};  // the address before the first one
  std::int64_t take = 0;
};

struct RowWindow {
  std::int64_t skip = 0;
  std::int64_t take = 0;
};

struct StoredRefusal {
  Uuid id;
  RefusedRow row;
};

// Of a row in the list of all that are kept.
struct RefusedPlace {
  std::int64_t at = 0;
  Uuid id{};

  bool operator==(const RefusedPlace&) const = default;
};

struct RefusedFilter {
  std::optional<std::string> reason{};
  std::optional<RefusedPlace> after{};  // of the last row of the page before
  std::int64_t limit = 100;
};

// Both belong to it.
struct IdRange {
  Uuid first{};
  Uuid last{};
};

class ReadingStore {
 public:
  ReadingStore() = default;
  ReadingStore(const ReadingStore&) = delete;
  ReadingStore& operator=(const ReadingStore&) = delete;
  virtual ~ReadingStore() = default;

  // Those that have readings, ascending by address. All of them are walked by NodeSlices.
  [[nodiscard]] virtual std::vector<NodeRow> nodes(const NodeWindow& window) = 0;
  [[nodiscard]] virtual std::optional<NodeRow> node(std::uint64_t address) = 0;

  // Of the nodes alone: no reading is looked at.
  [[nodiscard]] virtual Extent extent() = 0;

  [[nodiscard]] virtual std::int64_t count(const ReadingFilter& filter) = 0;
  // Newest first, of one second by ascending address.
  [[nodiscard]] virtual std::vector<Reading> newest_first(const ReadingFilter& filter,
                                                          const RowWindow& window) = 0;
  // Any of them, in any order, so many at most.
  [[nodiscard]] virtual std::vector<Reading> some(const ReadingFilter& filter,
                                                  std::int64_t limit) = 0;
  [[nodiscard]] virtual NodeColumns columns_of(std::uint64_t address, const TimeRange& range) = 0;

  [[nodiscard]] virtual std::int64_t edge() = 0;
  // Newest first, of one second by ascending id.
  [[nodiscard]] virtual std::vector<StoredRefusal> refused(const RefusedFilter& filter) = 0;
  // Ascending by id, at most so many.
  [[nodiscard]] virtual std::vector<StoredRefusal> refused(const IdRange& ids,
                                                           std::int64_t limit) = 0;
  // How many there are, of a reason where one is given, and how many went because there were too
  // many.
  struct RefusedCount {
    std::int64_t kept = 0;
    std::int64_t evicted = 0;
  };
  [[nodiscard]] virtual RefusedCount count_refused(const std::optional<std::string>& reason) = 0;
  // Those before a second.
  struct RefusedBefore {
    std::int64_t rows = 0;
    std::vector<Uuid> met_at_applying{};  // of these rows, ascending
  };
  [[nodiscard]] virtual RefusedBefore refused_before(std::int64_t at) = 0;
};

}  // namespace shelduck::sensors
