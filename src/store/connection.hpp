// Connection asks questions of an open Database; one worker, one connection.
//
//   Connection connection = store.connect();
//   const Result result = connection.query("SELECT count(*) FROM runs WHERE status = ?",
//   {"failed"});
//
// query() and execute() take exactly one statement, with parameters by position (`?` or `$1`).
// Threads: one at a time, except interrupt(), which any thread may call.
// Failure: members throw Error. An error inside a Transaction of this connection makes that
//          transaction fail. The Database must outlive its connections.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/store/backend.hpp"
#include "shelduck/store/parameter.hpp"
#include "shelduck/store/result.hpp"

namespace shelduck::store {

// How the text of an error begins that is in the engine's own words.
inline constexpr std::string_view kEngineWords = "database: ";

class Database;

// What a part of the engine holds now, by the engine's own account.
struct MemoryUse {
  std::string component;
  std::int64_t bytes = 0;
  std::int64_t spilled_bytes = 0;  // in a temporary file, where memory did not suffice
};

namespace detail {
struct ConnectionImpl;
}

class Connection {
 public:
  explicit Connection(Database& database);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  Result query(std::string_view sql, std::initializer_list<Parameter> parameters = {});
  Result query(std::string_view sql, std::span<const Parameter> parameters);

  // The same, but rows come as they are made, and are not kept: for answers larger than memory. The
  // connection does nothing else until the last row is read or the Result, which must not outlive
  // it, is gone.
  Result stream(std::string_view sql, std::initializer_list<Parameter> parameters = {});

  // The same for statements whose rows nobody reads; returns the number of rows changed.
  std::int64_t execute(std::string_view sql, std::initializer_list<Parameter> parameters = {});

  // The one value of a query that gives exactly one row.
  template <class T>
  [[nodiscard]] T value(std::string_view sql, std::initializer_list<Parameter> parameters = {}) {
    const Result result = query(sql, parameters);
    return only_row(result, sql).get<T>(0);
  }

  // Which engine's words of SQL it takes.
  [[nodiscard]] Backend backend() const noexcept;

  // Those that somebody made, without temporary ones, ascending.
  [[nodiscard]] std::vector<std::string> tables();

  // Whether the database has this table, as far as a look-up by name can tell: a tenth of what a
  // query of the engine's catalog costs where it is there.
  [[nodiscard]] bool has_table(std::string_view table);

  // Components that hold something, the largest first: of DuckDB the whole engine's, of SQLite this
  // connection's.
  [[nodiscard]] std::vector<MemoryUse> memory_use();

  // Several statements without parameters in one text: for migrations and scripts of our own.
  void run_script(std::string_view sql);

  // Ends what this connection is doing now with ErrorKind::cancelled; without effect when idle.
  void interrupt() noexcept;

  [[nodiscard]] detail::ConnectionImpl& impl() noexcept { return *impl_; }

 private:
  [[nodiscard]] static Row only_row(const Result& result, std::string_view sql);

  std::unique_ptr<detail::ConnectionImpl> impl_;
};

}  // namespace shelduck::store
