// LineMapping says which points of the line protocol are readings, and which of their parts.
//
//   const LineMapping own = parse_mapping({.measurement = "*", .node = {"measurement", "tag:id"},
//                                          .temperature = "field:temperature_C",
//                                          .humidity = "field:humidity"});
//   const auto mappings = line_preset("rtl_433");   // several, tried in their order
//
// A point's node is its label: the parts that the point has, joined with '/'. A label of one part
// that is a decimal below 2^64 is that address; any other gets the address label_address(label).
// Threads: any. Failure: Error(invalid_input) that names field, value and rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shelduck::wire {

enum class TemperatureUnit : std::uint8_t { celsius, fahrenheit };

struct LineMapping {
  std::string measurement;        // * for every measurement
  std::vector<std::string> node;  // names of tags; the empty name is the measurement
  std::string temperature;        // names of fields
  TemperatureUnit unit = TemperatureUnit::celsius;
  std::string humidity;
  std::string flags{};  // empty: 0
};

// A mapping as the configuration says it.
struct LineMappingWords {
  std::string measurement{};
  std::vector<std::string> node{};  // "measurement", "tag:NAME"
  std::string temperature{};        // "field:NAME", as the two below
  std::string unit = "celsius";
  std::string humidity{};
  std::string flags{};
};

[[nodiscard]] LineMapping parse_mapping(const LineMappingWords& words);

// `default` and `rtl_433`; nothing for another name.
[[nodiscard]] std::optional<std::vector<LineMapping>> line_preset(std::string_view name);

// FNV-1a of 64 bits, so that a label has the same address in every program and for ever.
[[nodiscard]] std::uint64_t label_address(std::string_view label) noexcept;

}  // namespace shelduck::wire
