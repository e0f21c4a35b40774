// A reading: what one node measured at one second. Two readings are one fact when their keys are
// equal; values() says whether they also say the same.
//
//   const Reading reading{.node_address = 7, .timestamp = 1700000000,
//                         .temperature_centidegrees = 2150, .humidity_centipercent = 4875,
//                         .flags = 0, .received_at = 1700000003};
//   reading.key().uuid();  // the sixteen bytes of the key
//
// The types of the members are the legal ranges of the values; a second has a narrower range, which
// whoever makes a Reading has checked. Plain values, safe from any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/core/uuid.hpp"

namespace shelduck::sensors {

// Unix seconds, up to the end of the year 9999; after 2106 is legal.
inline constexpr std::int64_t kTimestampMin = 0;
inline constexpr std::int64_t kTimestampMax = 253402300799;

inline constexpr std::int64_t kTemperatureMin = std::numeric_limits<std::int16_t>::min();
inline constexpr std::int64_t kTemperatureMax = std::numeric_limits<std::int16_t>::max();
inline constexpr std::int64_t kHumidityMax = std::numeric_limits<std::uint16_t>::max();
inline constexpr std::int64_t kFlagsMax = std::numeric_limits<std::uint8_t>::max();

// Celsius and percent are counted in hundredths.
inline constexpr std::int64_t kHundredths = 100;

struct ReadingKey {
  std::uint64_t node_address = 0;
  std::int64_t timestamp = 0;

  // Address, then timestamp, both big endian: exact, no hash, and in the order of the keys.
  [[nodiscard]] Uuid uuid() const noexcept;
  [[nodiscard]] static ReadingKey of(const Uuid& uuid) noexcept;

  auto operator<=>(const ReadingKey&) const = default;
};

// What decides whether two readings of one key say the same; when they were received does not.
struct ReadingValues {
  std::int16_t temperature_centidegrees = 0;
  std::uint16_t humidity_centipercent = 0;
  std::uint8_t flags = 0;

  auto operator<=>(const ReadingValues&) const = default;
};

struct Reading {
  std::uint64_t node_address = 0;
  std::int64_t timestamp = 0;  // Unix seconds, as received_at
  std::int16_t temperature_centidegrees = 0;
  std::uint16_t humidity_centipercent = 0;
  std::uint8_t flags = 0;
  std::int64_t received_at = 0;

  [[nodiscard]] ReadingKey key() const noexcept { return {node_address, timestamp}; }
  [[nodiscard]] ReadingValues values() const noexcept {
    return {temperature_centidegrees, humidity_centipercent, flags};
  }

  bool operator==(const Reading&) const = default;
};

[[nodiscard]] constexpr bool is_timestamp(std::int64_t seconds) noexcept {
  return seconds >= kTimestampMin && seconds <= kTimestampMax;
}

// Why a row is no reading. `field` is the name that the row gave it, empty where the row as a whole
// cannot be taken; `reason` is a rule in words; `value` is what stood there, cut where it is long.
// Which node and second the row is about is told where that could be read.
struct Refusal {
  std::string field{};
  std::string reason{};
  std::string value{};
  std::optional<std::uint64_t> node_address{};
  std::optional<std::int64_t> timestamp{};

  bool operator==(const Refusal&) const = default;
};

// Of a reading that is older than what was pruned; `edge` in Unix seconds.
[[nodiscard]] Refusal refusal_before(std::int64_t edge, const ReadingKey& key);

}  // namespace shelduck::sensors
