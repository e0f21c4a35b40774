// JsonReadings reads the readings of a body one at a time: one JSON object, an array of them, or
// NDJSON.
//
//   JsonReadings rows{body, JsonForm::document, now};
//   while (const auto row = rows.next()) {
//     if (row->refusal) ... else use(row->reading);
//   }
//
// Names: node_address (a number, or a string of its digits), timestamp, temperature_raw or
// temperature_celsius, humidity_raw or humidity_percent, and where wanted flags (0) and received_at
// (the moment given here). A member that is null is as if it were not there; unknown names are
// ignored; a known name that stands there twice is refused, as is a raw value that disagrees with
// the one in degrees or percent. Those are rounded from their decimal text, half away from zero.
//
// Of an array that turns out to be no JSON the rows before the fault have been handed out: who
// stores them waits for the end. A broken line of NDJSON is one refused row, blank lines are none.
// Threads: one. Failure: UnreadableBody where the body as a whole cannot be taken; a row is never a
// reason to throw. The body must outlive the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/sensors/records/reading.hpp"
#include "shelduck/wire/json_scanner.hpp"
#include "shelduck/wire/unreadable_body.hpp"

namespace shelduck::wire {

enum class JsonForm : std::uint8_t {
  document,  // application/json: one object, or an array
  lines,     // application/x-ndjson: one object a line
};

struct JsonRow {
  std::size_t index = 0;  // from 0, of all rows
  sensors::Reading reading{};
  std::optional<sensors::Refusal> refusal{};  // then `reading` means nothing
  std::string_view source{};                  // as it stands in the body
};

class JsonReadings {
 public:
  // Throws UnreadableBody for a body that is empty, not UTF-8, or begins as neither form.
  JsonReadings(std::string_view body, JsonForm form, std::int64_t received_at);

  // Nothing after the last row.
  [[nodiscard]] std::optional<JsonRow> next();

  // Whether the body is one object, which is answered otherwise than an array of one.
  [[nodiscard]] bool is_one() const noexcept { return shape_ == Shape::object; }

 private:
  enum class Shape : std::uint8_t { object, array, lines };

  [[nodiscard]] std::optional<JsonRow> next_element();
  [[nodiscard]] std::optional<JsonRow> next_line();
  [[nodiscard]] JsonRow row_of_line(std::string_view line);
  [[noreturn]] void refuse_body() const;

  std::string_view body_;
  std::int64_t received_at_;
  JsonScanner scanner_;  // of a document
  std::size_t at_ = 0;   // of lines
  std::size_t rows_ = 0;
  Shape shape_ = Shape::lines;
  bool is_over_ = false;
  bool is_utf8_ = true;
};

}  // namespace shelduck::wire
