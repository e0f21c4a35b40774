#include "shelduck/interop/sensors/old_sensor_target.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/sqlite_handle.hpp"

namespace shelduck::interop {
namespace {

using sensors::Reading;

// What that program makes for itself.
constexpr const char* kOldTables = R"sql(
CREATE TABLE IF NOT EXISTS sensor_readings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  node_address INTEGER NOT NULL,
  timestamp INTEGER NOT NULL,
  temperature_centidegrees INTEGER NOT NULL,
  humidity_centipercent INTEGER NOT NULL,
  flags INTEGER DEFAULT 0,
  received_at INTEGER NOT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  UNIQUE(node_address, timestamp));
CREATE TABLE IF NOT EXISTS nodes (
  address INTEGER PRIMARY KEY,
  node_type TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  total_readings INTEGER DEFAULT 0))sql";
constexpr const char* kOldIndexes = R"sql(
CREATE INDEX IF NOT EXISTS idx_node_timestamp ON sensor_readings(node_address, timestamp);
CREATE INDEX IF NOT EXISTS idx_timestamp ON sensor_readings(timestamp);
CREATE INDEX IF NOT EXISTS idx_last_seen ON nodes(last_seen_at))sql";

constexpr std::string_view kInsertReading =
    "INSERT INTO sensor_readings (node_address, timestamp, temperature_centidegrees, "
    "humidity_centipercent, flags, received_at, created_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, datetime(?6, 'unixepoch')) "
    "ON CONFLICT (node_address, timestamp) DO NOTHING";
constexpr std::string_view kUpsertNode =
    "INSERT INTO nodes (address, node_type, first_seen_at, last_seen_at, total_readings) "
    "SELECT node_address, 'SENSOR', min(timestamp), max(timestamp), count(*) "
    "FROM sensor_readings WHERE node_address = ?1 GROUP BY node_address "
    "ON CONFLICT (address) DO UPDATE SET first_seen_at = min(first_seen_at, "
    "excluded.first_seen_at), last_seen_at = max(last_seen_at, excluded.last_seen_at), "
    "total_readings = excluded.total_readings";

void sync(const std::filesystem::path& place, int kind) {
  const int descriptor = ::open(place.c_str(), O_RDONLY | O_CLOEXEC | kind);
  if (descriptor < 0) throw system_error("open", place.string(), errno);
  const bool is_synced = ::fsync(descriptor) == 0;
  const int failure = errno;
  ::close(descriptor);
  if (!is_synced) throw system_error("fsync", place.string(), failure);
}

[[noreturn]] void refuse_target(const std::filesystem::path& file, std::string_view why) {
  throw Error{ErrorKind::invalid_input,
              file.string() + " " + std::string(why) + "; it was not touched",
              {.field = "--to",
               .value = file.string(),
               .rule = "a new file, or that of the older program"}};
}

[[noreturn]] void fail_writing(const std::filesystem::path& file, int code, std::string_view said) {
  const std::string name = file.string();
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error{ErrorKind::busy,
                  name + " is locked by its program; nothing was written",
                  {.hint = "end that program, or give more time with --wait SECONDS"}};
    case SQLITE_NOTADB:
      refuse_target(file, "is no SQLite file");
    case SQLITE_FULL:
      throw Error{ErrorKind::exhausted,
                  "no space for " + name + "; nothing was written",
                  {.hint = "make room, then run it again"}};
    case SQLITE_CORRUPT:
      throw Error{ErrorKind::corrupt,
                  name + " is damaged: " + std::string(said) + "; nothing was written",
                  {.hint = "give the name of a new file with --to"}};
    default:
      throw Error{ErrorKind::io,
                  "cannot write " + name + ": " + std::string(said) + "; nothing was written"};
  }
}

}  // namespace

class OldSensorTarget::Opened {
 public:
  Opened(const std::filesystem::path& file, const OldSensorTargetOptions& options)
      : file_(file), is_new_(!std::filesystem::exists(std::filesystem::symlink_status(file))) {
    if (!is_new_ && !std::filesystem::is_regular_file(file)) refuse_target(file, "is no file");
    if (is_new_) remove_unfinished();
    open(options);
    if (!is_new_) require_old_tables();
    // Of a file that nobody else knows yet, nothing has to be undone or waited for.
    if (is_new_) run("PRAGMA journal_mode = off; PRAGMA synchronous = off");
    run("BEGIN IMMEDIATE");
    run(kOldTables);
    insert_ = prepare(kInsertReading);
  }
  ~Opened() {
    insert_.reset();
    handle_.reset();
    if (is_new_) remove_unfinished();
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  std::int64_t add(std::span<const Reading> readings) {
    const std::int64_t before = sqlite3_total_changes64(handle_.get());
    for (const Reading& reading : readings) insert(reading);
    return sqlite3_total_changes64(handle_.get()) - before;
  }

  void fill_nodes() {
    const SqliteProgram upsert = prepare(kUpsertNode);
    for (const std::int64_t address : addresses_) {
      (void)sqlite3_bind_int64(upsert.get(), 1, address);
      finish(upsert.get());
    }
    run(kOldIndexes);
  }

  [[nodiscard]] OldSensorFile reader() const { return OldSensorFile{handle_, file_}; }

  void put_in_place() {
    run("COMMIT");
    if (!is_new_) return;
    insert_.reset();
    handle_.reset();
    sync(place(), 0);
    if (::link(place().c_str(), file_.c_str()) != 0) {
      if (errno != EEXIST) throw system_error("link", file_.string(), errno);
      throw Error{ErrorKind::conflict,
                  file_.string() + " was made by somebody else meanwhile; it was not touched"};
    }
    remove_unfinished();
    const std::filesystem::path folder = file_.parent_path();
    sync(folder.empty() ? "." : folder, O_DIRECTORY);
  }

 private:
  [[nodiscard]] std::filesystem::path place() const {
    return is_new_ ? std::filesystem::path(file_.string() + ".unfinished") : file_;
  }

  void remove_unfinished() {
    std::error_code ignored;
    std::filesystem::remove(place(), ignored);
  }

  void open(const OldSensorTargetOptions& options) {
    sqlite3* made = nullptr;
    const int access = SQLITE_OPEN_READWRITE | (is_new_ ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(place().c_str(), &made, access | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_ = own(made);
    if (code != SQLITE_OK) fail_writing(file_, code, said());
    (void)sqlite3_extended_result_codes(made, 1);
    (void)sqlite3_busy_timeout(made, static_cast<int>(1000 * options.wait.count()));
  }

  // An empty one is as good as none.
  void require_old_tables() {
    const SqliteProgram look = prepare(
        "SELECT count(*), (SELECT count(*) FROM pragma_table_info('sensor_readings') "
        "WHERE name = 'node_address') FROM sqlite_master");
    const int code = sqlite3_step(look.get());
    if (code != SQLITE_ROW) fail_writing(file_, code, said());
    const bool is_empty = sqlite3_column_int64(look.get(), 0) == 0;
    if (is_empty || sqlite3_column_int64(look.get(), 1) > 0) return;
    refuse_target(file_, "has no table sensor_readings with a column node_address");
  }

  void insert(const Reading& reading) {
    const auto address = static_cast<std::int64_t>(reading.node_address);
    addresses_.insert(address);
    sqlite3_stmt* program = insert_.get();
    (void)sqlite3_bind_int64(program, 1, address);
    (void)sqlite3_bind_int64(program, 2, reading.timestamp);
    (void)sqlite3_bind_int(program, 3, reading.temperature_centidegrees);
    (void)sqlite3_bind_int(program, 4, reading.humidity_centipercent);
    (void)sqlite3_bind_int(program, 5, reading.flags);
    (void)sqlite3_bind_int64(program, 6, reading.received_at);
    finish(program);
  }

  void finish(sqlite3_stmt* program) {
    const int code = sqlite3_step(program);
    if (code != SQLITE_DONE) fail_writing(file_, code, said());
    (void)sqlite3_reset(program);
  }

  void run(const char* sql) {
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail_writing(file_, code, said());
  }

  [[nodiscard]] SqliteProgram prepare(std::string_view sql) {
    sqlite3_stmt* made = nullptr;
    const int code =
        sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &made, nullptr);
    SqliteProgram program{made};
    if (code != SQLITE_OK) fail_writing(file_, code, said());
    return program;
  }

  [[nodiscard]] std::string said() const { return sqlite3_errmsg(handle_.get()); }

  std::filesystem::path file_;
  bool is_new_;
  SqliteHandle handle_;
  SqliteProgram insert_;
  std::set<std::int64_t> addresses_;  // of the readings that were given
};

OldSensorTarget::OldSensorTarget(const std::filesystem::path& file,
                                 const OldSensorTargetOptions& options)
    : opened_(std::make_unique<Opened>(file, options)) {}
OldSensorTarget::~OldSensorTarget() = default;
OldSensorTarget::OldSensorTarget(OldSensorTarget&&) noexcept = default;
OldSensorTarget& OldSensorTarget::operator=(OldSensorTarget&&) noexcept = default;

std::int64_t OldSensorTarget::add(std::span<const Reading> readings) {
  return opened_->add(readings);
}

void OldSensorTarget::fill_nodes() { opened_->fill_nodes(); }

OldSensorFile OldSensorTarget::reader() const { return opened_->reader(); }

void OldSensorTarget::put_in_place() { opened_->put_in_place(); }

}  // namespace shelduck::interop
