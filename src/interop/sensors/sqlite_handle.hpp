// SQLite's objects, each closed with its owner. Private to this room.
#pragma once

#include <sqlite3.h>

#include <memory>

namespace shelduck::interop {

// Shared by who writes a file and who reads it in the same transaction.
using SqliteHandle = std::shared_ptr<sqlite3>;
inline SqliteHandle own(sqlite3* handle) {
  return {handle, [](sqlite3* last) { (void)sqlite3_close_v2(last); }};
}

struct EndProgram {
  void operator()(sqlite3_stmt* program) const { (void)sqlite3_finalize(program); }
};
using SqliteProgram = std::unique_ptr<sqlite3_stmt, EndProgram>;

}  // namespace shelduck::interop
