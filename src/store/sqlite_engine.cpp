#include "shelduck/store/sqlite_engine.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

#include "shelduck/store/sqlite_result.hpp"

namespace shelduck::store::detail {

namespace {

// Who has the file open beside us (a shell, a program of the user's) is waited for so long.
constexpr int kOthersMilliseconds = 2000;
// Of what the database may take, a connection's pages: a few are open at a time.
constexpr std::int64_t kCacheShare = 8;
constexpr std::int64_t kCacheBytesMax = 8'000'000;

// The extended codes of one primary code have it in their low byte.
constexpr int primary(int code) { return code & 0xff; }

ErrorKind kind_of_code(int code) {
  switch (primary(code)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::busy;
    case SQLITE_INTERRUPT:
      return ErrorKind::cancelled;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return ErrorKind::exhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::corrupt;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
      return ErrorKind::io;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return ErrorKind::refused;
    case SQLITE_CONSTRAINT:
      return ErrorKind::conflict;
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return ErrorKind::invalid_input;
    default:
      return ErrorKind::bug;
  }
}

// Of this process one connection writes at a time, and the others only read.
Error busy_error(const std::filesystem::path& path) {
  return Error{ErrorKind::busy,
               "another program writes to " + path.string() + ", or has a transaction open there",
               {.field = "database",
                .value = path.string(),
                .hint = "end it, or try again: it was waited for 2 seconds"}};
}

Error sqlite_error(sqlite3* handle, int code, const std::filesystem::path& path,
                   std::string_view sql) {
  const ErrorKind kind = kind_of_code(code);
  const std::string said = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  if (kind == ErrorKind::corrupt) return damage_error({DUCKDB_ERROR_INVALID, said}, path);
  if (kind == ErrorKind::cancelled) {
    return Error{kind, "interrupted; what was acknowledged before is kept"};
  }
  if (kind == ErrorKind::busy) return busy_error(path);
  constexpr std::size_t kShown = 200;
  std::string message = std::string(kEngineWords) + said;
  if (!sql.empty()) message += " [in: " + std::string(sql.substr(0, kShown)) + "]";
  ErrorDetail detail;
  if (kind == ErrorKind::exhausted) detail.hint = "make room, then try again";
  return Error{kind, message, detail};
}

struct SqliteBinder {
  sqlite3_stmt* program;
  int index;

  int operator()(std::monostate) const { return sqlite3_bind_null(program, index); }
  int operator()(bool value) const { return sqlite3_bind_int(program, index, value ? 1 : 0); }
  int operator()(std::int64_t value) const { return sqlite3_bind_int64(program, index, value); }
  // Only what no signed number holds is kept as one; the engine has no type for it.
  int operator()(std::uint64_t) const { return SQLITE_MISMATCH; }
  int operator()(double value) const { return sqlite3_bind_double(program, index, value); }
  int operator()(std::string_view value) const {
    return sqlite3_bind_text64(program, index, value.data() != nullptr ? value.data() : "",
                               value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  int operator()(Instant value) const {
    return sqlite3_bind_int64(program, index, value.time_since_epoch().count());
  }
  int operator()(const Uuid& value) const {
    return sqlite3_bind_blob64(program, index, value.bytes.data(), value.bytes.size(),
                               SQLITE_TRANSIENT);
  }
  int operator()(Bytes value) const {
    if (value.empty()) return sqlite3_bind_zeroblob(program, index, 0);
    return sqlite3_bind_blob64(program, index, value.data(), value.size(), SQLITE_TRANSIENT);
  }
};

class SqliteStatement final : public EngineStatement {
 public:
  SqliteStatement(ConnectionImpl& owner, sqlite3* handle, const std::string& sql)
      : owner_(owner), handle_(handle), sql_(sql) {
    sqlite3_stmt* made = nullptr;
    const int code =
        sqlite3_prepare_v2(handle, sql.c_str(), static_cast<int>(sql.size()) + 1, &made, nullptr);
    program_ = {made, sqlite3_finalize};
    if (code != SQLITE_OK) fail(code);
  }

  [[nodiscard]] std::size_t parameters() const override {
    return static_cast<std::size_t>(sqlite3_bind_parameter_count(program_.get()));
  }

  [[nodiscard]] std::unique_ptr<ResultImpl> execute(std::span<const Parameter> values,
                                                    Delivery delivery) override {
    (void)sqlite3_reset(program_.get());
    (void)sqlite3_clear_bindings(program_.get());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const SqliteBinder binder{program_.get(), static_cast<int>(i) + 1};
      const int code = std::visit(binder, values[i].value());
      if (code != SQLITE_OK) fail(code);
    }
    auto made = std::make_unique<SqliteResult>(
        program_, [&owner = owner_, program = program_.get()](int code) {
          const std::string sql = sqlite3_sql(program);
          owner.fail(sqlite_error(sqlite3_db_handle(program), code, owner.database->path, sql),
                     Aftermath::usable);
        });
    if (delivery == Delivery::whole) made->fetch_all();
    return made;
  }

 private:
  [[noreturn]] void fail(int code) {
    owner_.fail(sqlite_error(handle_, code, owner_.database->path, sql_), Aftermath::usable);
  }

  ConnectionImpl& owner_;
  sqlite3* handle_;
  const std::string& sql_;  // of the statement that owns this
  SqliteProgram program_;
};

// Functions that are DuckDB's and not SQLite's
// -----------------------------------------------------

void give_uuid(sqlite3_context* context, int, sqlite3_value**) {
  std::array<unsigned char, 16> bytes{};
  sqlite3_randomness(static_cast<int>(bytes.size()), bytes.data());
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);  // version 4, as DuckDB's
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
  sqlite3_result_blob(context, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

void give_octet_length(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return sqlite3_result_null(context);
  sqlite3_result_int64(context, sqlite3_value_bytes(values[0]));
}

// Opening -----------------------------------------------------------------------------------------

std::string percent_encoded(const std::string& path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (const char c : path) {
    if (c != '%' && c != '?' && c != '#') {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += {'%', kHex[byte >> 4U], kHex[byte & 0x0fU]};
  }
  return text;
}

// What is opened for reading is a copy that nobody writes: no log, no lock beside it.
std::string name_of_file(const DatabaseImpl& database) {
  const std::string name = "file:" + percent_encoded(database.path.string());
  return database.access == Access::read_only ? name + "?immutable=1" : name;
}

std::string settings_of(const DatabaseImpl& database) {
  const std::int64_t cache = std::min(database.memory_bytes / kCacheShare, kCacheBytesMax);
  return "PRAGMA temp_store = memory; PRAGMA trusted_schema = off; PRAGMA synchronous = full; "
         "PRAGMA cache_size = -" +
         std::to_string(std::max<std::int64_t>(cache / 1024, 64));
}

// A file with tables, none of which is ours, is looked at only, and stays as it is.
constexpr std::string_view kIsOursOrNew =
    "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM sqlite_master) OR "
    "EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'schema_version')";

class SqliteConnection final : public EngineConnection {
 public:
  explicit SqliteConnection(ConnectionImpl& owner) : owner_(owner) {
    const DatabaseImpl& database = *owner.database;
    const int access = database.access == Access::read_only
                           ? SQLITE_OPEN_READONLY
                           : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const int code = sqlite3_open_v2(name_of_file(database).c_str(), &handle_,
                                     access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    try {
      if (code != SQLITE_OK) throw Error{sqlite_error(handle_, code, database.path, "open")};
      prepare_handle();
    } catch (const Error&) {
      (void)sqlite3_close_v2(handle_);
      throw;
    }
  }
  ~SqliteConnection() override { (void)sqlite3_close_v2(handle_); }
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  [[nodiscard]] std::unique_ptr<EngineStatement> prepare(const std::string& sql) override {
    return std::make_unique<SqliteStatement>(owner_, handle_, sql);
  }

  void run_script(const std::string& sql) override {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    owner_.fail(sqlite_error(handle_, code, owner_.database->path, sql), Aftermath::usable);
  }

  [[nodiscard]] bool has_table(std::string_view table) override {
    return StatementImpl{owner_, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"}
        .execute(std::array{Parameter{table}})
        .first()
        .has_value();
  }

  [[nodiscard]] std::vector<std::string> tables() override {
    std::vector<std::string> found;
    const Result named = StatementImpl{owner_,
                                       "SELECT name FROM sqlite_master WHERE type = 'table' AND "
                                       "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"}
                             .execute({});
    for (const Row row : named) found.push_back(row.get<std::string>(0));
    return found;
  }

  [[nodiscard]] std::vector<MemoryUse> memory_use() override {
    return {{"page_cache", status(SQLITE_DBSTATUS_CACHE_USED)},
            {"schema", status(SQLITE_DBSTATUS_SCHEMA_USED)},
            {"statements", status(SQLITE_DBSTATUS_STMT_USED)}};
  }

  std::string roll_back() noexcept override {
    if (sqlite3_get_autocommit(handle_) != 0) return "there is no transaction any more";
    const int code = sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? "" : sqlite3_errstr(code);
  }

  void interrupt() noexcept override { sqlite3_interrupt(handle_); }

 private:
  [[nodiscard]] std::int64_t status(int of_what) {
    int now = 0;
    int most = 0;
    (void)sqlite3_db_status(handle_, of_what, &now, &most, 0);
    return now;
  }

  void prepare_handle() {
    (void)sqlite3_extended_result_codes(handle_, 1);
    (void)sqlite3_busy_timeout(handle_, kOthersMilliseconds);
    constexpr int kFlags = SQLITE_UTF8 | SQLITE_INNOCUOUS;
    (void)sqlite3_create_function(handle_, "uuid", 0, kFlags, nullptr, give_uuid, nullptr, nullptr);
    (void)sqlite3_create_function(handle_, "octet_length", 1, kFlags | SQLITE_DETERMINISTIC,
                                  nullptr, give_octet_length, nullptr, nullptr);
    run_script(settings_of(*owner_.database));
    // Reads the header, of which the settings say nothing.
    const bool is_ours = has_row(std::string(kIsOursOrNew));
    if (is_ours && owner_.database->access == Access::read_write) {
      run_script("PRAGMA journal_mode = wal");
    }
  }

  [[nodiscard]] bool has_row(const std::string& sql) {
    SqliteStatement statement{owner_, handle_, sql};
    return statement.execute({}, Delivery::whole)->next_chunk();
  }

  ConnectionImpl& owner_;
  sqlite3* handle_ = nullptr;
};

}  // namespace

std::unique_ptr<EngineConnection> connect_sqlite(ConnectionImpl& owner) {
  return std::make_unique<SqliteConnection>(owner);
}

}  // namespace shelduck::store::detail
