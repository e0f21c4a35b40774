#include "shelduck/wire/json_row.hpp"

#include <string>
#include <utility>

#include "shelduck/wire/decimal.hpp"
#include "shelduck/wire/rules.hpp"

namespace shelduck::wire {
namespace {

using sensors::Reading;
using sensors::Refusal;

std::optional<JsonMember> member_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kJsonMembers.size(); ++i) {
    if (kJsonMembers[i] == name) return static_cast<JsonMember>(i);
  }
  return std::nullopt;
}

std::optional<JsonMember> member_of(const JsonToken& key) {
  return key.has_escapes ? member_named(unescaped(key)) : member_named(key.written);
}

std::string shown(const JsonToken& token) {
  switch (token.kind) {
    case JsonKind::container:
      return "a list or an object";
    case JsonKind::text:
      return '"' + shortened(token.written) + '"';
    default:
      return shortened(token.written);
  }
}

// The members of one row as numbers. The first rule that is broken is kept; what is returned after
// it means nothing.
class RowJudge {
 public:
  explicit RowJudge(const JsonMembers& members) : members_(members) {}

  [[nodiscard]] std::optional<std::int64_t> whole(JsonMember member, const WholeRule& rule) {
    const JsonToken& token = members_.of(member);
    if (!is_there(token)) return std::nullopt;
    const auto number = token.kind == JsonKind::number ? parse_whole(token.written) : std::nullopt;
    if (!number || !rule.takes(*number)) {
      refuse_value(member, rule.words);
    } else if (member == JsonMember::timestamp) {
      timestamp_ = number;
    }
    return number.value_or(0);
  }

  [[nodiscard]] std::optional<std::int64_t> hundredths(JsonMember member, const WholeRule& rule) {
    const JsonToken& token = members_.of(member);
    if (!is_there(token)) return std::nullopt;
    const std::int64_t number =
        token.kind == JsonKind::number ? Decimal::of(token.written).hundredths() : rule.most + 1;
    if (!rule.takes(number)) refuse_value(member, rule.words);
    return number;
  }

  [[nodiscard]] std::uint64_t address() {
    const JsonToken& token = members_.of(JsonMember::node_address);
    if (!is_there(token)) refuse(JsonMember::node_address, "a value is needed");
    const bool is_text = token.kind == JsonKind::text;
    if (!is_text && token.kind != JsonKind::number)
      refuse_value(JsonMember::node_address, kAddressRule);
    const auto number = parse_address(token.has_escapes ? unescaped(token) : token.written);
    if (!number) refuse_value(JsonMember::node_address, kAddressRule);
    address_ = number;
    return number.value_or(0);
  }

  [[nodiscard]] std::int64_t needed(JsonMember member, const WholeRule& rule) {
    const auto number = whole(member, rule);
    if (!number) refuse(member, "a value is needed");
    return number.value_or(0);
  }

  // Of the two ways to say a quantity at least one, and if both then the same.
  [[nodiscard]] std::int64_t quantity(JsonMember raw, JsonMember decimal,
                                      const QuantityRule& rule) {
    const auto counted = whole(raw, rule.raw);
    const auto measured = hundredths(decimal, rule.decimal);
    if (!counted && !measured) {
      refuse(decimal, "a value is needed, here or in " + std::string(to_string(raw)));
    }
    if (counted && measured && *counted != *measured) {
      refuse(decimal, "the value disagrees with " + std::string(to_string(raw)),
             shown(members_.of(decimal)) + " beside " + shown(members_.of(raw)));
    }
    return counted ? *counted : measured.value_or(0);
  }

  void refuse(JsonMember member, std::string reason, std::string value = {}) {
    if (refusal_) return;
    refusal_ = Refusal{.field = std::string(to_string(member)),
                       .reason = std::move(reason),
                       .value = std::move(value)};
  }

  // With what the row is about: of two that say it, nobody knows which is meant.
  [[nodiscard]] std::optional<Refusal> take_refusal() {
    if (!refusal_) return std::nullopt;
    if (members_.doubled != JsonMember::node_address) refusal_->node_address = address_;
    if (members_.doubled != JsonMember::timestamp) refusal_->timestamp = timestamp_;
    return std::move(refusal_);
  }

 private:
  [[nodiscard]] static bool is_there(const JsonToken& token) noexcept {
    return token.kind != JsonKind::fault && token.kind != JsonKind::null;
  }

  void refuse_value(JsonMember member, std::string_view rule) {
    refuse(member, wire::needed(rule), shown(members_.of(member)));
  }

  const JsonMembers& members_;
  std::optional<Refusal> refusal_;
  std::optional<std::uint64_t> address_;
  std::optional<std::int64_t> timestamp_;
};

bool note(JsonMembers& members, JsonScanner& scanner) {
  const JsonToken key = scanner.text();
  if (key.kind == JsonKind::fault || !scanner.take(':')) return false;
  const JsonToken value = scanner.value();
  if (value.kind == JsonKind::fault) return false;
  const auto member = member_of(key);
  if (!member) return true;
  JsonToken& place = members.values[static_cast<std::size_t>(*member)];
  if (place.kind != JsonKind::fault && !members.doubled) members.doubled = member;
  place = value;
  return true;
}

}  // namespace

std::optional<JsonMembers> scan_row(JsonScanner& scanner) {
  JsonMembers members;
  if (!scanner.is_at('{')) {
    members.is_object = false;
    if (scanner.value().kind == JsonKind::fault) return std::nullopt;
    return members;
  }
  if (!scanner.take('{')) return std::nullopt;
  if (scanner.take('}')) return members;
  do {
    if (!note(members, scanner)) return std::nullopt;
  } while (scanner.take(','));
  if (!scanner.take('}')) return std::nullopt;
  return members;
}

std::variant<Reading, Refusal> reading_of(const JsonMembers& members, std::int64_t received_at) {
  using Member = JsonMember;
  if (!members.is_object) return Refusal{.reason = "a reading is a JSON object"};
  RowJudge judge{members};
  if (members.doubled) judge.refuse(*members.doubled, "the name stands there twice");
  Reading reading;
  reading.node_address = judge.address();
  reading.timestamp = judge.needed(Member::timestamp, kTimestampRule);
  const auto temperature =
      judge.quantity(Member::temperature_raw, Member::temperature_celsius, kTemperatureRule);
  const auto humidity =
      judge.quantity(Member::humidity_raw, Member::humidity_percent, kHumidityRule);
  const auto bits = judge.whole(Member::flags, kFlagsRule).value_or(0);
  reading.received_at = judge.whole(Member::received_at, kTimestampRule).value_or(received_at);
  if (auto refusal = judge.take_refusal()) return *std::move(refusal);
  reading.temperature_centidegrees = static_cast<std::int16_t>(temperature);
  reading.humidity_centipercent = static_cast<std::uint16_t>(humidity);
  reading.flags = static_cast<std::uint8_t>(bits);
  return reading;
}

}  // namespace shelduck::wire
