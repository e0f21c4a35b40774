// Which engine a database file is of, and is opened with. Everything above Connection is the same
// for both; what differs are the words of SQL that a domain writes for its tables.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace shelduck::store {

enum class Backend : std::uint8_t { duckdb, sqlite };

// "duckdb", "sqlite": as commands and settings say it.
[[nodiscard]] std::string_view word_of(Backend backend) noexcept;
// "DuckDB", "SQLite".
[[nodiscard]] std::string_view name_of(Backend backend) noexcept;

[[nodiscard]] std::optional<Backend> backend_named(std::string_view word) noexcept;

// What the first bytes of a file say; nothing where it is not there, empty or of neither kind. Only
// while no engine of this process has the file open.
[[nodiscard]] std::optional<Backend> backend_of(const std::filesystem::path& file);

}  // namespace shelduck::store
