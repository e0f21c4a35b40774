// What the append bench needs of SQLite: one connection a thread, one durable insert a call.
//
//   SqliteTable table{path};  // write-ahead log, synchronous=FULL, waits for other writers
//   table.append(payload);    // a transaction of its own
//
// The library is loaded when the first table is made, so that building needs no package of it.
// Threads: a table belongs to one thread at a time; many tables may share a path.
// Failure: std::runtime_error with SQLite's words, or that its library is not here.
#pragma once

#include <filesystem>
#include <string_view>

namespace shelduck::bench {

class SqliteTable {
 public:
  explicit SqliteTable(const std::filesystem::path& path);
  SqliteTable(const SqliteTable&) = delete;
  SqliteTable& operator=(const SqliteTable&) = delete;
  ~SqliteTable();

  void append(std::string_view payload);

 private:
  void run(const char* sql);
  void require(bool is_done) const;

  void* connection_ = nullptr;
  void* insert_ = nullptr;
};

}  // namespace shelduck::bench
