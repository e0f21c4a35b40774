#include "shelduck/interop/sensors/old_sensor_file.hpp"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX's

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"
#include "shelduck/interop/sensors/sqlite_handle.hpp"
#include "shelduck/sensors/records/record.hpp"

namespace shelduck::interop {
namespace {

using sensors::IncomingRow;
using sensors::Reading;
using sensors::Refusal;

constexpr std::string_view kTable = "sensor_readings";
constexpr int kColumns = 7;

// The columns of a query, in its order.
enum Column : int {
  id_column,
  node_column,
  timestamp_column,
  temperature_column,
  humidity_column,
  flags_column,
  received_at_column
};
constexpr std::array<std::string_view, kColumns> kNames{
    "id", "node_address", "timestamp", "temperature_raw", "humidity_raw", "flags", "received_at"};

struct Range {
  std::int64_t least = 0;
  std::int64_t greatest = 0;
};

// Their numbers are signed, so no address is beyond 2^63 - 1.
constexpr std::array<Range, kColumns> kRanges{{{0, INT64_MAX},
                                               {0, INT64_MAX},
                                               {sensors::kTimestampMin, sensors::kTimestampMax},
                                               {sensors::kTemperatureMin, sensors::kTemperatureMax},
                                               {0, sensors::kHumidityMax},
                                               {0, sensors::kFlagsMax},
                                               {sensors::kTimestampMin, sensors::kTimestampMax}}};

// Removed with its object.
struct CopyFolder {
  std::filesystem::path path;

  explicit CopyFolder(const std::filesystem::path& beneath) {
    std::string name = (beneath / "shelduck-migrate-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw system_error("mkdtemp", name, errno);
    path = name;
  }
  ~CopyFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  CopyFolder(const CopyFolder&) = delete;
  CopyFolder& operator=(const CopyFolder&) = delete;
};

// A log that only a writer could roll back.
bool is_left_log(int code, const std::filesystem::path& file) {
  const bool is_log_there = std::filesystem::exists(file.string() + "-journal") ||
                            std::filesystem::exists(file.string() + "-wal");
  return is_log_there && (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY ||
                          code == SQLITE_READONLY_CANTINIT || code == SQLITE_CANTOPEN);
}

[[noreturn]] void fail(const std::filesystem::path& file, int code, std::string_view said) {
  const std::string name = file.string();
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error{ErrorKind::busy,
                  name + " is locked by its program",
                  {.hint = "end that program, or give more time with --wait SECONDS"}};
    case SQLITE_NOTADB:
      throw Error{
          ErrorKind::invalid_input,
          name + " is no SQLite file; it was not touched",
          {.field = "--from", .value = name, .rule = "the SQLite file of a sensor program"}};
    case SQLITE_CORRUPT:
      throw Error{ErrorKind::corrupt,
                  name + " is damaged: " + std::string(said) +
                      "; what was read before that is kept, the file was not touched",
                  {.hint = "take the rest from a copy, or from: sqlite3 FILE .recover"}};
    case SQLITE_INTERRUPT:
      throw Error{ErrorKind::cancelled, "interrupted"};
    default:
      throw Error{ErrorKind::io, "cannot read " + name + ": " + std::string(said)};
  }
}

// As SQL writes them; no more than is kept of a row.
std::string shown_bytes(sqlite3_stmt* row, int column) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(row, column));
  const auto there = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  std::string shown = "X'";
  for (std::size_t i = 0; i < std::min(there, sensors::RefusedRow::kTextBytesMax); ++i) {
    shown += kDigits[bytes[i] >> 4U];
    shown += kDigits[bytes[i] & 15U];
  }
  return shown + "'";
}

std::string shown_value(sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
      return "null";
    case SQLITE_BLOB:
      return shown_bytes(row, column);
    default: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
      const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
      const std::string value = valid_utf8({text, bytes});
      const bool is_text = sqlite3_column_type(row, column) == SQLITE_TEXT;
      return is_text ? "'" + value + "'" : value;
    }
  }
}

std::string shown_row(sqlite3_stmt* row) {
  std::string text;
  for (int i = node_column; i < kColumns; ++i) {
    text += (text.empty() ? "" : ", ") + std::string(kNames[static_cast<std::size_t>(i)]) + " " +
            shown_value(row, i);
  }
  return text;
}

// A text of digits counts as the number that it says.
std::optional<std::int64_t> whole_number(sqlite3_stmt* row, int column) {
  if (sqlite3_column_type(row, column) == SQLITE_INTEGER) return sqlite3_column_int64(row, column);
  if (sqlite3_column_type(row, column) != SQLITE_TEXT) return std::nullopt;
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  const char* end = text + sqlite3_column_bytes(row, column);
  std::int64_t number = 0;
  const auto [at, failure] = std::from_chars(text, end, number);
  if (failure != std::errc{} || at != end) return std::nullopt;
  return number;
}

// The row's numbers, or which of them breaks a rule.
class ReadRow {
 public:
  explicit ReadRow(sqlite3_stmt* row) : row_(row) {
    for (int i = node_column; i < kColumns; ++i) take(i);
  }

  [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }
  [[nodiscard]] Reading reading() const {
    return {.node_address = static_cast<std::uint64_t>(numbers_[node_column]),
            .timestamp = numbers_[timestamp_column],
            .temperature_centidegrees = static_cast<std::int16_t>(numbers_[temperature_column]),
            .humidity_centipercent = static_cast<std::uint16_t>(numbers_[humidity_column]),
            .flags = static_cast<std::uint8_t>(numbers_[flags_column]),
            .received_at = numbers_[received_at_column]};
  }

 private:
  void take(int column) {
    const auto place = static_cast<std::size_t>(column);
    // The one column that could be without a value, and then had this one.
    if (column == flags_column && sqlite3_column_type(row_, column) == SQLITE_NULL) return;
    const auto number = whole_number(row_, column);
    const Range& range = kRanges[place];
    if (number && *number >= range.least && *number <= range.greatest) {
      numbers_[place] = *number;
      return;
    }
    if (refusal_) return;
    refusal_ = Refusal{.field = std::string(kNames[place]),
                       .reason = "a whole number from " + std::to_string(range.least) + " to " +
                                 std::to_string(range.greatest) + " is needed",
                       .value = shown_value(row_, column)};
  }

  sqlite3_stmt* row_;
  std::array<std::int64_t, kColumns> numbers_{};
  std::optional<Refusal> refusal_;
};

}  // namespace

class OldSensorFile::Opened {
 public:
  Opened(const std::filesystem::path& file, const OldSensorFileOptions& options)
      : file_(file), options_(options) {
    if (!std::filesystem::is_regular_file(file)) {
      throw Error{ErrorKind::not_found,
                  "there is no file " + file.string(),
                  {.field = "--from", .value = file.string(), .rule = "a SQLite file"}};
    }
    if (const int code = open(file, SQLITE_OPEN_READONLY); code != SQLITE_OK) {
      if (!is_left_log(code, file)) fail(file_, code, said());
      open_copy();
    }
    learn_shape();
  }

  // What a writer has under way.
  Opened(SqliteHandle handle, const std::filesystem::path& file)
      : file_(file), handle_(std::move(handle)) {
    learn_shape();
  }

  std::optional<std::int64_t> count() {
    const SqliteProgram program = prepare("SELECT count(*) FROM " + std::string(kTable));
    const int code = sqlite3_step(program.get());
    if ((code & 0xff) == SQLITE_CORRUPT) return std::nullopt;
    if (code != SQLITE_ROW) fail(file_, code, said());
    return sqlite3_column_int64(program.get(), 0);
  }

  void require_whole() const {
    if (damage_) throw Error{*damage_};
  }

  std::vector<IncomingRow> next(std::size_t most) {
    const SqliteProgram program = prepare(select() + " WHERE id > ? ORDER BY id LIMIT ?");
    (void)sqlite3_bind_int64(program.get(), 1, last_id_);
    (void)sqlite3_bind_int64(program.get(), 2, static_cast<std::int64_t>(most));
    texts_.clear();
    std::vector<IncomingRow> rows;
    rows.reserve(most);
    while (has_row(program.get())) {
      last_id_ = sqlite3_column_int64(program.get(), id_column);
      ReadRow row{program.get()};
      if (row.refusal()) {
        rows.push_back(
            {.refusal = row.refusal(), .text = texts_.emplace_back(shown_row(program.get()))});
      } else {
        rows.push_back({.reading = row.reading()});
      }
    }
    return rows;
  }

  std::vector<Reading> of_node(std::uint64_t address, std::int64_t after, std::size_t most) {
    const SqliteProgram program = prepare(select() + " WHERE " + node_ +
                                          " = ? AND \"timestamp\" > ? AND id <= ? "
                                          "ORDER BY \"timestamp\" LIMIT ?");
    (void)sqlite3_bind_int64(program.get(), 1, static_cast<std::int64_t>(address));
    (void)sqlite3_bind_int64(program.get(), 2, after);
    (void)sqlite3_bind_int64(program.get(), 3, last_id_);
    (void)sqlite3_bind_int64(program.get(), 4, static_cast<std::int64_t>(most));
    std::vector<Reading> readings;
    while (step(program.get())) {
      const ReadRow row{program.get()};
      if (!row.refusal()) readings.push_back(row.reading());
    }
    return readings;
  }

 private:
  // The code of the first reading, which meets what the opening does not.
  int open(const std::filesystem::path& file, int access) {
    sqlite3* made = nullptr;
    const int opened = sqlite3_open_v2(file.c_str(), &made, access | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_ = own(made);
    if (opened != SQLITE_OK) return sqlite3_extended_errcode(made);
    (void)sqlite3_extended_result_codes(made, 1);
    (void)sqlite3_busy_timeout(made, static_cast<int>(1000 * options_.wait.count()));
    return sqlite3_exec(made, "SELECT count(*) FROM sqlite_master", nullptr, nullptr, nullptr);
  }

  // With its logs, which are rolled back there.
  void open_copy() {
    copy_.emplace(options_.temporary);
    const std::filesystem::path place = copy_->path / "copy.db";
    for (const char* suffix : {"", "-journal", "-wal"}) {
      const std::filesystem::path from = file_.string() + suffix;
      std::error_code failure;
      if (!std::filesystem::exists(from)) continue;
      std::filesystem::copy_file(from, place.string() + suffix, failure);
      if (failure) throw system_error("copy", from.string(), failure.value());
    }
    if (const int code = open(place, SQLITE_OPEN_READWRITE); code != SQLITE_OK) {
      fail(file_, code, said());
    }
  }

  void learn_shape() {
    const SqliteProgram program =
        prepare("SELECT name FROM pragma_table_info('" + std::string(kTable) +
                "') WHERE name IN ('node_address', 'device_id') "
                "ORDER BY name LIMIT 1");
    if (!step(program.get())) {
      throw Error{ErrorKind::invalid_input,
                  file_.string() + " has no table " + std::string(kTable) +
                      " of a sensor program; it was not touched",
                  {.field = "--from",
                   .value = file_.string(),
                   .rule = "a file with the table " + std::string(kTable)}};
    }
    node_ = reinterpret_cast<const char*>(sqlite3_column_text(program.get(), 0));
  }

  [[nodiscard]] std::string select() const {
    return "SELECT id, " + node_ +
           ", \"timestamp\", temperature_centidegrees, humidity_centipercent, flags, received_at "
           "FROM " +
           std::string(kTable);
  }

  [[nodiscard]] SqliteProgram prepare(const std::string& sql) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v2(handle_.get(), sql.c_str(),
                                        static_cast<int>(sql.size()) + 1, &made, nullptr);
    SqliteProgram program{made};
    if (code != SQLITE_OK) fail(file_, code, said());
    return program;
  }

  // What was read before a damage is given all the same.
  bool has_row(sqlite3_stmt* program) {
    try {
      return step(program);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) throw;
      damage_ = error;
      return false;
    }
  }

  // False after the last row.
  bool step(sqlite3_stmt* program) {
    const int code = sqlite3_step(program);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) fail(file_, code, said());
    return false;
  }

  [[nodiscard]] std::string said() const { return sqlite3_errmsg(handle_.get()); }

  std::filesystem::path file_;
  OldSensorFileOptions options_;
  std::optional<CopyFolder> copy_;  // outlives the handle
  SqliteHandle handle_;
  std::string node_;  // the name of its column
  std::int64_t last_id_ = INT64_MIN;
  std::optional<Error> damage_;
  std::deque<std::string> texts_;  // of the refused rows of the last piece, which borrow them
};

OldSensorFile::OldSensorFile(const std::filesystem::path& file, const OldSensorFileOptions& options)
    : opened_(std::make_unique<Opened>(file, options)) {}
OldSensorFile::OldSensorFile(std::shared_ptr<sqlite3> handle, const std::filesystem::path& file)
    : opened_(std::make_unique<Opened>(std::move(handle), file)) {}
OldSensorFile::~OldSensorFile() = default;
OldSensorFile::OldSensorFile(OldSensorFile&&) noexcept = default;
OldSensorFile& OldSensorFile::operator=(OldSensorFile&&) noexcept = default;

std::optional<std::int64_t> OldSensorFile::count() { return opened_->count(); }

void OldSensorFile::require_whole() const { opened_->require_whole(); }

std::vector<IncomingRow> OldSensorFile::next(std::size_t most) { return opened_->next(most); }

std::vector<Reading> OldSensorFile::of_node(std::uint64_t address, std::int64_t after,
                                            std::size_t most) {
  return opened_->of_node(address, after, most);
}

}  // namespace shelduck::interop
