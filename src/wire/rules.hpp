// The rules that every wire format judges the parts of a reading by, and their words. Private to
// this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::wire {

struct WholeRule {
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string_view words{};

  [[nodiscard]] constexpr bool takes(std::int64_t number) const noexcept {
    return number >= least && number <= most;
  }
};

// A quantity counted in hundredths, and the same written in its unit; both ranges in hundredths.
struct QuantityRule {
  WholeRule raw{};
  WholeRule decimal{};
};

inline constexpr std::string_view kAddressRule =
    "a whole number from 0 to 18446744073709551615, or a string of its digits";
inline constexpr WholeRule kTimestampRule{sensors::kTimestampMin, sensors::kTimestampMax,
                                          "a whole number of Unix seconds from 0 to 253402300799"};
inline constexpr WholeRule kFlagsRule{0, sensors::kFlagsMax, "a whole number from 0 to 255"};
inline constexpr QuantityRule kTemperatureRule{
    {sensors::kTemperatureMin, sensors::kTemperatureMax,
     "a whole number of hundredths from -32768 to 32767"},
    {sensors::kTemperatureMin, sensors::kTemperatureMax, "a number from -327.68 to 327.67"}};
inline constexpr QuantityRule kHumidityRule{
    {0, sensors::kHumidityMax, "a whole number of hundredths from 0 to 65535"},
    {0, sensors::kHumidityMax, "a number from 0 to 655.35"}};

// An optional minus and digits, without fraction or exponent; nothing beyond int64.
[[nodiscard]] std::optional<std::int64_t> parse_whole(std::string_view text) noexcept;

// Digits alone, below 2^64.
[[nodiscard]] std::optional<std::uint64_t> parse_address(std::string_view text) noexcept;

// At most 40 bytes of a value, as UTF-8, for a message.
[[nodiscard]] std::string shortened(std::string_view value);

// "a whole number from 0 to 255 is needed": without the value, so that rows that break one rule
// can be asked for together.
[[nodiscard]] std::string needed(std::string_view rule);

}  // namespace shelduck::wire
