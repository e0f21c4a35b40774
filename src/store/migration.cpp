#include "shelduck/store/migration.hpp"

#include <charconv>
#include <map>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::store {

namespace {

constexpr std::string_view kVersionTable =
    "CREATE TABLE IF NOT EXISTS schema_version (owner VARCHAR NOT NULL, number INTEGER NOT NULL, "
    "name VARCHAR NOT NULL, checksum VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)";

constexpr std::string_view kBaseTables = R"sql(
CREATE TABLE store_identity (identity UUID NOT NULL, domain VARCHAR NOT NULL);
CREATE TABLE journal_position (segment UUID NOT NULL, sequence UBIGINT NOT NULL);
CREATE TABLE quarantine (
  id UUID NOT NULL, source VARCHAR NOT NULL, record BLOB, record_type USMALLINT NOT NULL,
  reason VARCHAR NOT NULL, "at" TIMESTAMPTZ NOT NULL, segment UUID NOT NULL,
  sequence UBIGINT NOT NULL);
CREATE TABLE quarantine_dropped (id UUID NOT NULL);
)sql";

constexpr std::string_view kApplyCounter = R"sql(
CREATE TABLE apply_counter (epoch UUID NOT NULL, applied UBIGINT NOT NULL);
INSERT INTO apply_counter VALUES (uuid(), 0);
)sql";

using AppliedOfOwner = std::map<int, AppliedMigrations::Entry>;

std::string checksum_of(const Migration& migration) {
  return to_string(derived_uuid(migration.sql));
}

void step(const MigrateOptions& options, std::string_view name) {
  if (options.step) options.step(name);
}

std::string described(std::string_view owner, int number, std::string_view name) {
  return "migration " + std::string(owner) + "/" + std::to_string(number) + " (" +
         std::string(name) + ")";
}

void require_numbered(std::string_view owner, std::span<const Migration> known) {
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].number == static_cast<int>(i) + 1) continue;
    throw Error{ErrorKind::bug, described(owner, known[i].number, known[i].name) +
                                    " stands at place " + std::to_string(i + 1)};
  }
}

void require_known(std::string_view owner, const AppliedOfOwner& applied,
                   std::span<const Migration> known) {
  for (const auto& [number, was] : applied) {
    if (number < 1 || static_cast<std::size_t>(number) > known.size()) {
      throw Error{ErrorKind::refused,
                  "the database was written by a newer version: it has " +
                      described(owner, number, was.name) + ", this build knows " +
                      std::to_string(known.size()) + "; nothing was changed",
                  {.hint = "use the newer version of shelduck"}};
    }
    const Migration& here = known[static_cast<std::size_t>(number) - 1];
    if (checksum_of(here) != was.checksum) {
      throw Error{ErrorKind::corrupt, described(owner, number, was.name) +
                                          " was applied with another text than this build has; "
                                          "nothing was changed"};
    }
  }
}

void apply_one(Database& database, std::string_view owner, const Migration& migration,
               const MigrateOptions& options) {
  database.checkpoint();
  step(options, "migrate.begin");
  {
    Connection connection{database};
    Transaction transaction{connection, options.log};
    connection.run_script(migration.sql);
    transaction.execute(
        "INSERT INTO schema_version VALUES (?, ?, ?, ?, ?)",
        {owner, migration.number, migration.name, checksum_of(migration), options.now});
    step(options, "migrate.before_commit");
    transaction.commit();
  }
  step(options, "migrate.committed");
  // A log that holds both a change of schema and later writes does not replay in some versions of
  // the engine: nothing may follow a migration in the log.
  database.checkpoint();
  step(options, "migrate.checkpointed");
}

}  // namespace

Migration migration(std::string_view file_name, std::string_view sql) {
  Migration made{.number = 0, .name = {}, .sql = std::string(sql)};
  const auto [end, failure] =
      std::from_chars(file_name.data(), file_name.data() + file_name.size(), made.number);
  std::string_view rest{end, file_name.data() + file_name.size()};
  if (failure != std::errc{} || made.number < 1 || !rest.starts_with('_') ||
      !rest.ends_with(".sql")) {
    throw Error{ErrorKind::bug,
                "a migration is named like 0001_words.sql, not '" + std::string(file_name) + "'"};
  }
  rest.remove_prefix(1);
  rest.remove_suffix(4);
  made.name = rest;
  return made;
}

namespace {

AppliedMigrations read_applied(Connection& connection) {
  AppliedMigrations applied{.is_recorded = true, .by_owner = {}};
  for (const Row row :
       connection.query("SELECT owner, number, name, checksum FROM schema_version")) {
    applied.by_owner[row.get<std::string>(0)][static_cast<int>(row.get<std::int64_t>(1))] = {
        row.get<std::string>(2), row.get<std::string>(3)};
  }
  return applied;
}

// Other programs call their table by the same name. It is asked only where ours could not be read,
// because the engine's catalog costs more than the reading.
bool has_our_columns(Connection& connection) {
  const std::string columns =
      connection.backend() == Backend::sqlite
          ? "(SELECT name AS column_name FROM pragma_table_info('schema_version'))"
          : "(SELECT column_name FROM duckdb_columns() WHERE table_name = 'schema_version')";
  return connection.value<std::int64_t>(
             "SELECT count(*) FROM " + columns +
             " WHERE column_name IN ('owner', 'number', 'name', 'checksum')") == 4;
}

}  // namespace

AppliedMigrations applied_migrations(Connection& connection) {
  if (!connection.has_table("schema_version")) return {};
  try {
    return read_applied(connection);
  } catch (const Error&) {
    if (has_our_columns(connection)) throw;
    return {};
  }
}

std::vector<Migration> pending(const AppliedMigrations& applied, std::string_view owner,
                               std::span<const Migration> known) {
  require_numbered(owner, known);
  const auto found = applied.by_owner.find(owner);
  const AppliedOfOwner own = found == applied.by_owner.end() ? AppliedOfOwner{} : found->second;
  require_known(owner, own, known);
  std::vector<Migration> missing;
  for (const Migration& one : known) {
    if (!own.contains(one.number)) missing.push_back(one);
  }
  return missing;
}

std::vector<Migration> pending(Connection& connection, std::string_view owner,
                               std::span<const Migration> known) {
  return pending(applied_migrations(connection), owner, known);
}

int migrate(Database& database, std::string_view owner, std::span<const Migration> known,
            const MigrateOptions& options) {
  std::vector<Migration> missing;
  {
    Connection connection{database};
    missing = pending(connection, owner, known);
    if (!missing.empty()) connection.run_script(kVersionTable);
  }
  for (const Migration& one : missing) apply_one(database, owner, one, options);
  return static_cast<int>(missing.size());
}

std::vector<Migration> base_migrations() {
  return {{.number = 1, .name = "store", .sql = std::string(kBaseTables)},
          {.number = 2, .name = "apply_counter", .sql = std::string(kApplyCounter)}};
}

}  // namespace shelduck::store
