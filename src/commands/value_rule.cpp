#include "shelduck/commands/value_rule.hpp"

#include <algorithm>
#include <utility>

#include "shelduck/commands/line_protocol.hpp"
#include "shelduck/commands/value.hpp"
#include "shelduck/core/bytes.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/near_word.hpp"
#include "shelduck/core/uuid.hpp"

namespace shelduck::commands {
namespace {

// Eleven days; in milliseconds it still is a number of 32 bits, as the systems below take it.
constexpr double kSecondsMax = 1'000'000;

bool keeps_rule(const Option& option, std::string_view text) {
  switch (option.type) {
    case ValueType::flag:
      return read_switch(text).has_value();
    case ValueType::text:
    case ValueType::path:
      return !text.empty();
    case ValueType::choice:
      return std::find(option.choices.begin(), option.choices.end(), text) != option.choices.end();
    case ValueType::count:
      return read_whole(text).has_value();
    case ValueType::positive:
      return read_whole(text).value_or(0) > 0;
    case ValueType::whole:
      return read_integer(text).has_value();
    case ValueType::seconds:
      return read_number(text).value_or(kSecondsMax + 1) <= kSecondsMax;
    case ValueType::percent:
      return read_number(text).value_or(101) <= 100;
    case ValueType::level:
      return read_level(text).has_value();
    case ValueType::bytes:
      return parse_bytes(text).has_value();
    case ValueType::age:
      return read_age(text).has_value();
    case ValueType::zone:
      return is_zone(text);
    case ValueType::uuid:
      return parse_uuid(text).has_value();
    case ValueType::address:
      return read_address(text).has_value();
    case ValueType::moment:
      return read_moment(text).has_value();
    case ValueType::mapping:
      return !line_mappings(text).empty();
  }
  return false;
}

// A table says itself which of its keys is wrong.
void check_mapping(std::string_view text, const std::string& field) {
  try {
    (void)line_mappings(text);
  } catch (const Error& inner) {
    ErrorDetail detail = inner.detail();
    detail.field += " of " + field;
    throw Error{inner.kind(), field + ": " + inner.what(), std::move(detail)};
  }
}

}  // namespace

std::string one_of(std::span<const std::string_view> words) {
  std::string text = "one of ";
  std::string_view separator;
  for (const std::string_view word : words) {
    text += separator;
    text += word;
    separator = ", ";
  }
  return text;
}

std::string rule_of(const Option& option) {
  switch (option.type) {
    case ValueType::flag:
      return "true or false";
    case ValueType::text:
      return "a text that is not empty";
    case ValueType::path:
      return "a path that is not empty";
    case ValueType::choice:
      return one_of(option.choices);
    case ValueType::count:
      return "a whole number from 0";
    case ValueType::positive:
      return "a whole number from 1";
    case ValueType::whole:
      return "a whole number";
    case ValueType::seconds:
      return "a number of seconds from 0 to 1000000";
    case ValueType::percent:
      return "a number from 0 to 100";
    case ValueType::level:
      return "a level such as 0.9 or 90";
    case ValueType::bytes:
      return "a size such as 4096, 100MB or 2GiB";
    case ValueType::age:
      return "an age such as 400d, 8w or 12h";
    case ValueType::zone:
      return "UTC, an offset such as +02:00 or a name such as Europe/Warsaw";
    case ValueType::uuid:
      return "an id such as 01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21";
    case ValueType::address:
      return "a whole number from 0 to 18446744073709551615";
    case ValueType::moment:
      return "Unix seconds to 253402300799, or an instant such as 2026-05-01T03:00:00Z";
    case ValueType::mapping:
      return one_of(option.choices) + ", or a table that begins {measurement =";
  }
  return "";
}

void check_value(const Option& option, std::string_view text, std::string_view field) {
  if (option.type == ValueType::mapping) check_mapping(text, std::string(field));
  if (keeps_rule(option, text)) return;
  const std::string rule = rule_of(option);
  const auto near = near_word(text, option.choices);
  throw Error{ErrorKind::invalid_input,
              std::string(field) + " '" + std::string(text) + "' is not " + rule,
              {.field = std::string(field),
               .value = std::string(text),
               .rule = rule,
               .hint = near ? "did you mean " + *near + "?" : ""}};
}

}  // namespace shelduck::commands
