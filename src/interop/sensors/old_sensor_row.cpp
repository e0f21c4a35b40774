#include "shelduck/interop/sensors/old_sensor_row.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "shelduck/core/utf8.hpp"
#include "shelduck/sensors/records/record.hpp"

namespace shelduck::interop {
namespace {

using sensors::Refusal;

constexpr int kColumnsRead = 7;

enum Column : int {
  row_id_column,
  node_column,
  timestamp_column,
  temperature_column,
  humidity_column,
  flags_column,
  received_at_column
};
// In the words of a reading.
constexpr std::array<std::string_view, kColumnsRead> kNames{
    "id", "node_address", "timestamp", "temperature_raw", "humidity_raw", "flags", "received_at"};

struct Range {
  std::int64_t least = 0;
  std::int64_t greatest = 0;
};

// Their numbers are signed, so no address is beyond 2^63 - 1.
constexpr std::array<Range, kColumnsRead> kRanges{
    {{0, INT64_MAX},
     {0, INT64_MAX},
     {sensors::kTimestampMin, sensors::kTimestampMax},
     {sensors::kTemperatureMin, sensors::kTemperatureMax},
     {0, sensors::kHumidityMax},
     {0, sensors::kFlagsMax},
     {sensors::kTimestampMin, sensors::kTimestampMax}}};

// As SQL writes them; no more than is kept of a row.
std::string shown_bytes(sqlite3_stmt* row, int column) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(row, column));
  const auto there = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  std::string shown = "X'";
  for (std::size_t i = 0; i < std::min(there, sensors::RefusedRow::kTextBytesMax); ++i) {
    shown += kDigits[bytes[i] >> 4U];
    shown += kDigits[bytes[i] & 15U];
  }
  return shown + "'";
}

std::string shown_value(sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
      return "null";
    case SQLITE_BLOB:
      return shown_bytes(row, column);
    default: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
      const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
      const std::string value = valid_utf8({text, bytes});
      const bool is_text = sqlite3_column_type(row, column) == SQLITE_TEXT;
      return is_text ? "'" + value + "'" : value;
    }
  }
}

std::string shown_row(sqlite3_stmt* row) {
  std::string text;
  for (int i = node_column; i < kColumnsRead; ++i) {
    text += (text.empty() ? "" : ", ") + std::string(kNames[static_cast<std::size_t>(i)]) + " " +
            shown_value(row, i);
  }
  return text;
}

// A text of digits counts as the number that it says.
std::optional<std::int64_t> whole_number(sqlite3_stmt* row, int column) {
  if (sqlite3_column_type(row, column) == SQLITE_INTEGER) return sqlite3_column_int64(row, column);
  if (sqlite3_column_type(row, column) != SQLITE_TEXT) return std::nullopt;
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  const char* end = text + sqlite3_column_bytes(row, column);
  std::int64_t number = 0;
  const auto [at, failure] = std::from_chars(text, end, number);
  if (failure != std::errc{} || at != end) return std::nullopt;
  return number;
}

std::optional<std::int64_t> legal_number(sqlite3_stmt* row, int column) {
  // The one column that could be without a value, and then had this one.
  if (column == flags_column && sqlite3_column_type(row, column) == SQLITE_NULL) return 0;
  const Range& range = kRanges[static_cast<std::size_t>(column)];
  const auto number = whole_number(row, column);
  return number && *number >= range.least && *number <= range.greatest ? number : std::nullopt;
}

Refusal refusal_of(sqlite3_stmt* row, int column) {
  const auto place = static_cast<std::size_t>(column);
  const Range& range = kRanges[place];
  Refusal refusal{.field = std::string(kNames[place]),
                  .reason = "a whole number from " + std::to_string(range.least) + " to " +
                            std::to_string(range.greatest) + " is needed",
                  .value = shown_value(row, column)};
  if (const auto node = legal_number(row, node_column)) {
    refusal.node_address = static_cast<std::uint64_t>(*node);
  }
  refusal.timestamp = legal_number(row, timestamp_column);
  return refusal;
}

}  // namespace

OldSensorRow read_old_row(sqlite3_stmt* row) {
  std::array<std::int64_t, kColumnsRead> numbers{};
  for (int i = node_column; i < kColumnsRead; ++i) {
    const auto number = legal_number(row, i);
    if (!number) return {.refusal = refusal_of(row, i), .text = shown_row(row)};
    numbers[static_cast<std::size_t>(i)] = *number;
  }
  return {.reading = {
              .node_address = static_cast<std::uint64_t>(numbers[node_column]),
              .timestamp = numbers[timestamp_column],
              .temperature_centidegrees = static_cast<std::int16_t>(numbers[temperature_column]),
              .humidity_centipercent = static_cast<std::uint16_t>(numbers[humidity_column]),
              .flags = static_cast<std::uint8_t>(numbers[flags_column]),
              .received_at = numbers[received_at_column]}};
}

}  // namespace shelduck::interop
