// Addresses as SQLite stores them: its numbers are signed, so the first bit is turned over, and the
// order of stored numbers is that of unsigned addresses.
#pragma once

#include <cstdint>

namespace shelduck::sensors {

inline constexpr std::uint64_t kTurnedBit = 1ULL << 63U;

[[nodiscard]] constexpr std::int64_t stored_address(std::uint64_t address) {
  return static_cast<std::int64_t>(address ^ kTurnedBit);
}

[[nodiscard]] constexpr std::uint64_t address_of_stored(std::int64_t stored) {
  return static_cast<std::uint64_t>(stored) ^ kTurnedBit;
}

}  // namespace shelduck::sensors
