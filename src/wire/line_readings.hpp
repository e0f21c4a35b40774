// LineReadings reads the readings of a body in InfluxDB's line protocol (versions 1 and 2), one at
// a time, as a list of mappings says.
//
//   LineReadings rows{body, {.precision = Precision::milliseconds, .now = now,
//                            .mappings = mappings}};
//   while (const auto row = rows.next()) {
//     if (row->refusal) ... else use(row->reading, row->label);
//   }
//   rows.unmapped();   // points that are no readings
//
// The first mapping that names the measurement and finds node, temperature and humidity is taken;
// a point without one is counted, not handed out. Values are rounded to hundredths from their
// decimal text, half away from zero; times down to seconds. A point without a time has the one
// given here, as has every reading's receipt.
// A line that is no point is a refused row with the field empty; the lines beside it stand. A
// string that never ends takes the rest of the body with it.
// Threads: one. Failure: UnreadableBody for a body without a line. The body and the mappings must
// outlive the rows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shelduck/sensors/records/reading.hpp"
#include "shelduck/wire/line_mapping.hpp"
#include "shelduck/wire/line_point.hpp"
#include "shelduck/wire/unreadable_body.hpp"

namespace shelduck::wire {

// Of the timestamps in a body.
enum class Precision : std::uint8_t {
  nanoseconds,
  microseconds,
  milliseconds,
  seconds,
  minutes,
  hours
};

// n ns u us ms s m h; nothing for another word.
[[nodiscard]] std::optional<Precision> parse_precision(std::string_view word) noexcept;

struct LineOptions {
  Precision precision = Precision::nanoseconds;
  std::int64_t now = 0;  // Unix seconds
  std::span<const LineMapping> mappings{};
};

struct LineRow {
  std::uint64_t line = 0;  // from 1, where it begins; comments and blank lines count
  sensors::Reading reading{};
  std::string label{};                        // of the node; empty where it is a number
  std::optional<sensors::Refusal> refusal{};  // then reading and label mean nothing
  std::string_view source{};                  // as it stands in the body
};

class LineReadings {
 public:
  // A longer label is refused.
  static constexpr std::size_t kLabelBytesMax = 1024;

  LineReadings(std::string_view body, LineOptions options);

  // Nothing after the last line.
  [[nodiscard]] std::optional<LineRow> next();

  // Points of the lines so far that are no readings.
  [[nodiscard]] std::uint64_t unmapped() const noexcept { return unmapped_; }

 private:
  // Empty where no mapping covers the point.
  [[nodiscard]] std::optional<LineRow> row_of(std::string_view line);

  std::string_view body_;
  LineOptions options_;
  PointParser parser_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t unmapped_ = 0;
  bool is_utf8_;
};

}  // namespace shelduck::wire
