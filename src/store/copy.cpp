#include "shelduck/store/copy.hpp"

#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/store/digest.hpp"
#include "shelduck/store/path.hpp"
#include "shelduck/store/sql_text.hpp"

namespace shelduck::store::detail {

namespace {

std::filesystem::path old_automatic_backup(const std::filesystem::path& database) {
  return database.string() + ".backup.old";
}

std::filesystem::path requirement(const std::filesystem::path& database) {
  return database.string() + ".backup-required";
}

// Detaches what was attached, also when copying fails.
class Attached {
 public:
  Attached(Connection& connection, const std::filesystem::path& file) : connection_(connection) {
    connection_.run_script("ATTACH " + literal(file.string()) + " AS copied");
  }
  ~Attached() {
    try {
      detach();
    } catch (const Error&) {
      is_attached_ = false;  // the first error is on its way already
    }
  }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

  void detach() {
    if (!is_attached_) return;
    is_attached_ = false;
    connection_.run_script("DETACH copied");
  }

 private:
  Connection& connection_;
  bool is_attached_ = true;
};

// Whoever calls is the only one who writes: copy, digests and positions are of one instant.
void copy_sqlite(Session& session, Copy& copy, const HeadwaySink& sink) {
  Connection& connection = session.connection();
  PartOfWork{sink, "copy", 1}.step();
  const std::filesystem::path file = copy.folder / copy_name(Backend::sqlite);
  connection.run_script("VACUUM INTO " + literal(file.string()));
  copy.tables = table_states(connection, session.domain(), {sink, "counted"});
  copy.positions = session.positions();
}

// One transaction: copy, digests and positions are of one instant.
void copy_duckdb(Session& session, Copy& copy, const HeadwaySink& sink) {
  Connection& connection = session.connection();
  Attached attached{connection, copy.folder / copy_name(Backend::duckdb)};
  {
    Transaction transaction{connection, session.options().log};
    const auto source = connection.value<std::string>("SELECT current_database()");
    PartOfWork{sink, "copy", 1}.step();
    connection.run_script("COPY FROM DATABASE " + identifier(source) + " TO copied");
    copy.tables = table_states(connection, session.domain(), {sink, "counted"});
    copy.positions = session.positions();
    transaction.commit();
  }
  attached.detach();
}

void copy_tables(Session& session, Copy& copy, const HeadwaySink& sink) {
  Connection& connection = session.connection();
  Transaction transaction{connection, session.options().log};
  copy.tables = table_states(connection, session.domain(), {sink, "counted"});
  copy.positions = session.positions();
  std::vector<std::string> tables{"journal_position", "store_identity"};
  for (const TableState& state : copy.tables) tables.push_back(state.table);
  PartOfWork part{sink, "copy", tables.size()};
  for (const std::string& table : tables) {
    part.step();
    connection.run_script("COPY " + identifier(table) + " TO " +
                          literal(parquet_file(copy.folder, table).string()) +
                          " (FORMAT parquet, COMPRESSION zstd)");
  }
  transaction.commit();
}

void require_equal(const Copy& copy, const std::vector<TableState>& found) {
  const std::vector<std::string> different = differing(copy.tables, found);
  if (different.empty()) return;
  throw Error{ErrorKind::corrupt, "the copy in " + copy.folder.string() +
                                      " differs from the database in table " + different.front() +
                                      "; it was given up, the database is as it was"};
}

void verify_database(Session& session, const Copy& copy, const HeadwaySink& sink) {
  const Backend backend = session.domain().backend;
  Database database =
      Database::open(copy.folder / copy_name(backend),
                     {.backend = backend, .access = Access::read_only, .locking = Locking::none});
  Connection connection{database};
  require_equal(copy, table_states(connection, session.domain(), {sink, "compared"}));
}

// Digests depend on column types, which Parquet keeps but for enums: counts are compared, and the
// files get digests of their own.
std::vector<TableState> verify_tables(Session& session, const Copy& copy) {
  std::vector<TableState> states = parquet_states(session.connection(), copy.folder, copy.tables);
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].rows != copy.tables[i].rows) require_equal(copy, states);
  }
  return states;
}

Manifest manifest_of(Session& session, const Copy& copy, BackupFormat format) {
  return {.made_at = session.options().clock(),
          .identity = session.stored_identity().value_or(Uuid{}),
          .domain = session.domain().name,
          .format = format,
          .positions = copy.positions,
          .digests_by = digest_basis(session.connection(), session.domain()),
          .tables = copy.tables};
}

void make(Session& session, Copy& copy, BackupFormat format, const HeadwaySink& sink) {
  std::vector<TableState> parquet;
  const bool is_sqlite = session.domain().backend == Backend::sqlite;
  if (format == BackupFormat::database) {
    is_sqlite ? copy_sqlite(session, copy, sink) : copy_duckdb(session, copy, sink);
    session.step("backup.copied");
    verify_database(session, copy, sink);
  } else if (is_sqlite) {
    throw Error{ErrorKind::invalid_input,
                "a SQLite database is backed up as one file, not as Parquet",
                {.field = "--format",
                 .value = "parquet",
                 .rule = "a backup as one file",
                 .hint = "readings as Parquet: shelduck sensors export --format parquet"}};
  } else {
    copy_tables(session, copy, sink);
    session.step("backup.copied");
    parquet = verify_tables(session, copy);
  }
  session.step("backup.verified");
  Manifest manifest = manifest_of(session, copy, format);
  manifest.parquet = std::move(parquet);
  write_manifest(copy.folder, manifest);
  adopt_folder_owner(staging_folder(session.path()));
  adopt_folder_owner(copy.folder);
  for (const auto& file : std::filesystem::directory_iterator{copy.folder}) {
    adopt_folder_owner(file.path());
    sync_file(file.path());
    copy.bytes += file.file_size();
  }
  sync_directory(copy.folder);
}

}  // namespace

Copy make_copy(Session& session, std::string_view name, BackupFormat format,
               const HeadwaySink& sink) {
  Copy copy;
  copy.folder = staging_folder(session.path()) / name;
  std::filesystem::remove_all(copy.folder);
  std::filesystem::create_directories(copy.folder);
  try {
    make(session, copy, format, sink);
  } catch (const Error&) {
    std::error_code ignored;
    std::filesystem::remove_all(copy.folder, ignored);
    throw;
  }
  return copy;
}

Copy replace_automatic_backup(Session& session) {
  const std::filesystem::path place = automatic_backup(session.path());
  const std::filesystem::path old = old_automatic_backup(session.path());
  Copy copy = make_copy(session, kAutomaticCopy, BackupFormat::database);
  if (std::filesystem::exists(place)) rename_durably(place, old);
  session.step("backup.old_aside");
  rename_durably(copy.folder, place);
  session.step("backup.in_place");
  std::filesystem::remove_all(old);
  copy.folder = place;
  return copy;
}

void tidy_backups(const std::filesystem::path& database) {
  const std::filesystem::path old = old_automatic_backup(database);
  if (std::filesystem::exists(old)) {
    if (std::filesystem::exists(automatic_backup(database))) {
      std::filesystem::remove_all(old);
    } else {
      rename_durably(old, automatic_backup(database));
    }
  }
  std::filesystem::remove_all(staging_folder(database));
}

bool is_backup_required(const std::filesystem::path& database) {
  return std::filesystem::exists(requirement(database));
}

void require_backup(const std::filesystem::path& database) {
  if (!is_backup_required(database)) {
    write_durably(requirement(database),
                  "journal segments were deleted, or rows came from elsewhere: a rebuild needs the "
                  "backup beside the database\n");
  }
}

}  // namespace shelduck::store::detail
