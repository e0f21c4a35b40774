// Database is one open engine file, of DuckDB or of SQLite; connections come from it.
//
//   Database database = Database::open("/data/history.duckdb", {});
//   Connection connection{database};
//
// One object per path and process: the engine's own interface lets a second open of the same path
// through and then loses commits, so a second one is refused here, whatever way the path is spelt.
// Before the engine opens the file, `<path>.lock` is locked and names process and version: the
// engine's own lock is lost when anybody closes a descriptor of the file in the owner process.
// For the same reason nothing in this process may open, copy or hash a database file that is open.
// An empty file counts as absent. The settings are those that experiment recommended: UTC, no
// extensions from the network, files readable by engines from 1.4 on, no access to other files
// but below the export directories.
//
// Threads: open and destruction by one thread; Connections may be made from any.
// Failure: open throws busy (another process; the message names it), invalid_input (a directory,
//          a file that is no database), refused (written by a newer engine), io (permissions),
//          corrupt. A FATAL error of the engine poisons the object: everything after it is
//          ErrorKind::fatal until it is closed and opened again.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "shelduck/store/backend.hpp"

namespace shelduck::store {

namespace detail {
struct DatabaseImpl;
}

enum class Access { read_write, read_only };

// Whether open() takes `<path>.lock` itself, or the caller already holds it (an owner session), or
// the file is private to this process (a new file under a temporary name).
enum class Locking { take, held_by_caller, none };

// What becomes of memory that the engine frees: kept for a while for the next query, or given back
// to the system at once, which costs queries a fifth of their time. Of the whole process.
enum class Freed { kept, given_back };

struct DatabaseOptions {
  Backend backend = Backend::duckdb;
  Access access = Access::read_write;
  Locking locking = Locking::take;
  int threads = 1;
  std::int64_t memory_bytes = 64LL * 1000 * 1000;
  // The engine may read and write files below these folders, and nowhere else. They need not exist
  // yet.
  std::vector<std::filesystem::path> export_directories{};
  // Where it puts what its memory does not hold, in a folder of its own that goes with it; beside
  // the file by default, and nowhere for an engine without one.
  std::filesystem::path temporary_directory{};
  // Freezes the engine's settings. An owner session leaves them open, because the engine changes
  // one for itself when it copies a whole database; access to other files cannot be opened again
  // anyhow.
  bool is_configuration_frozen = true;
  // A commit that finds this many entries or bytes in the log checkpoints, which bounds the time of
  // a reopening after a crash. Bulk writes are limited by the bytes: at the engine's own 16 MB each
  // second batch of a journal would rewrite the last rows of its table.
  int checkpoint_entries = 6000;
  std::int64_t checkpoint_bytes = 32LL * 1000 * 1000;
  Freed freed = Freed::kept;
};

class Database {
 public:
  // Opens, or makes where the path is absent (read_write only). The parent folder must exist.
  [[nodiscard]] static Database open(const std::filesystem::path& path,
                                     const DatabaseOptions& options);

  // An engine without a file of its own, to read those of the export directories.
  [[nodiscard]] static Database in_memory(const DatabaseOptions& options);

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();  // closes (the engine checkpoints) and syncs the directory

  // Moves the log into the file and syncs the directory.
  void checkpoint();

  // Drops what the engine keeps for a next query: pages of the file, and a note of some 300 bytes
  // on each block of memory that a past query used, of which it keeps 32 768 in each of its queues.
  // Rows that are in the log alone would go to a temporary file: checkpoint() first. Nobody else
  // may use a connection meanwhile, because no query is given any memory. Not where the settings
  // are frozen.
  void drop_caches();

  // Closes now, and throws where the destructor would keep silent. No connection may be left.
  void close();

  [[nodiscard]] const std::filesystem::path& path() const noexcept;
  [[nodiscard]] bool is_poisoned() const noexcept;

  [[nodiscard]] detail::DatabaseImpl& impl() noexcept { return *impl_; }

 private:
  explicit Database(std::unique_ptr<detail::DatabaseImpl> impl) noexcept;

  std::unique_ptr<detail::DatabaseImpl> impl_;
};

// Gives the system back what the allocators of this process keep for the next query: for who rests.
// Some milliseconds; from any thread.
void give_memory_back() noexcept;

// The log that DuckDB keeps beside the file.
[[nodiscard]] std::filesystem::path wal_path(const std::filesystem::path& database);

// What an engine of either kind keeps beside it while it is open, whether it is there or not: a log
// belongs to its file, and goes where that goes.
[[nodiscard]] std::array<std::filesystem::path, 3> log_paths(const std::filesystem::path& database);

}  // namespace shelduck::store
