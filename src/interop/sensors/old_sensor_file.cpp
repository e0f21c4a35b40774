#include "shelduck/interop/sensors/old_sensor_file.hpp"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX's

#include <array>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/old_sensor_row.hpp"
#include "shelduck/interop/sensors/old_sensor_table.hpp"
#include "shelduck/interop/sensors/sqlite_connection.hpp"
#include "shelduck/interop/sensors/write_ahead_log.hpp"

namespace shelduck::interop {
namespace {

using sensors::IncomingRow;

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
  return is_log_there && ((code & 0xff) == SQLITE_READONLY || (code & 0xff) == SQLITE_CANTOPEN);
}

[[noreturn]] void refuse_source(const std::filesystem::path& file, std::string_view why) {
  throw Error{
      ErrorKind::invalid_input,
      file.string() + " " + std::string(why) + "; it was not touched",
      {.field = "--from", .value = file.string(), .rule = "the SQLite file of a sensor program"}};
}

void require_file(const std::filesystem::path& file) {
  std::error_code failure;
  if (!std::filesystem::exists(file, failure)) {
    throw Error{ErrorKind::not_found,
                "there is no file " + file.string(),
                {.field = "--from", .value = file.string(), .rule = "a SQLite file"}};
  }
  if (!std::filesystem::is_regular_file(file, failure)) refuse_source(file, "is no regular file");
  if (std::filesystem::file_size(file, failure) == 0) refuse_source(file, "is empty");
}

}  // namespace

class OldSensorFile::Source {
 public:
  Source(const std::filesystem::path& file, const OldSensorFileOptions& options)
      : file_(file), options_(options) {
    require_file(file);
    open();
  }

  // What a writer has under way.
  Source(SqliteConnection connection, const std::filesystem::path& file)
      : file_(file), connection_(std::move(connection)), table_(connection_, file) {}

  std::optional<std::int64_t> count() {
    try {
      return settled([&] { return table_.count(); });
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) throw;
      return std::nullopt;
    }
  }

  std::int64_t count_given() {
    if (!last_) return 0;
    return settled([&] { return table_.count_to(*last_); });
  }

  void begin_again() {
    end_ = last_.value_or(INT64_MIN);
    last_.reset();
  }

  void require_whole() const {
    if (damage_) throw Error{*damage_};
  }

  std::vector<IncomingRow> next(std::size_t most) {
    Piece piece = settled([&] { return piece_of(most); });
    texts_ = std::move(piece.texts);
    if (piece.last) last_ = piece.last;
    return std::move(piece.rows);
  }

 private:
  struct Piece {
    std::vector<IncomingRow> rows;
    std::deque<std::string> texts;  // of the refused rows, which borrow them
    std::optional<std::int64_t> last;
  };

  Piece piece_of(std::size_t most) {
    Piece piece;
    damage_.reset();
    if (last_ == INT64_MAX) return piece;
    const SqliteProgram program = table_.rows();
    (void)sqlite3_bind_int64(program.get(), 1, last_ ? *last_ + 1 : INT64_MIN);
    (void)sqlite3_bind_int64(program.get(), 2, end_);
    (void)sqlite3_bind_int64(program.get(), 3, static_cast<std::int64_t>(most));
    piece.rows.reserve(most);
    while (has_row(program.get())) {
      piece.last = sqlite3_column_int64(program.get(), 0);
      OldSensorRow row = read_old_row(program.get());
      if (row.refusal) {
        const std::string& text = piece.texts.emplace_back(std::move(row.text));
        piece.rows.push_back({.refusal = std::move(row.refusal), .text = text});
      } else {
        piece.rows.push_back({.reading = row.reading});
      }
    }
    return piece;
  }

  // What was read before a damage is given all the same.
  bool has_row(sqlite3_stmt* program) {
    try {
      return connection_.step(program);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) throw;
      damage_ = error;
      return false;
    }
  }

  // Without a log there is no lock to hold, so what was read counts where nobody wrote meanwhile.
  template <class Read>
  auto settled(const Read& read) -> decltype(read()) {
    auto result = read();
    while (quiet_ && !quiet_->is_still_so()) {
      open();
      result = read();
    }
    return result;
  }

  // A log without its index in shared memory is nobody's: to read it here would make one.
  void open() {
    quiet_.reset();
    const WriteAheadLog log = look_at_log(file_);
    if (log == WriteAheadLog::abandoned) {
      open_copy();
    } else if (log == WriteAheadLog::merged) {
      quiet_.emplace(file_);
      connect(unlocked_name(file_), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
      if (const int code = connection_.first_code(); code != SQLITE_OK) connection_.fail(code);
    } else {
      connect(file_.string(), SQLITE_OPEN_READONLY);
      if (const int code = connection_.first_code(); code != SQLITE_OK) {
        if (!is_left_log(code, file_)) connection_.fail(code);
        open_copy();
      }
    }
    table_ = OldSensorTable{connection_, file_};
    if (!table_.is_copied()) return;
    const bool is_whole = !quiet_ || quiet_->is_still_so();
    quiet_.reset();
    if (!is_whole) open();
  }

  void connect(const std::string& name, int access) {
    table_ = {};
    connection_ = SqliteConnection{name, access, {.file = file_, .wait = options_.wait}};
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
    connect(place.string(), SQLITE_OPEN_READWRITE);
    if (const int code = connection_.first_code(); code != SQLITE_OK) connection_.fail(code);
  }

  std::filesystem::path file_;
  OldSensorFileOptions options_;
  std::optional<CopyFolder> copy_;  // outlives the connection
  std::optional<QuietFile> quiet_;  // of a file that is read without locks
  SqliteConnection connection_;
  OldSensorTable table_;
  std::optional<std::int64_t> last_;  // row id that was given
  std::int64_t end_ = INT64_MAX;      // the last row id to give
  std::optional<Error> damage_;
  std::deque<std::string> texts_;  // of the last piece
};

OldSensorFile::OldSensorFile(const std::filesystem::path& file, const OldSensorFileOptions& options)
    : source_(std::make_unique<Source>(file, options)) {}
OldSensorFile::OldSensorFile(const SqliteConnection& connection, const std::filesystem::path& file)
    : source_(std::make_unique<Source>(connection, file)) {}
OldSensorFile::~OldSensorFile() = default;
OldSensorFile::OldSensorFile(OldSensorFile&&) noexcept = default;
OldSensorFile& OldSensorFile::operator=(OldSensorFile&&) noexcept = default;

std::optional<std::int64_t> OldSensorFile::count() { return source_->count(); }

std::vector<IncomingRow> OldSensorFile::next(std::size_t most) { return source_->next(most); }

void OldSensorFile::require_whole() const { source_->require_whole(); }

std::int64_t OldSensorFile::count_given() { return source_->count_given(); }

void OldSensorFile::begin_again() { source_->begin_again(); }

}  // namespace shelduck::interop
