#include "shelduck/store/database.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shelduck/store/duckdb_engine.hpp"
#include "shelduck/store/failure_of.hpp"
#include "shelduck/store/path.hpp"
#include "shelduck/store/sql_text.hpp"

namespace shelduck::store {

namespace {

using detail::DatabaseImpl;

// Which files this process has open. It must be known to the whole process, because the engine's
// lock belongs to the process: hence the one global of the store, guarded by its mutex.
class OpenFiles {
 public:
  static OpenFiles& of_process() {
    static OpenFiles files;
    return files;
  }

  void add(const std::filesystem::path& path) {
    const std::lock_guard lock{mutex_};
    for (const std::filesystem::path& open : paths_) {
      std::error_code ignored;
      if (open == path || std::filesystem::equivalent(open, path, ignored)) {
        throw Error{ErrorKind::busy,
                    "database " + path.string() + " is open in this process already",
                    {.hint = "take another connection of the open one"}};
      }
    }
    paths_.push_back(path);
  }

  void remove(const std::filesystem::path& path) {
    const std::lock_guard lock{mutex_};
    std::erase(paths_, path);
  }

 private:
  std::mutex mutex_;
  std::vector<std::filesystem::path> paths_;
};

std::filesystem::path canonical_of(const std::filesystem::path& path) {
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path));
}

// The only files of SQLite that people try to open as something else.
constexpr std::string_view kOfOlderProgram =
    "readings of an older program in such a file are brought over with: shelduck sensors migrate "
    "--from FILE --to NEW_FILE";

// Safe only while no engine of this process has the file open: see the header.
void require_engine_file(const std::filesystem::path& path, Backend wanted) {
  const std::optional<Backend> found = backend_of(path);
  if (found == wanted) return;
  const std::string rule = "a " + std::string(name_of(wanted)) + " database file";
  throw Error{ErrorKind::invalid_input,
              path.string() +
                  (found ? " is a " + std::string(name_of(*found)) + " file, no " : " is no ") +
                  std::string(name_of(wanted)) + " database; it was not touched",
              {.field = "database",
               .value = path.string(),
               .rule = rule,
               .hint = found == Backend::sqlite ? std::string(kOfOlderProgram) : ""}};
}

// Before a lock file is made beside the path.
void look_at_place(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(detail::folder_of(path))) {
    throw Error{ErrorKind::not_found,
                "there is no folder " + detail::folder_of(path).string() + " for a database"};
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return;
  throw Error{ErrorKind::invalid_input,
              path.string() + (S_ISDIR(status.st_mode) ? " is a directory" : " is no plain file") +
                  ", no database",
              {.field = "database", .value = path.string(), .rule = "a file"}};
}

// An owner writes the file, and makes its log beside it.
void require_access(const std::filesystem::path& path, Access access) {
  const auto may = [](const std::filesystem::path& place, int mode) {
    return ::faccessat(AT_FDCWD, place.c_str(), mode, AT_EACCESS) == 0;
  };
  if (access == Access::read_only) {
    if (!may(path, R_OK)) throw system_error("read", path.string(), errno);
    return;
  }
  if (!may(path, R_OK | W_OK)) throw no_access(path, system_error("write", path.string(), errno));
  const std::filesystem::path folder = detail::folder_of(path);
  if (!may(folder, W_OK | X_OK)) {
    throw no_access(path, system_error("write", folder.string(), errno));
  }
}

void look_at_path(const std::filesystem::path& path, const DatabaseOptions& options) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) throw system_error("stat", path.string(), errno);
    if (options.access == Access::read_only) {
      throw Error{ErrorKind::not_found, "there is no database " + path.string()};
    }
    return;
  }
  if (status.st_size == 0 && options.access == Access::read_write) {
    // The engine refuses an empty file, as mktemp makes it; nothing is lost with it.
    if (::unlink(path.c_str()) != 0) throw system_error("unlink", path.string(), errno);
    return;
  }
  require_access(path, options.access);
  require_engine_file(path, options.backend);
}

void set(duckdb_config config, const char* name, const std::string& value) {
  if (duckdb_set_config(config, name, value.c_str()) != DuckDBSuccess) {
    throw Error{ErrorKind::bug, "the engine knows no setting " + std::string(name)};
  }
}

detail::ConfigHandle make_config(const DatabaseOptions& options,
                                 const std::optional<detail::SpillFolder>& spill) {
  detail::ConfigHandle config;
  if (duckdb_create_config(config.out()) != DuckDBSuccess) {
    throw Error{ErrorKind::exhausted, "the engine gave no configuration"};
  }
  const bool is_read_only = options.access == Access::read_only;
  set(config.get(), "access_mode", is_read_only ? "READ_ONLY" : "READ_WRITE");
  set(config.get(), "threads", std::to_string(options.threads));
  set(config.get(), "memory_limit", std::to_string(options.memory_bytes) + "B");
  // The engine's default version replays any log that lies beside the file, also an old or a
  // foreign one; from v1.4.0 on a log names its file and its checkpoint.
  set(config.get(), "storage_compatibility_version", "v1.4.0");
  set(config.get(), "autoinstall_known_extensions", "false");
  set(config.get(), "autoload_known_extensions", "false");
  set(config.get(), "checkpoint_threshold", std::to_string(options.checkpoint_bytes) + "B");
  set(config.get(), "wal_autocheckpoint_entries", std::to_string(options.checkpoint_entries));
  if (spill) set(config.get(), "temp_directory", spill->path().string());
  return config;
}

void open_engine(DatabaseImpl& impl, const DatabaseOptions& options) {
  if (!options.temporary_directory.empty()) {
    impl.spill.emplace(canonical_of(options.temporary_directory));
  }
  const detail::ConfigHandle config = make_config(options, impl.spill);
  char* message = nullptr;
  if (duckdb_open_ext(impl.path.c_str(), impl.handle.out(), config.get(), &message) !=
      DuckDBSuccess) {
    const std::string text = message != nullptr ? message : "cannot open";
    duckdb_free(message);
    const detail::EngineError error = detail::parse_engine_error(text);
    if (kind_of(error) == ErrorKind::corrupt) throw damage_error(error, impl.path);
    throw make_error(error, "open " + impl.path.string());
  }
}

// The engine's library has an allocator of its own, without a door in its interface.
using AllocatorControl = int (*)(const char*, void*, std::size_t*, void*, std::size_t);

AllocatorControl engine_allocator() noexcept {
  static const auto control =
      reinterpret_cast<AllocatorControl>(::dlsym(RTLD_DEFAULT, "duckdb_je_mallctl"));
  return control;
}

// For arenas that are made later, and for each of those that are there.
void keep_no_freed_memory() noexcept {
  const AllocatorControl control = engine_allocator();
  if (control == nullptr) return;
  ssize_t none = 0;
  unsigned arenas = 0;
  std::size_t size = sizeof(arenas);
  (void)control("arenas.narenas", &arenas, &size, nullptr, 0);
  for (const std::string word : {"dirty_decay_ms", "muzzy_decay_ms"}) {
    (void)control(("arenas." + word).c_str(), nullptr, nullptr, &none, sizeof(none));
    for (unsigned i = 0; i < arenas; ++i) {
      const std::string name = "arena." + std::to_string(i) + "." + word;
      (void)control(name.c_str(), nullptr, nullptr, &none, sizeof(none));
    }
  }
}

// In this order: the folders before the switch that freezes them, the lock last.
std::string first_statements(const DatabaseOptions& options) {
  std::string sql = "SET GLOBAL TimeZone = 'UTC';";
  std::string folders;
  for (const std::filesystem::path& folder : options.export_directories) {
    folders += (folders.empty() ? "" : ", ") + literal(canonical_of(folder).string());
  }
  if (!folders.empty()) sql += "SET allowed_directories = [" + folders + "];";
  sql += "SET enable_external_access = false;";
  return options.is_configuration_frozen ? sql + "SET lock_configuration = true;" : sql;
}

}  // namespace

void give_memory_back() noexcept {
  ::malloc_trim(0);
  const AllocatorControl control = engine_allocator();
  constexpr const char* kPurgeAll = "arena.4096.purge";
  if (control != nullptr) (void)control(kPurgeAll, nullptr, nullptr, nullptr, 0);
}

std::filesystem::path wal_path(const std::filesystem::path& database) {
  return database.string() + ".wal";
}

std::array<std::filesystem::path, 3> log_paths(const std::filesystem::path& database) {
  return {wal_path(database), database.string() + "-wal", database.string() + "-shm"};
}

Database Database::open(const std::filesystem::path& path, const DatabaseOptions& options) {
  auto impl = std::make_unique<DatabaseImpl>();
  impl->path = canonical_of(path);
  impl->access = options.access;
  impl->backend = options.backend;
  impl->memory_bytes = options.memory_bytes;
  look_at_place(impl->path);
  OpenFiles::of_process().add(impl->path);
  impl->is_registered = true;
  if (options.locking == Locking::take) {
    impl->lock = OwnerLock::try_take(impl->path, "");
    if (!impl->lock) throw Error{ErrorKind::busy, describe_owner(impl->path)};
  }
  look_at_path(impl->path, options);
  if (options.backend == Backend::duckdb) open_engine(*impl, options);
  if (options.freed == Freed::given_back) keep_no_freed_memory();
  Database database{std::move(impl)};
  Connection first{database};  // of SQLite it opens the file, and says what is wrong with it
  if (options.backend == Backend::duckdb) first.run_script(first_statements(options));
  return database;
}

Database Database::in_memory(const DatabaseOptions& options) {
  auto impl = std::make_unique<DatabaseImpl>();
  impl->path = ":memory:";
  impl->memory_bytes = options.memory_bytes;
  open_engine(*impl, options);
  Database database{std::move(impl)};
  Connection{database}.run_script(first_statements(options));
  return database;
}

Database::Database(std::unique_ptr<DatabaseImpl> impl) noexcept : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

void Database::checkpoint() {
  // Of SQLite's log as much as no reader needs any more; all of it is on the disk in either case.
  Connection{*this}.run_script(impl_->backend == Backend::sqlite ? "PRAGMA wal_checkpoint(PASSIVE)"
                                                                 : "CHECKPOINT");
  detail::sync_directory(detail::folder_of(impl_->path));
}

// The engine has no door for that. A limit which it cannot keep makes it drop all that it may
// before it refuses; where nothing has to stay, it takes that limit, so its own is said again.
// SQLite keeps pages for each connection, few, and gives them back with it.
void Database::drop_caches() {
  if (impl_->backend == Backend::sqlite) return;
  Connection connection{*this};
  const auto failure =
      detail::failure_of([&] { connection.run_script("SET memory_limit = '1B'"); });
  connection.run_script("SET memory_limit = '" + std::to_string(impl_->memory_bytes) + "B'");
  if (failure && failure->kind() != ErrorKind::exhausted) throw Error{*failure};
}

void Database::close() {
  if (impl_->connections > 0) {
    throw Error{ErrorKind::bug, "database " + impl_->path.string() + " has " +
                                    std::to_string(impl_->connections) +
                                    " open connections and cannot be closed"};
  }
  const std::filesystem::path folder = detail::folder_of(impl_->path);
  impl_.reset();
  detail::sync_directory(folder);
}

const std::filesystem::path& Database::path() const noexcept { return impl_->path; }

bool Database::is_poisoned() const noexcept { return impl_->is_poisoned; }

namespace detail {

DatabaseImpl::~DatabaseImpl() {
  handle.reset();
  if (!is_registered) return;
  OpenFiles::of_process().remove(path);
  // A log that a power cut brings back beside a cleanly closed file would be refused. The
  // destructor cannot report; close() does.
  const int folder = ::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

}  // namespace detail

}  // namespace shelduck::store
