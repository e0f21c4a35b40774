#include "shelduck/store/reading.hpp"

#include <optional>
#include <utility>

#include "shelduck/store/engine.hpp"
#include "shelduck/store/owner.hpp"

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
  Database database = Database::open(path, options);
  database.impl().lock = std::move(lock);
  return database;
}

}  // namespace shelduck::store
