// A database file that somebody else made, opened to be read and left as it is.
//
//   Database database = open_for_reading("/data/sales.duckdb", opening, {.temporary_directory =
//   ...}); const Result rows = Connection{database}.stream("SELECT ...");
//
// Where `<path>.lock` stands beside it, its owner is one of ours, and is waited for (opening.wait);
// nothing is made beside any other file. A log that lies beside it is read too, and stays.
// Failure: not_found, invalid_input for what is no database, busy for one that is being written.
#pragma once

#include <filesystem>

#include "shelduck/store/database.hpp"

namespace shelduck::store {

struct OpenOptions;

[[nodiscard]] Database open_for_reading(const std::filesystem::path& path,
                                        const OpenOptions& opening, DatabaseOptions options);

}  // namespace shelduck::store
