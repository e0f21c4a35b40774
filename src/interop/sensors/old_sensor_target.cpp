#include "shelduck/interop/sensors/old_sensor_target.hpp"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/sqlite_connection.hpp"
#include "shelduck/interop/sensors/unfinished_file.hpp"

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

[[noreturn]] void refuse_target(const std::filesystem::path& file, std::string_view why) {
  throw Error{ErrorKind::invalid_input,
              file.string() + " " + std::string(why) + "; it was not touched",
              {.field = "--to",
               .value = file.string(),
               .rule = "a new file, or that of the older program"}};
}

// What a file lacks that is that program's, in the order in which it is asked; each a number that
// is not zero where it is there.
struct Need {
  const char* sql;
  const char* lack;
};
constexpr std::array<Need, 5> kNeeds{
    {{"SELECT count(*) FROM pragma_table_info('sensor_readings') WHERE name = 'node_address'",
      "has no table sensor_readings with a column node_address"},
     {"SELECT count(*) = 6 FROM pragma_table_info('sensor_readings') WHERE name IN ('timestamp', "
      "'temperature_centidegrees', 'humidity_centipercent', 'flags', 'received_at', 'created_at')",
      "lacks columns of that program's table sensor_readings"},
     {"SELECT count(*) FROM pragma_index_list('sensor_readings') AS i WHERE i.\"unique\" AND NOT "
      "i.partial AND (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) "
      "ORDER BY name)) = 'node_address,timestamp'",
      "does not keep node and second of its table sensor_readings unique"},
     {"SELECT count(*) = 0 FROM pragma_table_info('sensor_readings') WHERE \"notnull\" AND NOT pk "
      "AND dflt_value IS NULL AND name NOT IN ('node_address', 'timestamp', "
      "'temperature_centidegrees', 'humidity_centipercent', 'flags', 'received_at', 'created_at')",
      "wants more of a row of sensor_readings than that program writes"},
     {"SELECT count(*) = 0 OR sum(name IN ('address', 'node_type', 'first_seen_at', "
      "'last_seen_at', "
      "'total_readings')) = 5 AND sum(name = 'address' AND pk = 1) = 1 "
      "FROM pragma_table_info('nodes')",
      "has another table nodes"}}};
}  // namespace

class OldSensorTarget::Target {
 public:
  Target(const std::filesystem::path& file, const OldSensorTargetOptions& options) : file_(file) {
    if (!std::filesystem::exists(std::filesystem::symlink_status(file))) {
      unfinished_.emplace(file);
    } else if (!std::filesystem::is_regular_file(file)) {
      refuse_target(file, "is no file");
    }
    const int create = unfinished_ ? SQLITE_OPEN_CREATE : 0;
    connection_ =
        SqliteConnection{(unfinished_ ? unfinished_->place() : file).string(),
                         SQLITE_OPEN_READWRITE | create,
                         {.file = file, .aim = SqliteUse::Aim::write, .wait = options.wait}};
    if (const int code = connection_.first_code(); code != SQLITE_OK) connection_.fail(code);
    if (!unfinished_) require_old_tables();
    // Of a file that nobody else knows yet, nothing has to be undone or waited for.
    if (unfinished_) connection_.run("PRAGMA journal_mode = off; PRAGMA synchronous = off");
    connection_.run("BEGIN IMMEDIATE");
    connection_.run(kOldTables);
    insert_ = connection_.prepare(kInsertReading);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target() { close(); }

  std::int64_t add(std::span<const Reading> readings) {
    const std::int64_t before = connection_.changes();
    for (const Reading& reading : readings) insert(reading);
    return connection_.changes() - before;
  }

  void fill_nodes() {
    const SqliteProgram upsert = connection_.prepare(kUpsertNode);
    for (const std::int64_t address : addresses_) {
      (void)sqlite3_bind_int64(upsert.get(), 1, address);
      finish(upsert.get());
    }
    connection_.run(kOldIndexes);
  }

  [[nodiscard]] OldSensorFile reader() const { return OldSensorFile{connection_, file_}; }

  void put_in_place() {
    connection_.run("COMMIT");
    if (!unfinished_) return;
    close();
    unfinished_->put_in_place();
  }

 private:
  void close() {
    insert_.reset();
    connection_ = {};
  }

  // An empty one is as good as none.
  void require_old_tables() const {
    if (connection_.number("SELECT count(*) FROM sqlite_master") == 0) return;
    for (const Need& need : kNeeds) {
      if (connection_.number(need.sql) == 0) refuse_target(file_, need.lack);
    }
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

  void finish(sqlite3_stmt* program) const {
    (void)connection_.step(program);
    (void)sqlite3_reset(program);
  }

  std::filesystem::path file_;
  std::optional<UnfinishedFile> unfinished_;  // of a new file; outlives the connection
  SqliteConnection connection_;
  SqliteProgram insert_;
  std::set<std::int64_t> addresses_;  // of the readings that were given
};

OldSensorTarget::OldSensorTarget(const std::filesystem::path& file,
                                 const OldSensorTargetOptions& options)
    : target_(std::make_unique<Target>(file, options)) {}
OldSensorTarget::~OldSensorTarget() = default;
OldSensorTarget::OldSensorTarget(OldSensorTarget&&) noexcept = default;
OldSensorTarget& OldSensorTarget::operator=(OldSensorTarget&&) noexcept = default;

std::int64_t OldSensorTarget::add(std::span<const Reading> readings) {
  return target_->add(readings);
}

void OldSensorTarget::fill_nodes() { target_->fill_nodes(); }

OldSensorFile OldSensorTarget::reader() const { return target_->reader(); }

void OldSensorTarget::put_in_place() { target_->put_in_place(); }

}  // namespace shelduck::interop
