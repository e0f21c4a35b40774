#include "shelduck/store/lock_wait.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/owner_note.hpp"

namespace shelduck::store::detail {

namespace {

constexpr Microseconds kFirstPause{2'000};
constexpr Microseconds kLongestPause{100'000};

void sleep_for(const OpenOptions& options, Microseconds pause) {
  if (options.sleep) {
    options.sleep(pause);
  } else {
    std::this_thread::sleep_for(pause);
  }
}

// Who may not take the lock may still be answered by a server that has it.
std::optional<OwnerLock> try_lock(const std::filesystem::path& database, const OpenOptions& options,
                                  LockUse use) {
  if (use == LockUse::read) return OwnerLock::try_share(database);
  try {
    return OwnerLock::try_take(database, "");
  } catch (const Error&) {
    const auto note = journal::read_owner_note(database.string());
    if (note && options.owned_by_other) options.owned_by_other(*note);
    throw;
  }
}

}  // namespace

OwnerLock wait_for_lock(const std::filesystem::path& database, const OpenOptions& options,
                        LockUse use) {
  const Instant end = options.clock() + std::chrono::duration_cast<Microseconds>(options.wait);
  for (Microseconds pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    std::optional<OwnerLock> lock = try_lock(database, options, use);
    if (lock) return std::move(*lock);
    if (options.owned_by_other) {
      options.owned_by_other(journal::read_owner_note(database.string()).value_or(OwnerNote{}));
    }
    if (options.is_cancelled && options.is_cancelled()) {
      throw Error{ErrorKind::cancelled, "interrupted while waiting for " + database.string()};
    }
    const Instant now = options.clock();
    if (now >= end) {
      throw Error{ErrorKind::busy,
                  describe_owner(database),
                  {.hint = "wait for it, or give more time with --wait SECONDS"}};
    }
    sleep_for(options, std::min(pause, end - now));
  }
}

}  // namespace shelduck::store::detail
