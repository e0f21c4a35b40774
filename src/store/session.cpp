#include "shelduck/store/session.hpp"

#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/store/migration.hpp"

namespace shelduck::store::detail {

namespace {

constexpr std::string_view kStoreOwner = "store";

bool has_table(Connection& connection, std::string_view table) {
  return connection
      .query("SELECT 1 FROM duckdb_tables() WHERE table_name = ? AND NOT internal", {table})
      .first()
      .has_value();
}

}  // namespace

std::filesystem::path staging_folder(const std::filesystem::path& database) {
  return database.string() + ".staging";
}

Session::Session(std::filesystem::path path, const Domain& domain, const OpenOptions& options)
    : path_(std::move(path)), domain_(domain), options_(options) {
  open();
}

void Session::open() {
  DatabaseOptions options{.locking = Locking::held_by_caller,
                          .threads = options_.threads,
                          .memory_bytes = options_.memory_bytes,
                          .is_configuration_frozen = false,
                          .return_memory_early = options_.return_memory_early};
  options.export_directories.push_back(staging_folder(path_));
  if (!options_.export_directory.empty()) {
    options.export_directories.push_back(options_.export_directory);
  }
  database_ = Database::open(path_, options);
  connection_.emplace(*database_);
}

void Session::require_open() const {
  if (connection_) return;
  throw Error{ErrorKind::fatal,
              "database " + path_.string() + " could not be opened again",
              {.hint = "start the program again"}};
}

Database& Session::database() {
  require_open();
  return *database_;
}

Connection& Session::connection() {
  require_open();
  return *connection_;
}

void Session::make_staging_tables() {
  if (!domain_.staging_sql.empty()) connection().run_script(domain_.staging_sql);
}

Session::Schema Session::schema() {
  Schema schema;
  schema.is_fresh = !has_table(connection(), "schema_version");
  const bool is_foreign =
      schema.is_fresh &&
      connection().value<std::int64_t>(
          "SELECT count(*) FROM duckdb_tables() WHERE NOT internal AND NOT temporary") > 0;
  if (is_foreign) {
    throw Error{ErrorKind::invalid_input,
                path_.string() + " is a DuckDB database of another program; it was not touched",
                {.field = "database", .value = path_.string(), .rule = "a database of shelduck"}};
  }
  for (const Migration& one : pending(connection(), kStoreOwner, base_migrations())) {
    schema.missing.push_back("store/" + one.name);
  }
  for (const Migration& one : pending(connection(), domain_.name, domain_.migrations)) {
    schema.missing.push_back(domain_.name + "/" + one.name);
  }
  return schema;
}

void Session::prepare(const Uuid& identity) {
  if (!schema().missing.empty()) {
    const MigrateOptions options{
        .now = options_.clock(), .log = options_.log, .step = options_.step};
    migrate(database(), kStoreOwner, base_migrations(), options);
    migrate(database(), domain_.name, domain_.migrations, options);
  }
  if (!stored_identity()) {
    Transaction transaction{connection(), options_.log};
    transaction.execute("INSERT INTO store_identity VALUES (?, ?)", {identity, domain_.name});
    transaction.commit();
  }
  make_staging_tables();
}

std::optional<Uuid> Session::stored_identity() {
  if (!has_table(connection(), "store_identity")) return std::nullopt;
  const Result result = connection().query("SELECT identity, domain FROM store_identity");
  const std::optional<Row> row = result.first();
  if (!row) return std::nullopt;
  if (row->get<std::string>(1) != domain_.name) {
    throw Error{
        ErrorKind::invalid_input,
        path_.string() + " holds '" + row->get<std::string>(1) + "', not '" + domain_.name +
            "'; it was not touched",
        {.field = "database", .value = path_.string(), .rule = "a database of " + domain_.name}};
  }
  return row->get<Uuid>(0);
}

Positions Session::positions() {
  Positions positions;
  if (!has_table(connection(), "journal_position")) return positions;
  for (const Row row : connection().query("SELECT segment, sequence FROM journal_position")) {
    positions[row.get<Uuid>(0)] = static_cast<std::uint64_t>(row.get<std::int64_t>(1));
  }
  return positions;
}

void Session::close() {
  connection_.reset();
  if (database_) database_->close();
  database_.reset();
}

void Session::reopen() {
  try {
    close();
  } catch (const Error& error) {
    throw Error{ErrorKind::fatal,
                "a commit is in doubt and the database cannot be opened again: " +
                    std::string(error.what()),
                {.hint = "end the other readers of this process, then open the store again"}};
  }
  open();
  make_staging_tables();
}

}  // namespace shelduck::store::detail
