#include "shelduck/store/session.hpp"

#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::store::detail {

namespace {

constexpr std::string_view kStoreOwner = "store";

bool has_store_tables(const AppliedMigrations& applied) {
  return applied.by_owner.contains(kStoreOwner);
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
  DatabaseOptions options{.backend = domain_.backend,
                          .locking = Locking::held_by_caller,
                          .threads = options_.threads,
                          .memory_bytes = options_.engine_share.memory_bytes,
                          .is_configuration_frozen = false,
                          .checkpoint_bytes = options_.engine_share.checkpoint_bytes,
                          .freed = options_.engine_share.freed};
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

const Session::Contents& Session::contents() {
  if (!contents_) {
    AppliedMigrations applied = applied_migrations(connection());
    std::optional<Uuid> identity;
    if (has_store_tables(applied)) identity = read_identity();
    contents_ = {std::move(applied), identity};
  }
  return *contents_;
}

std::optional<Uuid> Session::read_identity() {
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

void Session::require_own_database() {
  const std::vector<std::string> tables = connection().tables();
  if (tables.empty()) return;
  throw Error{ErrorKind::invalid_input,
              path_.string() + " is a " + std::string(name_of(domain_.backend)) +
                  " database of another program; it was not touched",
              {.field = "database",
               .value = path_.string(),
               .rule = "a database of shelduck",
               .hint = domain_.hint_for_foreign ? domain_.hint_for_foreign(tables) : ""}};
}

Session::Schema Session::schema() {
  const AppliedMigrations& applied = contents().applied;
  Schema schema{.missing = {}, .is_fresh = !applied.is_recorded};
  if (schema.is_fresh) require_own_database();
  for (const Migration& one : pending(applied, kStoreOwner, base_migrations())) {
    schema.missing.push_back("store/" + one.name);
  }
  for (const Migration& one : pending(applied, domain_.name, domain_.migrations)) {
    schema.missing.push_back(domain_.name + "/" + one.name);
  }
  return schema;
}

void Session::prepare(const Uuid& identity) {
  if (!schema().missing.empty()) {
    const MigrateOptions options{
        .now = options_.clock(), .log = options_.log, .step = options_.step};
    contents_.reset();
    migrate(database(), kStoreOwner, base_migrations(), options);
    migrate(database(), domain_.name, domain_.migrations, options);
  }
  if (!stored_identity()) {
    contents_.reset();
    Transaction transaction{connection(), options_.log};
    transaction.execute("INSERT INTO store_identity VALUES (?, ?)", {identity, domain_.name});
    transaction.commit();
  }
  make_staging_tables();
}

std::optional<Uuid> Session::stored_identity() { return contents().identity; }

Positions Session::positions() {
  Positions positions;
  if (!has_store_tables(contents().applied)) return positions;
  for (const Row row : connection().query("SELECT segment, sequence FROM journal_position")) {
    positions[row.get<Uuid>(0)] = static_cast<std::uint64_t>(row.get<std::int64_t>(1));
  }
  return positions;
}

Version Session::version() {
  if (!version_) version_ = read_version(connection());
  return *version_;
}

void Session::note_applied(std::uint64_t records) {
  if (version_) version_->count += records;
}

void Session::close() {
  contents_.reset();
  version_.reset();
  connection_.reset();
  if (database_) database_->close();
  database_.reset();
}

void Session::reconnect() {
  connection_.emplace(database());
  make_staging_tables();
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
