// SqliteConnection is an open SQLite file of an older program, with SQLite's errors in this
// project's words. Private to this room.
//
//   const SqliteConnection connection{place, SQLITE_OPEN_READONLY, {.file = file}};
//   const SqliteProgram program = connection.prepare("SELECT ...");
//   while (connection.step(program.get())) use(sqlite3_column_int64(program.get(), 0));
//
// Copies share the one connection, which is closed with the last of them and of its programs.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"

namespace shelduck::interop {

struct EndProgram {
  void operator()(sqlite3_stmt* program) const { (void)sqlite3_finalize(program); }
};
using SqliteProgram = std::unique_ptr<sqlite3_stmt, EndProgram>;

struct SqliteUse {
  enum class Aim { read, write };

  std::filesystem::path file;  // as errors name it
  Aim aim = Aim::read;
  Seconds wait{10};
};

class SqliteConnection {
 public:
  SqliteConnection() = default;
  SqliteConnection(const std::string& name, int access, SqliteUse use);

  // Of a first look at the file, which meets what opening it does not.
  [[nodiscard]] int first_code() const;

  [[nodiscard]] SqliteProgram prepare(std::string_view sql) const;
  // False after the last row.
  [[nodiscard]] bool step(sqlite3_stmt* program) const;
  void run(const std::string& sql) const;
  // The first column of the first row.
  [[nodiscard]] std::int64_t number(std::string_view sql) const;
  [[nodiscard]] std::int64_t changes() const;

  [[noreturn]] void fail(int code) const;

 private:
  std::shared_ptr<sqlite3> handle_;
  SqliteUse use_;
};

}  // namespace shelduck::interop
