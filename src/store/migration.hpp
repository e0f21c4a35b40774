// Migrations are the only place of DDL: numbered SQL texts, applied in order, each in one
// transaction with a checkpoint before and after, and remembered with a checksum.
//
//   for (const auto& [name, sql] : embedded::history_migrations) list.push_back(migration(name,
//   sql)); const std::vector<Migration> missing = pending(connection, "history", list);
//   migrate(database, "history", list, log);
//
// A migration that was applied is frozen: a changed text, a gap in the numbers, and a database with
// migrations that this build does not know ("written by a newer version") are refused. One that is
// interrupted leaves the state before it.
// Failure: migrate throws refused (newer), corrupt (changed checksum), or what the SQL met.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/log.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::store {

class Database;

struct Migration {
  int number = 0;  // from 1, without gaps
  std::string name;
  std::string sql;
};

// From a file name like "0003_forecasts.sql" and its text.
[[nodiscard]] Migration migration(std::string_view file_name, std::string_view sql);

// What a database says was applied to it, by owner (the name of a domain, or "store" for the base
// tables) and number.
struct AppliedMigrations {
  struct Entry {
    std::string name;
    std::string checksum;
  };
  bool is_recorded = false;  // false: nothing of ours was ever begun here
  std::map<std::string, std::map<int, Entry>, std::less<>> by_owner;
};
[[nodiscard]] AppliedMigrations applied_migrations(Connection& connection);

// What `owner` has not applied yet. Checks what it has applied: throws as migrate() does.
[[nodiscard]] std::vector<Migration> pending(const AppliedMigrations& applied,
                                             std::string_view owner,
                                             std::span<const Migration> known);
[[nodiscard]] std::vector<Migration> pending(Connection& connection, std::string_view owner,
                                             std::span<const Migration> known);

// A named moment, for tests that stop the process there.
using StepObserver = std::function<void(std::string_view step)>;

struct MigrateOptions {
  Instant now{};  // stands in schema_version, which digests leave out
  LogSink log = silent();
  StepObserver step{};
};

// Applies what is pending; returns how many that were.
int migrate(Database& database, std::string_view owner, std::span<const Migration> known,
            const MigrateOptions& options);

// The tables of the store itself: journal_position, quarantine, quarantine_dropped, store_identity,
// apply_counter.
[[nodiscard]] std::vector<Migration> base_migrations();

}  // namespace shelduck::store
