// A database file that somebody else made, opened to be read and left as it is.
//
//   Database database = open_for_reading("/data/sales.duckdb", opening, options);
//   const Result rows = Connection{database}.stream("SELECT ...");
//
// Where `<path>.lock` stands beside it, its owner may be one of ours, and is waited for
// (opening.wait); that file is locked and stays as it is, and nothing else is made or changed. A
// log that lies beside the database is read too, and stays.
// Failure: not_found, invalid_input for what is no database, busy for one that is being written,
// corrupt for a damaged one, as told_to_reader() says it.
#pragma once

#include <filesystem>

#include "shelduck/core/error.hpp"
#include "shelduck/store/database.hpp"

namespace shelduck::store {

struct OpenOptions;

// The same error, but for damage of a database that is none of ours, beside which no journal
// stands: then it says that only who made it can mend it.
[[nodiscard]] Error told_to_reader(const Error& error, const std::filesystem::path& path);

[[nodiscard]] Database open_for_reading(const std::filesystem::path& path,
                                        const OpenOptions& opening, DatabaseOptions options);

}  // namespace shelduck::store
