// QuarantineDesk writes the table `quarantine` within the transaction of a batch. Private.
//
// A row's id comes from the record (of damage: from segment and offset), so a replay makes the same
// row, and a row that was dropped does not come back. Records above a size, and all once a total is
// reached, keep their position only; their segment is then kept in damaged/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/journal/segment_reader.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::store::detail {

// What the store itself writes into the journal. DO NOT CHANGE: these numbers are on disks.
inline constexpr std::uint16_t kQuarantineRetry = 0xff01;
inline constexpr std::uint16_t kQuarantineDrop = 0xff02;

[[nodiscard]] std::vector<RecordType> store_record_types();

// The payload of both: the row's id.
[[nodiscard]] Record quarantine_record(std::uint16_t type, const Uuid& id);

[[nodiscard]] Uuid quarantine_id(const Frame& frame);
[[nodiscard]] Uuid quarantine_id(const journal::DamagedRange& range);

class QuarantineDesk {
 public:
  static constexpr std::int64_t kRecordBytesMax = 64LL * 1024;
  static constexpr std::int64_t kTotalBytesMax = 16LL * 1024 * 1024;

  explicit QuarantineDesk(Transaction& transaction) : transaction_(transaction) {}

  void put(const Frame& frame, const ApplyContext::Refusal& refusal);
  void put(const journal::DamagedRange& range);
  void drop(const Uuid& id);

  // Takes the record out again, to be applied once more. Nothing where there is no such row, or
  // its bytes were not kept.
  struct Taken {
    std::uint16_t type = 0;
    std::string payload;
    Position position;
  };
  [[nodiscard]] std::optional<Taken> take(const Uuid& id);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  struct Entry {
    Uuid id;
    std::uint16_t type = 0;
    std::optional<std::string_view> record{};
    ApplyContext::Refusal refusal;
    Position position;
  };
  void insert(const Entry& entry);
  [[nodiscard]] bool has_room_for(std::size_t bytes);

  Transaction& transaction_;
  std::optional<std::int64_t> stored_bytes_;
  std::uint64_t count_ = 0;
};

// Segments that must stay readable: damaged ones, and those of rows whose bytes were not kept.
[[nodiscard]] std::vector<Uuid> segments_in_need(Connection& connection);

}  // namespace shelduck::store::detail
