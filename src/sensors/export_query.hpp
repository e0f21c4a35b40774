// Every reading that a filter lets through, newest first, in bounded pieces and without a limit:
// as the CSV of the old route, or as rows for another format. Nothing is sorted whole.
//
//   CsvExport csv{store, filter};
//   while (const auto piece = csv.next()) send(*piece);
//
// An error comes out of next(): whoever has sent a part already must break the answer off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/sensors/time_slices.hpp"

namespace shelduck::sensors {

// Readings by slices of time.
class ReadingsExport {
 public:
  // Borrows the store.
  ReadingsExport(ReadingStore& store, const ReadingFilter& filter);

  [[nodiscard]] std::optional<std::vector<Reading>> next();

 private:
  ReadingStore& store_;
  ReadingFilter filter_;
  TimeSlices slices_;
};

// The header, then a line each with two digits of either value; no line feed at the end.
class CsvExport {
 public:
  CsvExport(ReadingStore& store, const ReadingFilter& filter) : rows_(store, filter) {}

  [[nodiscard]] std::optional<std::string> next();

 private:
  ReadingsExport rows_;
  bool has_begun_ = false;
};

inline constexpr std::string_view kCsvHeader =
    "node_address,timestamp,temperature_celsius,humidity_percent,flags";

}  // namespace shelduck::sensors
