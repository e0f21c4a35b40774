#include "sqlite.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace shelduck::bench {

namespace {

constexpr const char* kLibraryFile = "libsqlite3.so.0";
constexpr int kOk = 0;      // SQLITE_OK
constexpr int kDone = 101;  // SQLITE_DONE

// The functions of sqlite.org/c3ref that are called here; handles are opaque.
struct Library {
  int (*open)(const char*, void**);
  int (*close)(void*);
  int (*exec)(void*, const char*, void*, void*, char**);
  int (*busy_timeout)(void*, int);
  int (*prepare)(void*, const char*, int, void**, const char**);
  int (*bind_blob)(void*, int, const void*, int, void (*)(void*));
  int (*step)(void*);
  int (*reset)(void*);
  int (*finalize)(void*);
  const char* (*message)(void*);
};

template <class Function>
void look_up(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) {
    throw std::runtime_error(std::string(kLibraryFile) + " has no " + name);
  }
}

Library load() {
  void* file = ::dlopen(kLibraryFile, RTLD_NOW);
  if (file == nullptr) {
    throw std::runtime_error(std::string("SQLite is not here: ") + ::dlerror());
  }
  Library library{};
  look_up(file, "sqlite3_open", library.open);
  look_up(file, "sqlite3_close", library.close);
  look_up(file, "sqlite3_exec", library.exec);
  look_up(file, "sqlite3_busy_timeout", library.busy_timeout);
  look_up(file, "sqlite3_prepare_v2", library.prepare);
  look_up(file, "sqlite3_bind_blob", library.bind_blob);
  look_up(file, "sqlite3_step", library.step);
  look_up(file, "sqlite3_reset", library.reset);
  look_up(file, "sqlite3_finalize", library.finalize);
  look_up(file, "sqlite3_errmsg", library.message);
  return library;
}

const Library& sqlite() {
  static const Library library = load();
  return library;
}

}  // namespace

SqliteTable::SqliteTable(const std::filesystem::path& path) {
  require(sqlite().open(path.c_str(), &connection_) == kOk);
  constexpr int kMilliseconds = 60'000;
  require(sqlite().busy_timeout(connection_, kMilliseconds) == kOk);
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=FULL");
  run("CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, payload BLOB NOT NULL)");
  require(sqlite().prepare(connection_, "INSERT INTO record (payload) VALUES (?)", -1, &insert_,
                           nullptr) == kOk);
}

SqliteTable::~SqliteTable() {
  sqlite().finalize(insert_);
  sqlite().close(connection_);
}

void SqliteTable::append(std::string_view payload) {
  require(sqlite().bind_blob(insert_, 1, payload.data(), static_cast<int>(payload.size()),
                             nullptr) == kOk);
  require(sqlite().step(insert_) == kDone);
  require(sqlite().reset(insert_) == kOk);
}

void SqliteTable::run(const char* sql) {
  require(sqlite().exec(connection_, sql, nullptr, nullptr, nullptr) == kOk);
}

void SqliteTable::require(bool is_done) const {
  if (!is_done) throw std::runtime_error(std::string("SQLite: ") + sqlite().message(connection_));
}

}  // namespace shelduck::bench
