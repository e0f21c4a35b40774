// JsonMembers is one row of JSON as its known members, not judged yet; reading_of() judges them.
//
//   if (const auto members = scan_row(scanner)) outcome = reading_of(*members, now);
//
// Private to this room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "shelduck/sensors/records/reading.hpp"
#include "shelduck/wire/json_scanner.hpp"

namespace shelduck::wire {

enum class JsonMember : std::uint8_t {
  node_address,
  timestamp,
  temperature_raw,
  temperature_celsius,
  humidity_raw,
  humidity_percent,
  flags,
  received_at,
};

inline constexpr std::array<std::string_view, 8> kJsonMembers{
    "node_address", "timestamp",        "temperature_raw", "temperature_celsius",
    "humidity_raw", "humidity_percent", "flags",           "received_at"};

[[nodiscard]] constexpr std::string_view to_string(JsonMember member) noexcept {
  return kJsonMembers[static_cast<std::size_t>(member)];
}

struct JsonMembers {
  std::array<JsonToken, kJsonMembers.size()> values{};  // of kind fault where there is none
  std::optional<JsonMember> doubled{};
  bool is_object = true;

  [[nodiscard]] const JsonToken& of(JsonMember member) const noexcept {
    return values[static_cast<std::size_t>(member)];
  }
};

// Nothing where the text is no JSON value; the scanner is then of no more use.
[[nodiscard]] std::optional<JsonMembers> scan_row(JsonScanner& scanner);

[[nodiscard]] std::variant<sensors::Reading, sensors::Refusal> reading_of(
    const JsonMembers& members, std::int64_t received_at);

}  // namespace shelduck::wire
