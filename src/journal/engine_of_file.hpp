// Which engine made a database file: what its first bytes say, for who opens it with one of them,
// and for who has none.
//
//   if (engine_of_file("/data/sensors.db") == "sqlite") ...
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace shelduck::journal {

// "duckdb" or "sqlite", the words of identity.hpp; nothing where the file is not there, empty or of
// neither kind. Only while no engine of this process has the file open.
[[nodiscard]] std::optional<std::string_view> engine_of_file(const std::filesystem::path& file);

// Whether a file of SQLite names this table on its first page, where its tables are listed. For who
// has no engine and gives a hint: of many tables the list goes on elsewhere.
[[nodiscard]] bool names_table(const std::filesystem::path& file, std::string_view table);

}  // namespace shelduck::journal
