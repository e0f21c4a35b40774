#include "shelduck/store/reading.hpp"

#include <optional>
#include <string>
#include <utility>

#include "shelduck/journal/identity.hpp"
#include "shelduck/store/engine.hpp"
#include "shelduck/store/lock_wait.hpp"

namespace shelduck::store {

Database open_for_reading(const std::filesystem::path& path, const OpenOptions& opening,
                          DatabaseOptions options) {
  std::optional<OwnerLock> lock;
  // A link would lead to a file that is none of ours.
  if (std::filesystem::is_regular_file(std::filesystem::symlink_status(lock_path(path)))) {
    lock = detail::wait_for_lock(path, opening, detail::LockUse::read);
  }
  options.access = Access::read_only;
  options.locking = lock ? Locking::held_by_caller : Locking::none;
  try {
    Database database = Database::open(path, options);
    database.impl().lock = std::move(lock);
    return database;
  } catch (const Error& error) {
    throw told_to_reader(error, path);
  }
}

Error told_to_reader(const Error& error, const std::filesystem::path& path) {
  const bool is_ours = std::filesystem::is_directory(journal::journal_directory(path.string()));
  if (!detail::is_file_damage(error) || is_ours) return error;
  const std::string text = error.what();
  return Error{ErrorKind::corrupt,
               text.substr(0, text.find('\n')),
               {.hint = "restore it from a copy, or mend it with the program that made it: here it "
                        "is only read"}};
}

}  // namespace shelduck::store
