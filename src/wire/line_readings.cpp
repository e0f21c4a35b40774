#include "shelduck/wire/line_readings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "shelduck/core/utf8.hpp"
#include "shelduck/wire/decimal.hpp"
#include "shelduck/wire/rules.hpp"

namespace shelduck::wire {
namespace {

using sensors::Refusal;

constexpr std::string_view kLineBlanks = " \t\r";

// Rounded down; beyond the range of a reading's seconds it is only as far out.
std::int64_t seconds_of(std::int64_t stamp, Precision precision) noexcept {
  constexpr std::array<std::int64_t, 4> kPerSecond{1'000'000'000, 1'000'000, 1'000, 1};
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 3600;
  if (precision >= Precision::minutes) {
    const std::int64_t most = sensors::kTimestampMax + 1;
    return std::clamp(stamp, -most, most) * (precision == Precision::minutes ? kMinute : kHour);
  }
  const std::int64_t per_second = kPerSecond[static_cast<std::size_t>(precision)];
  return stamp / per_second - (stamp % per_second < 0 ? 1 : 0);
}

// A named part of a point. Twice is once too often to know which is meant.
template <class Part>
struct Found {
  const Part* part = nullptr;
  bool is_doubled = false;
};

template <class Part>
Found<Part> find(const std::vector<Part>& parts, std::string_view name) {
  Found<Part> found;
  for (const Part& part : parts) {
    if (!stands_for(part.key, name, kPartEscapes)) continue;
    if (found.part != nullptr) found.is_doubled = true;
    if (found.part == nullptr) found.part = &part;
  }
  return found;
}

// One point as a reading by one mapping.
class MappedPoint {
 public:
  MappedPoint(const LinePoint& point, const LineMapping& mapping)
      : point_(point),
        mapping_(mapping),
        temperature_(find(point.fields, mapping.temperature)),
        humidity_(find(point.fields, mapping.humidity)) {}

  // Whether the point has what the mapping needs.
  [[nodiscard]] bool is_covered() const {
    return temperature_.part != nullptr && humidity_.part != nullptr &&
           (mapping_.measurement == "*" ||
            stands_for(point_.measurement, mapping_.measurement, kMeasurementEscapes)) &&
           std::any_of(mapping_.node.begin(), mapping_.node.end(), [&](const std::string& tag) {
             return tag.empty() || find(point_.tags, tag).part != nullptr;
           });
  }

  [[nodiscard]] LineRow row(const LineOptions& options) {
    LineRow row;
    sensors::Reading& reading = row.reading;
    row.label = label();
    reading.node_address = address(row.label);
    reading.timestamp = timestamp(options);
    reading.temperature_centidegrees = static_cast<std::int16_t>(temperature());
    reading.humidity_centipercent = static_cast<std::uint16_t>(humidity());
    reading.flags = flags();
    reading.received_at = options.now;
    if (!refusal_) return row;
    if (is_node_known_) refusal_->node_address = reading.node_address;
    if (sensors::is_timestamp(reading.timestamp)) refusal_->timestamp = reading.timestamp;
    row.refusal = std::move(refusal_);
    return row;
  }

 private:
  static constexpr WholeRule kFahrenheitRule{
      sensors::kTemperatureMin, sensors::kTemperatureMax,
      "a number of degrees Fahrenheit that is from -327.68 to 327.67 in Celsius"};

  // Empties the label of a node that is a number.
  [[nodiscard]] std::uint64_t address(std::string& label) {
    if (parts_ == 1) {
      if (const auto number = parse_address(label)) {
        label.clear();
        return *number;
      }
    }
    if (label.size() > LineReadings::kLabelBytesMax) {
      is_node_known_ = false;
      refuse("node", "the node's label is longer than 1024 bytes", shortened(label));
    }
    return label_address(label);
  }

  [[nodiscard]] std::string label() {
    std::string text;
    for (const std::string& tag : mapping_.node) {
      const auto found = find(point_.tags, tag);
      if (found.is_doubled) {
        is_node_known_ = false;
        refuse(tag, "the tag stands there twice", shortened(found.part->value));
      }
      if (!tag.empty() && found.part == nullptr) continue;
      if (parts_++ > 0) text += '/';
      text += tag.empty() ? unescaped(point_.measurement, kMeasurementEscapes)
                          : unescaped(found.part->value, kPartEscapes);
    }
    return text;
  }

  [[nodiscard]] std::int64_t timestamp(const LineOptions& options) {
    if (!point_.timestamp) return options.now;
    const std::int64_t seconds = seconds_of(*point_.timestamp, options.precision);
    if (!kTimestampRule.takes(seconds)) {
      refuse("timestamp", needed(kTimestampRule.words), std::to_string(seconds));
    }
    return seconds;
  }

  [[nodiscard]] std::int64_t temperature() {
    const bool is_celsius = mapping_.unit == TemperatureUnit::celsius;
    const WholeRule& rule = is_celsius ? kTemperatureRule.decimal : kFahrenheitRule;
    if (!is_number(temperature_, rule)) return 0;
    const Decimal degrees = Decimal::of(temperature_.part->value);
    return judged(is_celsius ? degrees.hundredths() : degrees.hundredths_of_celsius(), rule,
                  *temperature_.part);
  }

  [[nodiscard]] std::int64_t humidity() {
    const WholeRule& rule = kHumidityRule.decimal;
    if (!is_number(humidity_, rule)) return 0;
    return judged(Decimal::of(humidity_.part->value).hundredths(), rule, *humidity_.part);
  }

  [[nodiscard]] std::uint8_t flags() {
    if (mapping_.flags.empty()) return 0;
    const auto found = find(point_.fields, mapping_.flags);
    if (found.part == nullptr || !is_number(found, kFlagsRule)) return 0;
    const auto bits = Decimal::of(found.part->value).whole().value_or(kFlagsRule.most + 1);
    return static_cast<std::uint8_t>(judged(bits, kFlagsRule, *found.part));
  }

  [[nodiscard]] std::int64_t judged(std::int64_t number, const WholeRule& rule,
                                    const PointField& field) {
    if (!rule.takes(number)) refuse_value(field, rule);
    return number;
  }

  [[nodiscard]] bool is_number(const Found<PointField>& found, const WholeRule& rule) {
    if (found.is_doubled) {
      refuse(plain(*found.part), "the field stands there twice", shortened(found.part->value));
    }
    if (found.part->kind != FieldKind::number) refuse_value(*found.part, rule);
    return found.part->kind == FieldKind::number;
  }

  [[nodiscard]] static std::string plain(const PointField& field) {
    return unescaped(field.key, kPartEscapes);
  }

  void refuse_value(const PointField& field, const WholeRule& rule) {
    const std::string_view quote = field.kind == FieldKind::text ? "\"" : "";
    const std::string value = std::string(quote) + shortened(field.value) + std::string(quote);
    refuse(plain(field), needed(rule.words), value);
  }

  void refuse(std::string field, std::string reason, std::string value) {
    if (refusal_) return;
    refusal_ =
        Refusal{.field = std::move(field), .reason = std::move(reason), .value = std::move(value)};
  }

  const LinePoint& point_;
  const LineMapping& mapping_;
  Found<PointField> temperature_;
  Found<PointField> humidity_;
  std::size_t parts_ = 0;  // of the label
  bool is_node_known_ = true;
  std::optional<Refusal> refusal_;
};

LineRow refused_line(std::string_view reason, const FaultyPart& part) {
  return {.refusal = Refusal{.field = shortened(part.name),
                             .reason = std::string(reason),
                             .value = shortened(part.value)}};
}

}  // namespace

std::optional<Precision> parse_precision(std::string_view word) noexcept {
  using enum Precision;
  constexpr std::array<std::pair<std::string_view, Precision>, 8> kWords{{{"n", nanoseconds},
                                                                          {"ns", nanoseconds},
                                                                          {"u", microseconds},
                                                                          {"us", microseconds},
                                                                          {"ms", milliseconds},
                                                                          {"s", seconds},
                                                                          {"m", minutes},
                                                                          {"h", hours}}};
  for (const auto& [name, precision] : kWords) {
    if (name == word) return precision;
  }
  return std::nullopt;
}

LineReadings::LineReadings(std::string_view body, LineOptions options)
    : body_(body), options_(options), is_utf8_(is_valid_utf8(body)) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw UnreadableBody{ErrorKind::invalid_input,
                         "the body is empty",
                         {.field = "body", .rule = "at least one line of the line protocol"}};
  }
}

std::optional<LineRow> LineReadings::next() {
  while (at_ < body_.size()) {
    const std::size_t end = end_of_line(body_, at_);
    std::string_view line = body_.substr(at_, end - at_);
    const std::uint64_t number = line_;
    line_ += 1 + static_cast<std::uint64_t>(std::count(line.begin(), line.end(), '\n'));
    at_ = end + 1;
    line.remove_prefix(std::min(line.find_first_not_of(kLineBlanks), line.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    auto row = row_of(line);
    if (!row) {
      ++unmapped_;
      continue;
    }
    row->line = number;
    row->source = line;
    return row;
  }
  return std::nullopt;
}

std::optional<LineRow> LineReadings::row_of(std::string_view line) {
  if (!is_utf8_ && !is_valid_utf8(line)) {
    return refused_line("the line is not UTF-8", {.name = "line", .value = line});
  }
  if (const auto fault = parser_.parse(line); !fault.empty()) {
    return refused_line(fault, parser_.faulty());
  }
  for (const LineMapping& mapping : options_.mappings) {
    MappedPoint mapped{parser_.point(), mapping};
    if (mapped.is_covered()) return mapped.row(options_);
  }
  return std::nullopt;
}

}  // namespace shelduck::wire
