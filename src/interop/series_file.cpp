#include "shelduck/interop/series_file.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <unordered_set>
#include <utility>

#include "shelduck/core/near_word.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/utf8.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/interop/csv_rows.hpp"

namespace shelduck::interop {
namespace {

constexpr std::string_view kSplitColumn = "split";
constexpr std::string_view kHorizonColumn = "horizon";
constexpr std::string_view kPeriodColumn = "period";
constexpr std::string_view kTimeRule =
    "a whole number, a date like 2026-01-31 or an instant like 2026-01-31T06:30:00Z is needed";
constexpr std::int64_t kUnixSecondsMax = 253'402'300'799;  // the end of the year 9999
constexpr std::size_t kListedColumnsMax = 20;
constexpr std::size_t kColumnNameBytesMax = 60;
constexpr std::size_t kDateBytes = 10;

std::string listed_columns(const std::vector<std::string>& columns) {
  std::string list;
  for (std::size_t i = 0; i < columns.size() && i < kListedColumnsMax; ++i) {
    list += (i == 0 ? "" : ", ") + valid_utf8(columns[i].substr(0, kColumnNameBytesMax));
  }
  return columns.size() > kListedColumnsMax ? list + ", ..." : list;
}

std::string shown_id(std::string_view id) {
  constexpr std::size_t kShownIdBytes = 60;
  return id.size() <= kShownIdBytes ? std::string(id)
                                    : valid_utf8(id.substr(0, kShownIdBytes)) + "...";
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct ReadTime {
  TimeKind kind = TimeKind::index;
  bool has_offset = false;
  std::int64_t value = 0;  // of a whole number the number itself, else microseconds

  [[nodiscard]] bool is_whole_number() const {
    return kind == TimeKind::index || kind == TimeKind::unix_seconds;
  }
};

// A whole number is an index here; the first row of its series says what it is.
std::optional<ReadTime> read_time(std::string_view text) {
  if (const auto number = whole_number(text)) return ReadTime{.value = *number};
  const auto parsed = parse_instant(text);
  if (!parsed) return std::nullopt;
  return ReadTime{.kind = text.size() == kDateBytes ? TimeKind::date : TimeKind::instant,
                  .has_offset = parsed->has_offset,
                  .value = parsed->instant.time_since_epoch().count()};
}

std::string_view kind_in_words(const ReadTime& time) {
  switch (time.kind) {
    case TimeKind::index:
      return "a whole number";
    case TimeKind::date:
      return "a date";
    case TimeKind::instant:
      return time.has_offset ? "an instant with an offset" : "an instant without an offset";
    case TimeKind::unix_seconds:
      return "in Unix seconds";
  }
  return "";
}

}  // namespace

void TextColumn::add(std::string_view text) {
  text_ += text;
  ends_.push_back(text_.size());
}

std::string_view TextColumn::operator[](std::size_t row) const {
  const std::size_t begin = row == 0 ? 0 : ends_[row - 1];
  return std::string_view{text_}.substr(begin, ends_[row] - begin);
}

std::span<const double> FileSeries::train_y() const { return std::span{y}.first(train_rows); }
std::span<const double> FileSeries::test_y() const { return std::span{y}.subspan(train_rows); }
std::int64_t FileSeries::score_period() const noexcept {
  return std::max<std::int64_t>(1, period.value_or(1));
}

std::vector<std::string> columns_read(const SeriesColumns& columns) {
  std::vector<std::string> names{columns.id, columns.time, columns.value};
  names.insert(names.end(), columns.covariates.begin(), columns.covariates.end());
  for (const auto name : {kSplitColumn, kHorizonColumn, kPeriodColumn}) names.emplace_back(name);
  return names;
}

std::int64_t time_order(std::string_view ds) {
  const std::optional<ReadTime> time = read_time(ds);
  return time ? time->value : std::numeric_limits<std::int64_t>::min();
}

class SeriesFile::Reader {
 public:
  Reader(std::unique_ptr<TextRows> rows, SeriesColumns columns)
      : rows_(std::move(rows)), columns_(std::move(columns)) {
    read_header();
  }

  std::optional<FileSeries> next();
  void need_column(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept;
  [[nodiscard]] const std::vector<std::string>& header() const noexcept { return header_; }
  [[nodiscard]] const std::optional<ReadTime>& first_time() const noexcept { return first_time_; }
  [[nodiscard]] std::optional<ReadSoFar> read_so_far() const noexcept {
    return rows_->read_so_far();
  }

 private:
  struct Places {  // of the columns in a row
    std::size_t id = 0;
    std::size_t time = 0;
    std::size_t value = 0;
    std::vector<std::size_t> covariates{};
    std::optional<std::size_t> split{};
    std::optional<std::size_t> horizon{};
    std::optional<std::size_t> period{};
  };

  void read_header();
  [[nodiscard]] std::size_t needed_place(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> place(std::string_view name) const;

  void advance();
  [[nodiscard]] FileSeries begin_series();
  void add_row(FileSeries& series);
  void add_time(FileSeries& series);
  void add_split(FileSeries& series) const;
  [[nodiscard]] ReadTime time_of_row(const FileSeries& series);
  [[nodiscard]] double number_of_row(std::size_t column) const;
  void check_steps(std::optional<std::size_t> column, std::optional<std::int64_t> steps) const;
  [[nodiscard]] std::optional<std::int64_t> steps_of_row(std::optional<std::size_t> column,
                                                         std::int64_t least) const;
  [[noreturn]] void refuse(std::size_t column, std::string_view rule,
                           std::string_view hint = "") const;

  std::unique_ptr<TextRows> rows_;
  SeriesColumns columns_;
  std::vector<std::string> header_;
  std::uint64_t header_line_ = 1;
  Places at_;
  const TextRow* row_ = nullptr;  // not yet in a series
  bool has_started_ = false;
  std::optional<ReadTime> first_time_;  // of the file
  TimeKind series_kind_ = TimeKind::index;
  std::unordered_set<Uuid, UuidHash> ids_;
};

void SeriesFile::Reader::refuse(std::size_t column, std::string_view rule,
                                std::string_view hint) const {
  rows_->refuse({.line = row_->line(),
                 .field = header_[column],
                 .value = (*row_)[column],
                 .rule = rule,
                 .hint = hint});
}

void SeriesFile::Reader::read_header() {
  const TextRow* row = rows_->next();
  if (row == nullptr) {
    rows_->refuse({.line = 1, .field = "file", .value = "", .rule = "the file is empty"});
  }
  header_line_ = row->line();
  for (std::size_t i = 0; i < row->size(); ++i) header_.emplace_back((*row)[i]);
  at_.id = needed_place(columns_.id);
  at_.time = needed_place(columns_.time);
  at_.value = needed_place(columns_.value);
  for (const std::string& name : columns_.covariates) {
    at_.covariates.push_back(needed_place(name));
  }
  at_.split = place(kSplitColumn);
  at_.horizon = place(kHorizonColumn);
  at_.period = place(kPeriodColumn);
}

std::optional<std::size_t> SeriesFile::Reader::find(std::string_view name) const noexcept {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

std::optional<std::size_t> SeriesFile::Reader::place(std::string_view name) const {
  const auto found = find(name);
  if (found && std::count(header_.begin(), header_.end(), name) > 1) {
    rows_->refuse({.line = header_line_,
                   .field = "column",
                   .value = name,
                   .rule = "a column that is read stands in the header once"});
  }
  return found;
}

std::size_t SeriesFile::Reader::needed_place(std::string_view name) const {
  if (const auto found = place(name)) return *found;
  std::vector<std::string_view> columns;
  for (const std::string& column : header_) {
    if (column.size() <= kColumnNameBytesMax) columns.push_back(column);
  }
  const std::string near = near_word(name, columns).value_or("");
  rows_->refuse({.line = header_line_,
                 .field = "column",
                 .value = name,
                 .rule = "the file has no such column; it has " + listed_columns(header_),
                 .hint = near.empty() ? "" : "did you mean '" + valid_utf8(near) + "'?"});
}

void SeriesFile::Reader::need_column(std::string_view name) const {
  static_cast<void>(needed_place(name));
}

void SeriesFile::Reader::advance() {
  row_ = rows_->next();
  if (row_ != nullptr) rows_->require_fields(*row_, header_.size());
}

std::optional<FileSeries> SeriesFile::Reader::next() {
  if (!has_started_) {
    has_started_ = true;
    advance();
    if (row_ == nullptr) {
      rows_->refuse({.line = header_line_,
                     .field = "file",
                     .value = "",
                     .rule = "the file is empty: a row behind the header is needed"});
    }
  }
  if (row_ == nullptr) return std::nullopt;
  FileSeries series = begin_series();
  do {
    add_row(series);
    advance();
  } while (row_ != nullptr && (*row_)[at_.id] == series.id);
  return series;
}

FileSeries SeriesFile::Reader::begin_series() {
  const std::string_view id = (*row_)[at_.id];
  if (id.empty()) refuse(at_.id, "a name of the series is needed");
  if (!is_valid_utf8(id)) refuse(at_.id, "the name of a series is UTF-8");
  if (!ids_.insert(derived_uuid(id)).second) {
    refuse(at_.id, "the rows of one series stand together, and this one had rows before",
           "sort the rows by series and time, or give them as a file: it is sorted then");
  }
  return {.id = std::string(id),
          .line = row_->line(),
          .covariates = std::vector<std::vector<double>>(at_.covariates.size()),
          .horizon = steps_of_row(at_.horizon, 1),
          .period = steps_of_row(at_.period, 0)};
}

void SeriesFile::Reader::add_row(FileSeries& series) {
  add_time(series);
  add_split(series);
  series.y.push_back(number_of_row(at_.value));
  for (std::size_t i = 0; i < at_.covariates.size(); ++i) {
    series.covariates[i].push_back(number_of_row(at_.covariates[i]));
  }
  check_steps(at_.horizon, series.horizon);
  check_steps(at_.period, series.period);
}

// Of the first row of a series, whole numbers are told apart; later ones follow it.
ReadTime SeriesFile::Reader::time_of_row(const FileSeries& series) {
  const std::optional<ReadTime> read = read_time((*row_)[at_.time]);
  if (!read) refuse(at_.time, kTimeRule);
  ReadTime time = *read;
  if (!time.is_whole_number()) return time;
  if (series.times.empty()) {
    series_kind_ = time.value >= kUnixSecondsMin ? TimeKind::unix_seconds : TimeKind::index;
  }
  if (series_kind_ != TimeKind::unix_seconds) return time;
  if (time.value > kUnixSecondsMax) {
    refuse(at_.time, "Unix seconds end with the year 9999", "divide milliseconds by 1000");
  }
  time.kind = TimeKind::unix_seconds;
  time.value *= std::chrono::microseconds{std::chrono::seconds{1}}.count();
  return time;
}

void SeriesFile::Reader::add_time(FileSeries& series) {
  const ReadTime time = time_of_row(series);
  if (!first_time_) first_time_ = time;
  if (time.kind != first_time_->kind || time.has_offset != first_time_->has_offset) {
    refuse(at_.time, "all times of a file are of one kind: this is " +
                         std::string(kind_in_words(time)) + ", the first is " +
                         std::string(kind_in_words(*first_time_)));
  }
  if (!series.times.empty() && time.value <= series.times.back()) {
    refuse(at_.time,
           "the times of a series increase: before it stands '" +
               std::string(series.ds[series.ds.size() - 1]) + "', in series '" +
               shown_id(series.id) + "'",
           time.value == series.times.back() ? "keep one row for each series and time"
                                             : "sort the rows by series and time");
  }
  series.times.push_back(time.value);
  series.ds.add((*row_)[at_.time]);
}

void SeriesFile::Reader::add_split(FileSeries& series) const {
  const std::string_view split = at_.split ? (*row_)[*at_.split] : "train";
  if (split == "test") return;
  if (split != "train") refuse(*at_.split, "train or test is needed");
  if (series.train_rows < series.rows()) {
    refuse(*at_.split, "the train rows of a series stand before its test rows");
  }
  ++series.train_rows;
}

double SeriesFile::Reader::number_of_row(std::size_t column) const {
  const std::string_view text = (*row_)[column];
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    refuse(column, "the number is beyond the range of a double");
  }
  if (error != std::errc{} || end != text.data() + text.size()) {
    refuse(column, "a number is needed, or nothing for a missing value");
  }
  if (!std::isfinite(number)) refuse(column, "numbers are finite, and a missing value is empty");
  return number;
}

std::optional<std::int64_t> SeriesFile::Reader::steps_of_row(std::optional<std::size_t> column,
                                                             std::int64_t least) const {
  if (!column) return std::nullopt;
  const auto steps = whole_number((*row_)[*column]);
  if (!steps || *steps < least) {
    refuse(*column, "a whole number from " + std::to_string(least) + " is needed");
  }
  return steps;
}

void SeriesFile::Reader::check_steps(std::optional<std::size_t> column,
                                     std::optional<std::int64_t> steps) const {
  if (!column || whole_number((*row_)[*column]) == steps) return;
  refuse(*column,
         "it is the same in all rows of a series: the first has " + std::to_string(*steps));
}

SeriesFile::SeriesFile(std::unique_ptr<logs::ByteSource> bytes, SeriesColumns columns,
                       std::string name)
    : SeriesFile(std::make_unique<CsvRows>(std::move(bytes), std::move(name)), std::move(columns)) {
}
SeriesFile::SeriesFile(std::unique_ptr<TextRows> rows, SeriesColumns columns)
    : reader_(std::make_unique<Reader>(std::move(rows), std::move(columns))) {}

SeriesFile::~SeriesFile() = default;
SeriesFile::SeriesFile(SeriesFile&&) noexcept = default;
SeriesFile& SeriesFile::operator=(SeriesFile&&) noexcept = default;

std::optional<FileSeries> SeriesFile::next() { return reader_->next(); }

std::vector<FileSeries> SeriesFile::next_some(std::size_t rows,
                                              std::optional<std::size_t> horizon) {
  std::vector<FileSeries> some;
  for (std::size_t read = 0; read < rows;) {
    std::optional<FileSeries> series = next();
    if (!series) break;
    const auto steps =
        static_cast<std::size_t>(std::max<std::int64_t>(0, series->horizon.value_or(0)));
    read += series->rows() + kRowsAStep * horizon.value_or(steps);
    some.push_back(std::move(*series));
  }
  return some;
}

const std::vector<std::string>& SeriesFile::header() const noexcept { return reader_->header(); }
void SeriesFile::need_column(std::string_view name) const { reader_->need_column(name); }

std::optional<ReadSoFar> SeriesFile::read_so_far() const noexcept { return reader_->read_so_far(); }

std::optional<TimeKind> SeriesFile::time_kind() const noexcept {
  const auto& first = reader_->first_time();
  return first ? std::optional{first->kind} : std::nullopt;
}

}  // namespace shelduck::interop
