// One row of an older program's readings: a reading, or which rule it breaks. Private to this room.
#pragma once

#include <sqlite3.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::interop {

// Of its table, the node's apart, which has had two names; in the order of the reader's query.
inline constexpr std::array<std::string_view, 5> kOldColumns{
    "timestamp", "temperature_centidegrees", "humidity_centipercent", "flags", "received_at"};

struct OldSensorRow {
  sensors::Reading reading{};
  std::optional<sensors::Refusal> refusal{};
  std::string text{};  // of a refused row
};

// The row that `row` stands at: its row id, the node and kOldColumns.
[[nodiscard]] OldSensorRow read_old_row(sqlite3_stmt* row);

}  // namespace shelduck::interop
