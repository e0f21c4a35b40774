#include "shelduck/interop/sensors/sqlite_connection.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

int milliseconds_of(Seconds wait) {
  constexpr double kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp(1000 * wait.count(), 0.0, kMost));
}

Error damage(const std::string& name, std::string_view said, SqliteUse::Aim aim) {
  if (aim == SqliteUse::Aim::write) {
    return {ErrorKind::corrupt,
            name + " is damaged: " + std::string(said) + "; nothing was written",
            {.hint = "give the name of a new file with --to"}};
  }
  return {ErrorKind::corrupt,
          name + " is damaged: " + std::string(said) +
              "; what was read before that is kept, the file was not touched",
          {.hint = "take the rest from a copy, or from: sqlite3 FILE .recover"}};
}

}  // namespace

SqliteConnection::SqliteConnection(const std::string& name, int access, SqliteUse use)
    : use_(std::move(use)) {
  sqlite3* made = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &made, access | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_ = {made, [](sqlite3* last) { (void)sqlite3_close_v2(last); }};
  if (code != SQLITE_OK) return;  // as the first look says
  (void)sqlite3_extended_result_codes(made, 1);
  (void)sqlite3_busy_timeout(made, milliseconds_of(use_.wait));
}

int SqliteConnection::first_code() const {
  const int opened = sqlite3_extended_errcode(handle_.get());
  if (opened != SQLITE_OK) return opened;
  return sqlite3_exec(handle_.get(), "SELECT count(*) FROM sqlite_master", nullptr, nullptr,
                      nullptr);
}

SqliteProgram SqliteConnection::prepare(std::string_view sql) const {
  sqlite3_stmt* made = nullptr;
  const int code =
      sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &made, nullptr);
  SqliteProgram program{made};
  if (code != SQLITE_OK) fail(code);
  return program;
}

bool SqliteConnection::step(sqlite3_stmt* program) const {
  const int code = sqlite3_step(program);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(code);
  return false;
}

void SqliteConnection::run(const std::string& sql) const {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t SqliteConnection::number(std::string_view sql) const {
  const SqliteProgram program = prepare(sql);
  return step(program.get()) ? sqlite3_column_int64(program.get(), 0) : 0;
}

std::int64_t SqliteConnection::changes() const { return sqlite3_total_changes64(handle_.get()); }

void SqliteConnection::fail(int code) const {
  const std::string name = use_.file.string();
  const std::string said = sqlite3_errmsg(handle_.get());
  const bool is_read = use_.aim == SqliteUse::Aim::read;
  const std::string left = is_read ? "; it was not touched" : "; nothing was written";
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error{ErrorKind::busy,
                  name + " is locked by its program" + left,
                  {.hint = "end that program, or give more time with --wait SECONDS"}};
    case SQLITE_NOTADB:
      throw Error{ErrorKind::invalid_input,
                  name + " is no SQLite file; it was not touched",
                  {.field = is_read ? "--from" : "--to",
                   .value = name,
                   .rule = "the SQLite file of a sensor program"}};
    case SQLITE_CONSTRAINT:
      throw Error{ErrorKind::invalid_input,
                  name + " does not take a reading (" + said + ")" + left,
                  {.field = "--to", .value = name, .rule = "a file as the older program makes it"}};
    case SQLITE_FULL:
      throw Error{ErrorKind::exhausted,
                  "no space for " + name + left,
                  {.hint = "make room, then run it again"}};
    case SQLITE_CORRUPT:
      throw Error{damage(name, said, use_.aim)};
    case SQLITE_INTERRUPT:
      throw Error{ErrorKind::cancelled, "interrupted"};
    default:
      throw Error{ErrorKind::io,
                  (is_read ? "cannot read " : "cannot write ") + name + ": " + said + left};
  }
}

}  // namespace shelduck::interop
