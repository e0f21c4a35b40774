#include "shelduck/history/field.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace shelduck::history {

bool is_updatable(std::string_view column) noexcept {
  static constexpr std::array<std::string_view, 20> kFixed{
      "run_id",     "execution_id", "metric_id",      "estimate_id", "forecast_id",
      "source",     "origin",       "start_hash",     "end_hash",    "hash",
      "covered_by", "actual",       "scored_at",      "scored_by",   "issued_at",
      "created_at", "start_time",   "interrupted_at", "flags",       "plugin_name"};
  return std::find(kFixed.begin(), kFixed.end(), column) == kFixed.end();
}

namespace detail {

void refuse_field(std::string_view field, std::string_view value, std::string_view rule) {
  throw Error{
      ErrorKind::invalid_input,
      std::string(field) + " '" + std::string(value) + "' is refused: " + std::string(rule),
      {.field = std::string(field), .value = std::string(value), .rule = std::string(rule)}};
}

std::string number_text(std::int64_t value) { return std::to_string(value); }

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

namespace {

template <class Number>
Number parse_number(std::string_view field, std::string_view text) {
  Number value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) {
    refuse_field(field, text, "the text is no number");
  }
  return value;
}

}  // namespace

std::int64_t integer_of(std::string_view field, std::string_view text) {
  return parse_number<std::int64_t>(field, text);
}

double number_of(std::string_view field, std::string_view text) {
  const auto value = parse_number<double>(field, text);
  if (!std::isfinite(value)) refuse_field(field, text, "numbers are finite");
  return value;
}

Instant instant_of(std::string_view field, std::string_view text) {
  const auto parsed = parse_instant(text);
  if (!parsed || !parsed->has_offset) {
    refuse_field(field, text, "the text is no instant with an offset");
  }
  return parsed->instant;
}

}  // namespace detail
}  // namespace shelduck::history
