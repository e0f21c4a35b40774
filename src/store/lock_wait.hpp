// How long a caller waits for the lock of a database, and for whom it is asked. Private to the
// store.
#pragma once

#include <filesystem>

#include "shelduck/store/owner_lock.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store::detail {

enum class LockUse { own, read };

// Tries the lock, sleeps and tries again until `options.wait` is over.
[[nodiscard]] OwnerLock wait_for_lock(const std::filesystem::path& database,
                                      const OpenOptions& options, LockUse use = LockUse::own);

}  // namespace shelduck::store::detail
