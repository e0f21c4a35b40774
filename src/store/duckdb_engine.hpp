// DuckDB as the engine of a connection. Private to the store.
#pragma once

#include <memory>
#include <string_view>

#include "shelduck/store/engine.hpp"

namespace shelduck::store::detail {

[[nodiscard]] std::unique_ptr<EngineConnection> connect_duckdb(ConnectionImpl& owner);

// For what only DuckDB has. ErrorKind::bug where the connection is of another engine.
[[nodiscard]] duckdb_connection duckdb_of(const ConnectionImpl& connection);

// Throws what the engine says, as ConnectionImpl::fail().
[[noreturn]] void fail(ConnectionImpl& connection, const EngineError& error, std::string_view sql);

}  // namespace shelduck::store::detail
