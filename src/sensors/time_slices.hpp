// TimeSlices walks readings from the newest to the oldest in stretches of time that hold a bounded
// number of rows each: nothing is ever sorted whole, and a page of the newest rows looks at little
// more than itself.
//
//   TimeSlices slices{store, filter};
//   while (const auto slice = slices.next()) use(slice->range, slice->rows);
//
// How long a stretch is follows from how dense the rows are: it is halved where it would hold too
// many, and doubled where it holds few.
#pragma once

#include <cstdint>
#include <optional>

#include "shelduck/sensors/reading_store.hpp"

namespace shelduck::sensors {

struct TimeSlice {
  TimeRange range;
  std::int64_t rows = 0;
};

class TimeSlices {
 public:
  // Borrows the store. A slice has about as many rows as are wanted where it can.
  TimeSlices(ReadingStore& store, const ReadingFilter& filter, std::int64_t rows_wanted);

  // Slices without rows are left out.
  [[nodiscard]] std::optional<TimeSlice> next();

  // The rows of the next slice, newest first, of one second by ascending address: fetched instead
  // of counted. Nothing where there is no further slice, or one that next() alone can tell: a
  // second with too many rows.
  [[nodiscard]] std::optional<std::vector<Reading>> next_rows();

  // All rows that the filter lets through; asks the store only where nodes do not say it.
  [[nodiscard]] std::int64_t total();

 private:
  [[nodiscard]] std::int64_t begin_of_next() const;
  [[nodiscard]] std::int64_t rows_from(std::int64_t first) const;
  [[nodiscard]] std::int64_t rows_max() const;
  void halve(std::int64_t from);
  void pass(std::int64_t from, std::int64_t rows);

  ReadingStore& store_;
  ReadingFilter filter_;
  std::int64_t rows_wanted_;
  std::int64_t total_readings_ = 0;  // of the nodes that are asked for, whenever
  std::int64_t first_ = 0;
  std::int64_t last_ = -1;  // of what was not walked
  std::int64_t whole_first_ = 0;
  std::int64_t whole_last_ = -1;
  std::int64_t seconds_ = 1;
};

}  // namespace shelduck::sensors
