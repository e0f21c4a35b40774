#include "shelduck/interop/json_fields.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::interop {
namespace {

constexpr std::size_t kShownBytes = 60;

std::string shown(const nlohmann::json* value) {
  if (value == nullptr) return "nothing";
  if (value->is_object()) return "an object";
  if (value->is_array()) return "a list";
  std::string text = value->is_string()
                         ? value->get_ref<const std::string&>()
                         : value->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (text.size() <= kShownBytes) return text;
  return valid_utf8(text.substr(0, kShownBytes)) + "...";
}

[[noreturn]] void refuse_value(const std::string& field, const std::string& value,
                               std::string_view rule) {
  throw Error{ErrorKind::invalid_input,
              field + " '" + value + "' is refused: " + std::string(rule),
              {.field = field, .value = value, .rule = std::string(rule)}};
}

}  // namespace

JsonFields::JsonFields(const nlohmann::json& json, std::string place)
    : json_(json), place_(std::move(place)) {
  if (json.is_object()) return;
  refuse_value(place_.empty() ? "entry" : place_, shown(&json), "an object is needed");
}

const nlohmann::json* JsonFields::find(std::string_view name) const {
  const auto found = json_.find(name);
  return found == json_.end() || found->is_null() ? nullptr : &*found;
}

void JsonFields::refuse(std::string_view name, std::string_view rule) const {
  const std::string field = (place_.empty() ? "" : place_ + ".") + std::string(name);
  refuse_value(field, shown(find(name)), rule);
}

bool JsonFields::has(std::string_view name) const { return find(name) != nullptr; }

std::optional<std::string> JsonFields::text(std::string_view name) const {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(name, "a text is needed");
  return value->get<std::string>();
}

std::optional<std::int64_t> JsonFields::integer(std::string_view name) const {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer()) refuse(name, "a whole number is needed");
  const bool is_too_large =
      value->is_number_unsigned() &&
      value->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  if (is_too_large) refuse(name, "the number is too large");
  return value->get<std::int64_t>();
}

std::optional<std::int64_t> JsonFields::amount(std::string_view name) const {
  const auto value = integer(name);
  if (value && *value < 0) refuse(name, "an amount is not negative");
  return value;
}

std::optional<double> JsonFields::number(std::string_view name) const {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) refuse(name, "a number is needed");
  const auto number = value->get<double>();
  if (!std::isfinite(number)) refuse(name, "numbers are finite");
  return number;
}

std::optional<bool> JsonFields::truth(std::string_view name) const {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) refuse(name, "true or false is needed");
  return value->get<bool>();
}

std::optional<Uuid> JsonFields::uuid(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto uuid = parse_uuid(*value);
  if (!uuid) refuse(name, "the text is no UUID");
  return uuid;
}

std::optional<Instant> JsonFields::instant(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto parsed = parse_instant(*value);
  if (!parsed || !parsed->has_offset) refuse(name, "the text is no RFC 3339 instant");
  return parsed->instant;
}

std::string JsonFields::word(std::string_view name) const {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  return value->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const nlohmann::json& JsonFields::list(std::string_view name) const {
  static const nlohmann::json kEmpty = nlohmann::json::array();
  const nlohmann::json* value = find(name);
  if (value == nullptr) return kEmpty;
  if (!value->is_array()) refuse(name, "a list is needed");
  return *value;
}

std::string JsonFields::place_of(std::string_view name, std::size_t index) const {
  return (place_.empty() ? "" : place_ + ".") + std::string(name) + "[" + std::to_string(index) +
         "]";
}

}  // namespace shelduck::interop
