// OwnerLock is the right to open a database file: an exclusive lock on `<database>.lock`.
//
//   std::optional<OwnerLock> lock = OwnerLock::try_take(path, {});
//   if (!lock) { const std::optional<OwnerNote> owner = read_owner_note(path); ... }
//
// The lock file names the owner: process, version, and the socket of a server. It is never
// removed, so that two processes cannot hold locks on two files of one name. The kernel lets go of
// the lock when the process ends, however it ends; the descriptor is not inherited by programs
// that the process starts.
// Failure: try_take throws io where the lock file cannot be made.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/owner_note.hpp"

namespace shelduck::store {

using journal::OwnerNote;

class OwnerLock {
 public:
  // Nothing where another process (or another lock of this one) holds it.
  [[nodiscard]] static std::optional<OwnerLock> try_take(const std::filesystem::path& database,
                                                         const std::string& socket);

  // For who only reads a database that may be somebody else's: on the lock file that is there, of
  // which nothing is changed. Many readers may hold it, and no owner beside them.
  [[nodiscard]] static std::optional<OwnerLock> try_share(const std::filesystem::path& database);

  OwnerLock(OwnerLock&& other) noexcept;
  OwnerLock& operator=(OwnerLock&& other) noexcept;
  ~OwnerLock();

  // What other processes read; a server names its socket once it listens.
  void write_note(const std::string& socket);

 private:
  OwnerLock(int descriptor, std::filesystem::path path);

  int descriptor_ = -1;
  std::filesystem::path path_;
};

[[nodiscard]] std::filesystem::path lock_path(const std::filesystem::path& database);

// That this user may only read the database, with what to do; `cause` names file and reason.
[[nodiscard]] Error no_access(const std::filesystem::path& database, const Error& cause);

// "busy: process 4711 (shelduck 0.1.0) owns /data/history.duckdb".
[[nodiscard]] std::string describe_owner(const std::filesystem::path& database);

}  // namespace shelduck::store
