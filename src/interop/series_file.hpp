// SeriesFile reads a file of many time series, one series after another.
//
//   unique_id,ds,y,split,horizon,period,price
//   milk,2026-01-01,31,train,7,7,1.20
//   milk,2026-01-02,,train,7,7,1.25        an empty y is a missing value
//
//   SeriesFile file{logs::decompressed(logs::open_file("sales.csv.gz")),
//                   {.covariates = {"price"}}, "sales.csv.gz"};
//   while (const auto series = file.next()) fit(series->train_y());
//
// Columns may stand in any order; those that are not asked for are passed over. split, horizon and
// period are found by these names and may be missing: all rows are then train rows, and
// need_column() refuses the file where a caller cannot do without one.
// Rules: the rows of one series stand together and in the order of ds, each ds once, train before
// test; all ds of a file are of one kind; horizon (from 1) and period (from 0) are the same in all
// rows of a series; numbers are finite.
// Memory: one series, and 16 bytes and their place in a hash set for each id that was read.
// Failure: Error invalid_input that names line, field, value and rule, for each broken rule; after
// it nothing more is to be read. Threads: one at a time; a FileSeries is plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/interop/logs/byte_source.hpp"
#include "shelduck/interop/text_rows.hpp"

namespace shelduck::interop {

// A whole number is an index or Unix seconds: the first row of a series tells, see
// kUnixSecondsMin. A date is "2026-01-31", an instant a date with a time of day.
enum class TimeKind { index, date, instant, unix_seconds };

// A series whose first ds is a whole number from here on (1973) is in Unix seconds. No index gets
// there, not even dates that are written as 20260131.
inline constexpr std::int64_t kUnixSecondsMin = 100'000'000;

// What the forecast of a step takes, its time and its bounds, in rows.
inline constexpr std::size_t kRowsAStep = 8;

struct SeriesColumns {
  std::string id = "unique_id";
  std::string time = "ds";
  std::string value = "y";
  std::vector<std::string> covariates{};
};

// Every column that a SeriesFile looks at, those that it can do without too.
[[nodiscard]] std::vector<std::string> columns_read(const SeriesColumns& columns);

// A number that is less for an earlier time of the same kind; the least one for what is no time.
[[nodiscard]] std::int64_t time_order(std::string_view ds);

// Many short texts in one piece of memory, in which ten million take no allocation each.
class TextColumn {
 public:
  void add(std::string_view text);
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
  // A view of this column; `row` < size().
  [[nodiscard]] std::string_view operator[](std::size_t row) const;

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

// One series; every column has an entry for each row, train rows first.
struct FileSeries {
  std::string id;
  std::uint64_t line = 0;  // of its first row
  TextColumn ds{};         // as written
  // What ds says: the index itself, else microseconds since 1970 in UTC (of an instant without an
  // offset: as if it were UTC). Increasing.
  std::vector<std::int64_t> times{};
  std::vector<double> y{};                        // NaN: missing
  std::vector<std::vector<double>> covariates{};  // as they were asked for; NaN: missing
  std::size_t train_rows = 0;
  std::optional<std::int64_t> horizon{};  // steps, as the file says
  std::optional<std::int64_t> period{};   // steps, as the file says: 0 is irregular

  [[nodiscard]] std::size_t rows() const noexcept { return y.size(); }
  [[nodiscard]] std::size_t test_rows() const noexcept { return rows() - train_rows; }
  [[nodiscard]] std::span<const double> train_y() const;
  [[nodiscard]] std::span<const double> test_y() const;
  // The period for scoring: 0 and none count as 1.
  [[nodiscard]] std::int64_t score_period() const noexcept;
};

class SeriesFile {
 public:
  // Reads the header. `name` is the file's, for messages.
  SeriesFile(std::unique_ptr<logs::ByteSource> bytes, SeriesColumns columns, std::string name);
  SeriesFile(std::unique_ptr<TextRows> rows, SeriesColumns columns);
  ~SeriesFile();
  SeriesFile(SeriesFile&&) noexcept;
  SeriesFile& operator=(SeriesFile&&) noexcept;

  // Nothing after the last series. A file without a single row is refused.
  [[nodiscard]] std::optional<FileSeries> next();

  [[nodiscard]] const std::vector<std::string>& header() const noexcept;
  // Throws the Error that lists the columns which are there, and a near one.
  void need_column(std::string_view name) const;

  // The next series, as many as it takes to have this many rows together, where each of its
  // `horizon` steps (else those that the file says) counts as kRowsAStep; none after the last.
  [[nodiscard]] std::vector<FileSeries> next_some(std::size_t rows,
                                                  std::optional<std::size_t> horizon);

  // See TextRows.
  [[nodiscard]] std::optional<ReadSoFar> read_so_far() const noexcept;

  // Of all ds; nothing before the first series.
  [[nodiscard]] std::optional<TimeKind> time_kind() const noexcept;

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace shelduck::interop
