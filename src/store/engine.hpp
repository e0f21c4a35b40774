// What stands behind Database, Connection, Statement, Result and Appender: the engine's handles and
// the little state around them. Private to the store; the only header that shows duckdb.h there.
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

struct DatabaseImpl {
  std::filesystem::path path;
  Access access = Access::read_write;
  std::int64_t memory_bytes = 0;  // its limit
  std::optional<OwnerLock> lock;
  std::optional<SpillFolder> spill;  // outlives the engine, which empties it
  DatabaseHandle handle;
  std::atomic<int> connections = 0;
  std::atomic<bool> is_poisoned = false;
  bool is_registered = false;  // among the open files of this process

  DatabaseImpl() = default;
  ~DatabaseImpl();  // closes, and syncs the directory
  DatabaseImpl(const DatabaseImpl&) = delete;
  DatabaseImpl& operator=(const DatabaseImpl&) = delete;
};

struct ConnectionImpl {
  DatabaseImpl* database = nullptr;
  ConnectionHandle handle;
  Transaction::State* transaction = nullptr;  // of the one that is under way
  int appenders = 0;                          // open ones of that transaction

  explicit ConnectionImpl(DatabaseImpl& owner);
  ~ConnectionImpl();
  ConnectionImpl(const ConnectionImpl&) = delete;
  ConnectionImpl& operator=(const ConnectionImpl&) = delete;

  // Throws where the database is poisoned or the transaction has failed.
  void require_usable() const;

  // Marks the transaction failed, poisons the database where the error says so, and throws.
  [[noreturn]] void fail(const EngineError& error, std::string_view sql);

  // The same for an error of ours.
  void mark_failed() noexcept;
};

enum class Delivery { whole, streamed };

struct StatementImpl {
  ConnectionImpl* connection = nullptr;
  std::string sql;
  PreparedHandle handle;

  StatementImpl(ConnectionImpl& owner, std::string_view text);

  [[nodiscard]] std::size_t parameters() const;
  [[nodiscard]] Result execute(std::span<const Parameter> values,
                               Delivery delivery = Delivery::whole);
};

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
  duckdb_result result{};
  std::vector<ResultColumn> columns;
  std::vector<std::string> names;
  ChunkHandle chunk;
  std::size_t row = 0;
  std::size_t rows = 0;  // of the present chunk
  std::int64_t rows_changed = 0;

  ResultImpl() = default;
  ~ResultImpl() { duckdb_destroy_result(&result); }
  ResultImpl(const ResultImpl&) = delete;
  ResultImpl& operator=(const ResultImpl&) = delete;

  void describe();
  bool advance();
  bool next_chunk();
};

// The engine keeps a UUID as a signed 128-bit number with its first bit turned over, so that ids
// sort like their text.
[[nodiscard]] duckdb_hugeint to_engine(const Uuid& uuid) noexcept;
[[nodiscard]] Uuid from_engine(duckdb_hugeint value) noexcept;

// Refuses what the engine would take and choke on later: text that is no UTF-8, NaN, infinity.
void require_storable(const Parameter& value, std::string_view where);

}  // namespace shelduck::store::detail
