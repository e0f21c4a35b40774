// Rows of SQLite in the layout of ResultImpl. Private to the store.
#pragma once

#include <sqlite3.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "shelduck/store/engine.hpp"

namespace shelduck::store::detail {

// Shared by a statement and the result that it streams, whichever lives longer.
using SqliteProgram = std::shared_ptr<sqlite3_stmt>;

// What goes wrong while rows are made; throws.
using SqliteFailure = std::function<void(int code)>;

// Values of one column, at most kSqliteRowsAtOnce. Filled by one of the four, as its type says.
struct SqliteValues {
  duckdb_type type = DUCKDB_TYPE_SQLNULL;
  std::vector<std::int64_t> whole;
  std::vector<double> numbers;
  std::vector<duckdb_hugeint> uuids;
  std::vector<duckdb_string_t> texts;
  std::vector<std::uint8_t> truths;
  std::vector<std::uint64_t> validity;
  bool holds_null = false;
};

struct SqliteRows {
  std::size_t count = 0;
  std::vector<SqliteValues> columns;
  std::deque<std::string> kept;  // what the long ones of `texts` point to
};

struct SqliteResult final : ResultImpl {
  SqliteResult(SqliteProgram program, SqliteFailure failed);
  ~SqliteResult() override;
  SqliteResult(const SqliteResult&) = delete;
  SqliteResult& operator=(const SqliteResult&) = delete;

  // All rows at once, so that the statement is free for the next execution.
  void fetch_all();

  bool next_chunk() override;

 private:
  [[nodiscard]] std::unique_ptr<SqliteRows> fetch();
  void read_row(SqliteRows& rows);
  void read_value(SqliteRows& rows, int column);

  SqliteProgram program_;  // none once its last row is read
  SqliteFailure failed_;
  std::vector<duckdb_type> declared_;
  std::deque<std::unique_ptr<SqliteRows>> fetched_;
  std::unique_ptr<SqliteRows> present_;
};

}  // namespace shelduck::store::detail
