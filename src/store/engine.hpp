// What stands behind Database, Connection, Statement, Result and Appender: the little state around
// an engine, and what an engine has to do. Two do it: duckdb_engine, sqlite_engine. Private to the
// store.
#pragma once

#include <duckdb.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/store/backend.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/error_map.hpp"
#include "shelduck/store/handle.hpp"
#include "shelduck/store/owner_lock.hpp"
#include "shelduck/store/parameter.hpp"
#include "shelduck/store/result.hpp"
#include "shelduck/store/spill_folder.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::store::detail {

class EngineConnection;
class EngineStatement;

struct DatabaseImpl {
  std::filesystem::path path;
  Access access = Access::read_write;
  Backend backend = Backend::duckdb;
  std::int64_t memory_bytes = 0;  // its limit
  std::optional<OwnerLock> lock;
  std::optional<SpillFolder> spill;  // outlives the engine, which empties it
  DatabaseHandle handle;             // of DuckDB; SQLite knows connections only
  std::atomic<int> connections = 0;
  std::atomic<bool> is_poisoned = false;
  bool is_registered = false;  // among the open files of this process

  DatabaseImpl() = default;
  ~DatabaseImpl();  // closes, and syncs the directory
  DatabaseImpl(const DatabaseImpl&) = delete;
  DatabaseImpl& operator=(const DatabaseImpl&) = delete;
};

// Whether the engine refuses everything after an error.
enum class Aftermath { usable, poisoned };

struct ConnectionImpl {
  DatabaseImpl* database = nullptr;
  std::unique_ptr<EngineConnection> engine;
  Transaction::State* transaction = nullptr;  // of the one that is under way
  int appenders = 0;                          // open ones of that transaction

  explicit ConnectionImpl(DatabaseImpl& owner);
  ~ConnectionImpl();
  ConnectionImpl(const ConnectionImpl&) = delete;
  ConnectionImpl& operator=(const ConnectionImpl&) = delete;

  // Throws where the database is poisoned or the transaction has failed.
  void require_usable() const;

  // Marks the transaction failed, poisons the database where that is so, and throws.
  [[noreturn]] void fail(const Error& error, Aftermath aftermath);

  // The same for an error of ours.
  void mark_failed() noexcept;
};

enum class Delivery { whole, streamed };

struct StatementImpl {
  ConnectionImpl* connection = nullptr;
  std::string sql;
  std::unique_ptr<EngineStatement> engine;

  StatementImpl(ConnectionImpl& owner, std::string_view text);
  ~StatementImpl();
  StatementImpl(const StatementImpl&) = delete;
  StatementImpl& operator=(const StatementImpl&) = delete;

  [[nodiscard]] std::size_t parameters() const;
  [[nodiscard]] Result execute(std::span<const Parameter> values,
                               Delivery delivery = Delivery::whole);
};

// In DuckDB's layout, whatever the engine: a type, an array of its values, a bit for each.
struct ResultColumn {
  std::string name;
  duckdb_type type = DUCKDB_TYPE_INVALID;
  duckdb_type storage = DUCKDB_TYPE_INVALID;  // of an enum or a decimal: its integer type
  std::uint8_t scale = 0;                     // of a decimal
  std::vector<std::string> words;             // of an enum
  const void* data = nullptr;                 // of the present chunk
  const std::uint64_t* validity = nullptr;
};

struct ResultImpl {
  std::vector<ResultColumn> columns;
  std::vector<std::string> names;
  std::size_t row = 0;
  std::size_t rows = 0;  // of the present chunk
  std::int64_t rows_changed = 0;

  ResultImpl() = default;
  virtual ~ResultImpl() = default;
  ResultImpl(const ResultImpl&) = delete;
  ResultImpl& operator=(const ResultImpl&) = delete;

  bool advance();
  // The next rows, of which the first is the present one; false at the end.
  virtual bool next_chunk() = 0;
};

// One prepared text. Its members throw by ConnectionImpl::fail().
class EngineStatement {
 public:
  EngineStatement() = default;
  virtual ~EngineStatement() = default;
  EngineStatement(const EngineStatement&) = delete;
  EngineStatement& operator=(const EngineStatement&) = delete;

  [[nodiscard]] virtual std::size_t parameters() const = 0;
  // As many values as there are parameters, all storable.
  [[nodiscard]] virtual std::unique_ptr<ResultImpl> execute(std::span<const Parameter> values,
                                                            Delivery delivery) = 0;
};

// What an engine does for a connection. Its members throw by ConnectionImpl::fail().
class EngineConnection {
 public:
  EngineConnection() = default;
  virtual ~EngineConnection() = default;
  EngineConnection(const EngineConnection&) = delete;
  EngineConnection& operator=(const EngineConnection&) = delete;

  [[nodiscard]] virtual std::unique_ptr<EngineStatement> prepare(const std::string& sql) = 0;
  virtual void run_script(const std::string& sql) = 0;
  [[nodiscard]] virtual bool has_table(std::string_view table) = 0;
  // Those that somebody made, without temporary ones, ascending.
  [[nodiscard]] virtual std::vector<std::string> tables() = 0;
  [[nodiscard]] virtual std::vector<MemoryUse> memory_use() = 0;
  // What the engine said; nothing where there is no transaction any more.
  virtual std::string roll_back() noexcept = 0;
  virtual void interrupt() noexcept = 0;
};

// The engine keeps a UUID as a signed 128-bit number with its first bit turned over, so that ids
// sort like their text.
[[nodiscard]] duckdb_hugeint to_engine(const Uuid& uuid) noexcept;
[[nodiscard]] Uuid from_engine(duckdb_hugeint value) noexcept;

// Refuses what the engine would take and choke on later: text that is no UTF-8, NaN, infinity.
void require_storable(const Parameter& value, std::string_view where);

}  // namespace shelduck::store::detail
