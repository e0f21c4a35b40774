#include "shelduck/sensors/backends/reading_backends.hpp"

#include <string>
#include <system_error>

#include "shelduck/sensors/duckdb_store/domain.hpp"
#include "shelduck/sensors/duckdb_store/duckdb_reading_store.hpp"
#include "shelduck/sensors/duckdb_store/parquet_export.hpp"
#include "shelduck/sensors/export_query.hpp"
#include "shelduck/sensors/sqlite_store/domain.hpp"
#include "shelduck/sensors/sqlite_store/sqlite_reading_store.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/migration.hpp"

namespace shelduck::sensors {
namespace {

// Of a database that only passes rows on, beside that of a server on a small board.
constexpr std::int64_t kPassingMemory = 24'000'000;
constexpr std::int64_t kPassingLog = 2'000'000;

store::DatabaseOptions passing_options(const std::filesystem::path& file) {
  return {.locking = store::Locking::none,
          .memory_bytes = kPassingMemory,
          .export_directories = {file.parent_path()},
          .checkpoint_bytes = kPassingLog};
}

// A database of DuckDB that goes with this object.
class PassingDatabase {
 public:
  explicit PassingDatabase(const std::filesystem::path& file)
      : file_(file), database_(store::Database::open(file_, passing_options(file_))) {
    store::migrate(*database_, "sensors", duckdb_domain().migrations, {});
  }
  ~PassingDatabase() {
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    std::filesystem::remove(store::wal_path(file_), ignored);
  }
  PassingDatabase(const PassingDatabase&) = delete;
  PassingDatabase& operator=(const PassingDatabase&) = delete;

  [[nodiscard]] store::Database& database() { return *database_; }

 private:
  std::filesystem::path file_;
  std::optional<store::Database> database_;
};

std::int64_t write_by_duckdb(store::Connection& source, const std::filesystem::path& file,
                             const ReadingFilter& filter) {
  SqliteReadingStore readings{source};
  ReadingsExport rows{readings, filter};
  PassingDatabase passing{file.string() + ".rows"};
  store::Connection connection{passing.database()};
  while (const auto slice = rows.next()) {
    store::Transaction transaction{connection};
    append_readings(transaction, *slice);
    transaction.commit();
  }
  return export_parquet(connection, file, {});
}

}  // namespace

store::Domain domain_on(store::Backend backend) {
  return backend == store::Backend::sqlite ? sqlite_domain() : duckdb_domain();
}

std::unique_ptr<ReadingStore> open_readings(store::Connection& connection) {
  if (connection.backend() == store::Backend::sqlite) {
    return std::make_unique<SqliteReadingStore>(connection);
  }
  return std::make_unique<DuckdbReadingStore>(connection);
}

std::unique_ptr<ReadingStore> open_readings(store::Transaction& snapshot) {
  if (snapshot.connection().backend() == store::Backend::sqlite) {
    return std::make_unique<SqliteReadingStore>(snapshot);
  }
  return std::make_unique<DuckdbReadingStore>(snapshot);
}

std::int64_t write_parquet(store::Connection& connection, const std::filesystem::path& file,
                           const ReadingFilter& filter) {
  if (connection.backend() == store::Backend::sqlite) {
    return write_by_duckdb(connection, file, filter);
  }
  return export_parquet(connection, file, filter);
}

}  // namespace shelduck::sensors
