#include "shelduck/wire/json_readings.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "shelduck/core/utf8.hpp"
#include "shelduck/wire/json_row.hpp"

namespace shelduck::wire {
namespace {

constexpr std::string_view kBlanks = " \t\r";

JsonRow judged(const JsonMembers& members, std::int64_t received_at) {
  JsonRow row;
  auto outcome = reading_of(members, received_at);
  if (auto* const refusal = std::get_if<sensors::Refusal>(&outcome)) {
    row.refusal = std::move(*refusal);
  } else {
    row.reading = std::get<sensors::Reading>(outcome);
  }
  return row;
}

std::string_view without_blanks(std::string_view line) noexcept {
  const std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

JsonReadings::JsonReadings(std::string_view body, JsonForm form, std::int64_t received_at)
    : body_(body), received_at_(received_at), scanner_(body), is_utf8_(is_valid_utf8(body)) {
  if (form == JsonForm::lines) return;
  if (!is_utf8_) {
    throw UnreadableBody{ErrorKind::invalid_input,
                         "the body is not UTF-8",
                         {.field = "body", .rule = "JSON in UTF-8"}};
  }
  if (scanner_.is_at_end()) {
    throw UnreadableBody{ErrorKind::invalid_input,
                         "the body is empty",
                         {.field = "body", .rule = "one JSON object or an array of them"}};
  }
  shape_ = scanner_.take('[') ? Shape::array : Shape::object;
  if (shape_ == Shape::object && !scanner_.is_at('{')) refuse_body();
  if (shape_ == Shape::array && scanner_.take(']')) {
    is_over_ = true;
    if (!scanner_.is_at_end()) refuse_body();
  }
}

std::optional<JsonRow> JsonReadings::next() {
  return shape_ == Shape::lines ? next_line() : next_element();
}

std::optional<JsonRow> JsonReadings::next_element() {
  if (is_over_) return std::nullopt;
  scanner_.skip_space();
  const std::size_t start = scanner_.position();
  const auto members = scan_row(scanner_);
  if (!members) refuse_body();
  const std::string_view source = body_.substr(start, scanner_.position() - start);
  is_over_ = shape_ == Shape::object || !scanner_.take(',');
  if (is_over_ && shape_ == Shape::array && !scanner_.take(']')) refuse_body();
  if (is_over_ && !scanner_.is_at_end()) refuse_body();
  JsonRow row = judged(*members, received_at_);
  row.index = rows_++;
  row.source = source;
  return row;
}

std::optional<JsonRow> JsonReadings::next_line() {
  while (at_ < body_.size()) {
    const std::size_t end = std::min(body_.find('\n', at_), body_.size());
    const std::string_view line = without_blanks(body_.substr(at_, end - at_));
    at_ = end + 1;
    if (line.empty()) continue;
    JsonRow row = row_of_line(line);
    row.index = rows_++;
    row.source = line;
    return row;
  }
  return std::nullopt;
}

JsonRow JsonReadings::row_of_line(std::string_view line) {
  if (!is_utf8_ && !is_valid_utf8(line)) {
    return {.refusal = sensors::Refusal{.reason = "the line is not UTF-8"}};
  }
  JsonScanner scanner{line};
  const auto members = scan_row(scanner);
  if (members && scanner.is_at_end()) return judged(*members, received_at_);
  return {.refusal = sensors::Refusal{.reason = "the line is not one JSON value"}};
}

void JsonReadings::refuse_body() const {
  throw UnreadableBody{
      ErrorKind::invalid_input,
      "the body is no JSON of readings, at byte " + std::to_string(scanner_.position()),
      {.field = "body",
       .rule = "one JSON object or an array of them, with lists and objects at most 64 deep",
       .hint = "send one object a line as application/x-ndjson"}};
}

}  // namespace shelduck::wire
