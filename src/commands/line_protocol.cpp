#include "shelduck/commands/line_protocol.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): the library asks for it
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/near_word.hpp"

namespace shelduck::commands {
namespace {

constexpr std::array<std::string_view, 7> kKeys{"preset", "measurement", "node", "temperature",
                                                "unit",   "humidity",    "flags"};

[[noreturn]] void refuse_key(const std::string& key) {
  const auto near = near_word(key, kKeys);
  throw Error{ErrorKind::invalid_input,
              "there is no key '" + key + "' in a mapping",
              {.field = key,
               .value = key,
               .rule = "preset, or measurement, node, temperature, unit, humidity, flags",
               .hint = near ? "did you mean " + *near + "?" : ""}};
}

std::string written(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto yes = node.value_exact<bool>()) return *yes ? "true" : "false";
  if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
  if (const auto number = node.value_exact<double>()) return to_json(Document{*number});
  return node.is_table() ? "a table" : node.is_array() ? "a list" : "a date or time";
}

[[noreturn]] void refuse_type(const std::string& key, const std::string& value,
                              const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              key + " '" + value + "' is not " + rule,
              {.field = key, .value = value, .rule = rule}};
}

std::string text_at(const toml::table& table, const std::string& key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return "";
  if (const auto text = node->value_exact<std::string>()) return *text;
  refuse_type(key, written(*node), "a text");
}

std::vector<std::string> texts_at(const toml::table& table, const std::string& key) {
  constexpr const char* kRule = "a list of texts";
  std::vector<std::string> texts;
  const toml::node* node = table.get(key);
  if (node == nullptr) return texts;
  if (!node->is_array()) refuse_type(key, written(*node), kRule);
  for (const toml::node& one : *node->as_array()) {
    const auto text = one.value_exact<std::string>();
    if (!text) refuse_type(key, written(one), kRule);
    texts.push_back(*text);
  }
  return texts;
}

std::vector<wire::LineMapping> preset_named(const toml::table& table) {
  const std::string name = text_at(table, "preset");
  if (table.size() > 1) refuse_type("preset", name, "alone, as it brings everything with it");
  if (auto mappings = wire::line_preset(name)) return std::move(*mappings);
  throw Error{ErrorKind::invalid_input,
              "preset '" + name + "' is not one of default, rtl_433",
              {.field = "preset", .value = name, .rule = "one of default, rtl_433"}};
}

std::vector<wire::LineMapping> mappings_of(const toml::table& table) {
  for (const auto& [key, value] : table) {
    if (std::ranges::find(kKeys, key.str()) == kKeys.end()) refuse_key(std::string(key.str()));
  }
  if (table.contains("preset")) return preset_named(table);
  wire::LineMappingWords words{.measurement = text_at(table, "measurement"),
                               .node = texts_at(table, "node"),
                               .temperature = text_at(table, "temperature"),
                               .humidity = text_at(table, "humidity"),
                               .flags = text_at(table, "flags")};
  if (table.contains("unit")) words.unit = text_at(table, "unit");
  return {wire::parse_mapping(words)};
}

}  // namespace

std::vector<wire::LineMapping> line_mappings(std::string_view text) {
  if (!text.starts_with('{')) {
    return wire::line_preset(text).value_or(std::vector<wire::LineMapping>{});
  }
  try {
    const toml::table whole = toml::parse("mapping = " + std::string(text));
    const toml::table* table = whole.get_as<toml::table>("mapping");
    if (table != nullptr && whole.size() == 1) return mappings_of(*table);
    refuse_type("mapping", std::string(text), "one table");
  } catch (const toml::parse_error& failure) {
    throw Error{
        ErrorKind::invalid_input,
        "it is no table of TOML: " + std::string(failure.description()),
        {.field = "mapping", .value = std::string(text), .rule = "an inline table of TOML"}};
  }
}

}  // namespace shelduck::commands
