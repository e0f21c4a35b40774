// SQLite as the engine of a connection. Private to the store; sqlite3.h is seen by sqlite_*.cpp
// alone.
//
// What a table's column was declared as decides what its values are read as: UUID (16 bytes),
// TIMESTAMPTZ (microseconds), BOOLEAN, whole numbers, DOUBLE, VARCHAR, BLOB. Functions of DuckDB
// that the store's own SQL uses are there too: uuid(), octet_length().
#pragma once

#include <memory>

#include "shelduck/store/engine.hpp"

namespace shelduck::store::detail {

// Opens the file: each connection is an opening of its own. The first one turns its log on.
[[nodiscard]] std::unique_ptr<EngineConnection> connect_sqlite(ConnectionImpl& owner);

}  // namespace shelduck::store::detail
