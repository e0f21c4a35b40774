// SeriesRhythm is the step from one time of a series to the next: what tells gaps from rows and
// names the times that are to come.
//
//   const SeriesRhythm rhythm = rhythm_of(series, TimeKind::date);
//   const GapFreeValues whole = without_gaps(series, rhythm);    // NaN where a row is missing
//   rhythm.time_after(series, 3)                                 // "2026-04-30"
//   if (is_irregular(series, TimeKind::unix_seconds)) ...        // runs that come as they come
//
// Dates, and instants at one time of day, that stand on one day of the month (the last where a
// month is shorter) or each on the last of its month go in months; everything else goes in the most
// frequent difference (of several the smallest), which all others must be multiples of. A single
// row goes in steps of 1, a day or an hour. Times are written as the last one of the file is: with
// its separator and its offset.
// Failure: Error invalid_input that names series, ds and rule for a time off the rhythm, for more
// than kGapRowsMax missing rows in one series, and for times beyond the year 9999 or 64 bits.
// Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "shelduck/interop/series_file.hpp"

namespace shelduck::interop {

inline constexpr std::size_t kGapRowsMax = 10'000'000;

struct SeriesRhythm {
  enum class Unit { plain, months };  // plain: of FileSeries::times

  TimeKind kind = TimeKind::index;
  Unit unit = Unit::plain;
  std::int64_t step = 1;
  unsigned day = 1;  // of the month; 31 for its end

  struct Ahead {  // of a row
    std::size_t row = 0;
    std::size_t steps = 1;
  };

  // The time `steps` after the last train row, written as those of the file.
  [[nodiscard]] std::string time_after(const FileSeries& series, std::size_t steps) const;
  [[nodiscard]] std::string time_after(const FileSeries& series, const Ahead& ahead) const;
  // The same as FileSeries::times has it.
  [[nodiscard]] std::int64_t place_after(const FileSeries& series, const Ahead& ahead) const;
};

[[nodiscard]] SeriesRhythm rhythm_of(const FileSeries& series, TimeKind kind);

// Of an irregular series: from row to row the mean gap, in whole days where times are dates.
[[nodiscard]] SeriesRhythm mean_rhythm(const FileSeries& series, TimeKind kind);

// Whether the rows come as they come: the file says so (a period of 0, and times or covariates), or
// they are dates, instants or Unix seconds of which no step is common, or one of which more than
// kMissingARow rows would be missing for each that is there.
inline constexpr std::int64_t kMissingARow = 1;
[[nodiscard]] bool is_irregular(const FileSeries& series, TimeKind kind);

// The steps of a day, a week, or a year of such times, as far as they are whole; none for numbers.
[[nodiscard]] std::vector<std::size_t> calendar_seasons(const SeriesRhythm& rhythm);

struct GapFreeValues {
  std::vector<double> values;       // of the train rows; NaN: missing
  std::vector<std::int64_t> times;  // of FileSeries::times; of a missing row that of the next one
  std::size_t gaps = 0;             // rows that the file does not have
  std::vector<std::vector<double>> covariates{};  // columns, as long as the values; NaN: missing
};

[[nodiscard]] GapFreeValues without_gaps(const FileSeries& series, const SeriesRhythm& rhythm);

}  // namespace shelduck::interop
