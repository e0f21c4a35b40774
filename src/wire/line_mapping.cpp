#include "shelduck/wire/line_mapping.hpp"

#include "shelduck/core/error.hpp"

namespace shelduck::wire {
namespace {

constexpr std::string_view kTag = "tag:";
constexpr std::string_view kField = "field:";

[[noreturn]] void refuse_word(const std::string& field, const std::string& value,
                              const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              field + " '" + value + "' is no " + rule,
              {.field = field, .value = value, .rule = rule}};
}

std::string node_part(const std::string& word) {
  if (word == "measurement") return {};
  if (!word.starts_with(kTag) || word.size() == kTag.size()) {
    refuse_word("node", word, "'measurement' or 'tag:NAME'");
  }
  return word.substr(kTag.size());
}

std::string field_name(const std::string& member, const std::string& word) {
  if (!word.starts_with(kField) || word.size() == kField.size()) {
    refuse_word(member, word, "'field:NAME'");
  }
  return word.substr(kField.size());
}

LineMapping default_mapping() {
  return {.measurement = "sensor_data",
          .node = {"node_address"},
          .temperature = "temperature_celsius",
          .humidity = "humidity_percent",
          .flags = "flags"};
}

// What `rtl_433 -F influx` writes: the model as measurement; some decoders give Fahrenheit unless
// it is told to convert.
std::vector<LineMapping> rtl_433_mappings() {
  LineMapping celsius{.measurement = "*",
                      .node = {"", "id", "channel"},
                      .temperature = "temperature_C",
                      .humidity = "humidity"};
  LineMapping fahrenheit = celsius;
  fahrenheit.temperature = "temperature_F";
  fahrenheit.unit = TemperatureUnit::fahrenheit;
  return {celsius, fahrenheit};
}

}  // namespace

LineMapping parse_mapping(const LineMappingWords& words) {
  LineMapping mapping;
  if (words.measurement.empty()) refuse_word("measurement", "", "name, or '*' for every one");
  mapping.measurement = words.measurement;
  if (words.node.empty()) refuse_word("node", "", "list of 'measurement' and 'tag:NAME'");
  for (const std::string& word : words.node) mapping.node.push_back(node_part(word));
  mapping.temperature = field_name("temperature", words.temperature);
  mapping.humidity = field_name("humidity", words.humidity);
  if (!words.flags.empty()) mapping.flags = field_name("flags", words.flags);
  if (words.unit != "celsius" && words.unit != "fahrenheit") {
    refuse_word("unit", words.unit, "'celsius' or 'fahrenheit'");
  }
  if (words.unit == "fahrenheit") mapping.unit = TemperatureUnit::fahrenheit;
  return mapping;
}

std::optional<std::vector<LineMapping>> line_preset(std::string_view name) {
  if (name == "default") return std::vector{default_mapping()};
  if (name == "rtl_433") return rtl_433_mappings();
  return std::nullopt;
}

std::uint64_t label_address(std::string_view label) noexcept {
  constexpr std::uint64_t kOffset = 14695981039346656037U;
  constexpr std::uint64_t kPrime = 1099511628211U;
  std::uint64_t hash = kOffset;
  for (const char c : label) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash;
}

}  // namespace shelduck::wire
