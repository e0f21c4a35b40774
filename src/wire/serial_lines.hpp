// SerialLines follows the line protocol of a hub on a serial port: batches of records that are
// announced, sent and closed, and single values. It says what is to be stored and what answer a
// batch is due; storing, waiting for it and writing the answer are the caller's.
//
//   SerialLines lines{SerialKey::device};
//   for (const SerialEvent& event : lines.feed(line, now)) ...
//     SerialRow    store it, or put it into quarantine with its refusal
//     TornMessage  a message that cannot be read: log it
//     BatchEnd     when all rows before it are durable: write acknowledgement(end, is_durable)
//
// A batch is whole when as many different records came as both its announcement and its end say. A
// record that breaks a rule is there (a bad value must not make a node send for ever), one that is
// torn is missing. Records of one batch that are equal are one, because lines come doubled: only
// when the same batch comes again with the same twins are they taken to be meant. An end that comes
// doubled, with nothing between, is answered as the first one; where a batch's announcement is
// lost, its end alone says how many there are. A temperature and a humidity that come alone are one
// reading when they are at most kHalfSeconds apart. Every other text on the line is none of ours
// and is counted.
//
// Memory is bounded: kNodesMax nodes with something open, kRecordsMax records a batch.
// Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::wire {

struct SerialMessage;

// What names a node: the device's own number, or its address in the radio network.
enum class SerialKey : std::uint8_t { device, address };

struct SerialRow {
  sensors::Reading reading{};
  std::optional<sensors::Refusal> refusal{};  // then `reading` means nothing
  std::string source{};
};

struct TornMessage {
  std::string source{};
  std::string reason{};
};

struct BatchEnd {
  std::uint64_t address = 0;
  std::uint64_t count = 0;  // of different records that came
  bool is_whole = false;
};

using SerialEvent = std::variant<SerialRow, TornMessage, BatchEnd>;

// "BATCH_ACK 2 19 0": 0 only for a whole batch whose rows are all durable, else 1. Without the end
// of line.
[[nodiscard]] std::string acknowledgement(const BatchEnd& end, bool is_durable);

class SerialLines {
 public:
  static constexpr std::size_t kLineBytesMax = 1024;
  static constexpr std::size_t kRecordsMax = 1000;  // nodes send at most 19
  static constexpr std::size_t kNodesMax = 256;
  static constexpr std::int64_t kHalfSeconds = 10;

  explicit SerialLines(SerialKey key) : key_(key) {}

  // `line` without its end; `now` in Unix seconds.
  [[nodiscard]] std::vector<SerialEvent> feed(std::string_view line, std::int64_t now);

  // Lines without a message of this protocol.
  [[nodiscard]] std::uint64_t ignored() const noexcept { return ignored_; }

 private:
  struct Batch {
    std::optional<std::uint64_t> device{};
    std::optional<std::uint64_t> announced{};
    std::set<std::string, std::less<>> records{};  // their values
    std::uint64_t lines = 0;
    std::uint64_t opened = 0;  // grows from batch to batch
  };
  // The message before this one, where that ended a batch.
  struct Ended {
    BatchEnd end{};
    std::optional<std::uint64_t> device{};
    std::string count{};
    std::int64_t at = 0;
  };
  struct Half {
    bool is_temperature = true;
    std::int64_t value = 0;
    std::int64_t at = 0;
    std::string source{};
  };

  void feed_message(std::string_view text);
  void begin_batch(const SerialMessage& message, std::string_view text);
  void take_record(const SerialMessage& message, std::string_view text);
  void end_batch(const SerialMessage& message);
  [[nodiscard]] bool is_doubled_end(const SerialMessage& message) const;
  void take_half(const SerialMessage& message, std::string_view text);
  // Whether the two are one reading; a half that stays alone is refused.
  [[nodiscard]] bool join_halves(std::uint64_t node, const Half& held, const Half& half);
  void drop_half(std::uint64_t node, const Half& half);
  void tear(std::string_view text, std::string_view reason);
  [[nodiscard]] Batch& open_batch(std::uint64_t address);
  [[nodiscard]] bool is_whole(std::uint64_t address, const Batch& batch, std::uint64_t count);
  // 0 is a device that the hub does not know.
  [[nodiscard]] bool is_node(std::uint64_t number) const noexcept {
    return key_ == SerialKey::address || number != 0;
  }
  // Nothing, and the message torn, where the key that is wanted is not in it.
  [[nodiscard]] std::optional<std::uint64_t> node_of(const SerialMessage& message,
                                                     std::string_view text);

  SerialKey key_;
  std::map<std::uint64_t, Batch> batches_;        // by address
  std::map<std::uint64_t, std::uint64_t> twins_;  // by address: hash of the last batch with twins
  std::map<std::uint64_t, Half> halves_;          // by node
  std::optional<Ended> ended_;
  std::vector<SerialEvent> events_;
  std::int64_t now_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t ignored_ = 0;
};

}  // namespace shelduck::wire
