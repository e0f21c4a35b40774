// The records of the sensors domain: every change of its tables is one of these, appended to the
// journal before it is acknowledged and applied to the database later.
//
// They are facts that commute. Of two contents for one key the one with the lower hash stays; of
// two edges the later one; of two labels for one address the lesser text.
//
// DO NOT CHANGE field numbers, the order of columns or RecordType values: they are on disk. Add new
// ones at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::sensors {

enum class RecordType : std::uint16_t {
  readings_taken = 1,
  node_labelled = 2,
  rows_refused = 3,
  readings_pruned = 4,
  refused_dropped = 5,
  refused_rows_dropped = 6,
};

// Readings of any nodes, as columns: about five bytes a reading of a node that measures each
// minute. Their order is kept; sorted by key they take the fewest bytes.
struct ReadingsTaken {
  static constexpr RecordType kType = RecordType::readings_taken;
  static constexpr std::size_t kRowsMax = 65'536;

  std::vector<Reading> readings;
};

// The words that name a node whose address is derived from them.
struct NodeLabelled {
  static constexpr RecordType kType = RecordType::node_labelled;
  std::uint64_t node_address = 0;
  std::string label;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.node_address), visit(2, r.label);
  }
};

// A row that was sent and is no stored reading: it broke a rule, or another reading holds its key.
inline constexpr std::string_view kMetAtApplying = "journal";  // a source

struct RefusedRow {
  static constexpr std::size_t kTextBytesMax = 512;

  std::int64_t at = 0;  // Unix seconds
  std::string source;   // the way it came: "http", "line protocol", ...
  std::string field;    // empty: the row as a whole
  std::string reason;
  std::optional<std::uint64_t> node_address;
  std::optional<std::int64_t> timestamp;
  std::string text;  // what was sent, cut at kTextBytesMax

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.at), visit(2, r.source), visit(3, r.field), visit(4, r.reason);
    visit(5, r.node_address), visit(6, r.timestamp), visit(7, r.text);
  }

  // The same whenever it was sent: a row that is sent again and again is one row.
  [[nodiscard]] Uuid id() const;

  // Of two readings of one key that met at applying. `at` is the key's second then, so that it is
  // the same in any order, and says nothing about when the row was refused: no instant drops it.
  [[nodiscard]] bool is_met_at_applying() const { return source == kMetAtApplying; }

  bool operator==(const RefusedRow&) const = default;
};

struct RowsRefused {
  static constexpr RecordType kType = RecordType::rows_refused;
  std::vector<RefusedRow> rows;
};

// Readings before the edge are gone, and refused from now on.
struct ReadingsPruned {
  static constexpr RecordType kType = RecordType::readings_pruned;
  std::int64_t edge = 0;  // Unix seconds

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.edge);
  }
};

// Refused rows that somebody has looked at: all that came before an instant.
struct RefusedDropped {
  static constexpr RecordType kType = RecordType::refused_dropped;
  std::int64_t before = 0;  // Unix seconds

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.before);
  }
};

// Some of them, each as it was seen: a row that comes again afterwards is kept again.
struct RefusedRowsDropped {
  static constexpr RecordType kType = RecordType::refused_rows_dropped;

  struct Row {
    Uuid id;
    std::int64_t at = 0;  // Unix seconds: when it had come last

    template <class Visitor, class Self>
    static void fields(Visitor& visit, Self& r) {
      visit(1, r.id), visit(2, r.at);
    }
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> rows;
};

[[nodiscard]] std::string encode(const ReadingsTaken& record);
[[nodiscard]] std::string encode(const NodeLabelled& record);
[[nodiscard]] std::string encode(const RowsRefused& record);
[[nodiscard]] std::string encode(const ReadingsPruned& record);
[[nodiscard]] std::string encode(const RefusedDropped& record);
[[nodiscard]] std::string encode(const RefusedRowsDropped& record);

// Throws Error(corrupt) on bytes that are no such record, or hold a second that is none.
template <class Record>
[[nodiscard]] Record decode(std::string_view bytes);

// Of two readings of one key the one with the lower rank stays, wherever they come from: by a hash
// of what they say, then by who was received first.
struct ReadingRank {
  Uuid hash;
  std::int64_t received_at = 0;

  auto operator<=>(const ReadingRank&) const = default;
};
[[nodiscard]] ReadingRank rank_of(const Reading& reading);

}  // namespace shelduck::sensors
