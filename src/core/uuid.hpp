// Uuid is a 128-bit identifier (RFC 9562), and Id<Tag> makes it a type of its own per noun, so that
// a run's id cannot be passed where an execution's is meant.
//
//   using RunId = Id<struct RunTag>;
//   const RunId id{new_uuid(now, random)};
//
// Values are plain and comparable; everything here is safe from any thread.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"

namespace shelduck {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  // In the order of the bytes, but as two numbers: as bytes each comparison would be a call, and
  // applying a journal makes millions.
  [[nodiscard]] constexpr std::uint64_t half(std::size_t from) const noexcept {
    std::uint64_t number = 0;
    for (std::size_t i = from; i < from + 8; ++i) number = number << 8U | bytes[i];
    return number;
  }
  constexpr bool operator==(const Uuid& other) const noexcept {
    return half(0) == other.half(0) && half(8) == other.half(8);
  }
  constexpr std::strong_ordering operator<=>(const Uuid& other) const noexcept {
    const auto order = half(0) <=> other.half(0);
    return order != 0 ? order : half(8) <=> other.half(8);
  }
};

// Fills the span with random bytes. Passed in, so that tests repeat.
using RandomSource = std::function<void(std::span<std::uint8_t>)>;

// The operating system's generator (getrandom).
[[nodiscard]] RandomSource system_random();

// Version 7: the first 48 bits are `now` in milliseconds, the next 12 its microseconds within the
// millisecond (RFC 9562, 6.2 method 3), so ids sort by time.
[[nodiscard]] Uuid new_uuid(Instant now, const RandomSource& random);

// The milliseconds in an id of version 7; nothing for another one.
[[nodiscard]] std::optional<Instant> time_of(const Uuid& uuid) noexcept;

// Version 8: a 128-bit hash (XXH3) of the bytes, for ids that two imports of one thing must share.
[[nodiscard]] Uuid derived_uuid(std::string_view bytes);

// Lower case, with hyphens.
[[nodiscard]] std::string to_string(const Uuid& uuid);

// Accepts upper and lower case with hyphens; anything else is no uuid.
[[nodiscard]] std::optional<Uuid> parse_uuid(std::string_view text);

template <class Tag>
struct Id {
  Uuid uuid;

  auto operator<=>(const Id&) const = default;
};

template <class Tag>
[[nodiscard]] std::string to_string(const Id<Tag>& id) {
  return to_string(id.uuid);
}

// For unordered containers: ids are random or hashed, so eight of their bytes are a hash.
struct UuidHash {
  [[nodiscard]] std::size_t operator()(const Uuid& uuid) const noexcept {
    return static_cast<std::size_t>(uuid.half(8));
  }

  template <class Tag>
  [[nodiscard]] std::size_t operator()(const Id<Tag>& id) const noexcept {
    return (*this)(id.uuid);
  }
};

}  // namespace shelduck
