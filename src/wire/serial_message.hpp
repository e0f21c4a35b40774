// One message of the hub's line protocol, as words that have been told apart but not judged.
//
//   SENSOR_BATCH   ADDRESS [DEVICE] COUNT
//   SENSOR_RECORD  ADDRESS [DEVICE] TIMESTAMP TEMPERATURE HUMIDITY FLAGS
//   BATCH_COMPLETE ADDRESS [DEVICE] COUNT
//   SENSOR_DATA    ADDRESS [DEVICE] TEMP|HUM VALUE
//
// Older hubs leave the device out. Values are whole numbers, in hundredths where they have a unit.
// Private to this room. The text must outlive the message.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace shelduck::wire {

enum class SerialKind : std::uint8_t { batch, record, complete, half };

struct SerialMessage {
  SerialKind kind = SerialKind::batch;
  std::uint64_t address = 0;
  std::optional<std::uint64_t> device{};
  std::vector<std::string_view> values{};  // numbers of any size; of a half its word first
};

// The messages of a line: the first begins at the first word of the protocol, and each further such
// word begins another, because hubs have been seen to lose line ends. Empty where there is none.
[[nodiscard]] std::vector<std::string_view> split_messages(std::string_view line);

// Nothing where the text is torn.
[[nodiscard]] std::optional<SerialMessage> parse_message(std::string_view text);

}  // namespace shelduck::wire
