// The part of a restore that must be finished once it has begun. Private to the store.
//
// The intent file holds the plan as lines, so that any later owner can go on where it stopped:
// every step looks at what is there and does only what is missing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store::detail {

struct RestoreSite {
  const std::filesystem::path& database;
  const Domain& domain;
  const OpenOptions& options;
  journal::FileSystem& files;
};

struct RestorePlan {
  std::filesystem::path aside;  // a new folder for what stands there now
  // Verified, with the new identity. In its staging folder lies a backup of it.
  std::filesystem::path new_file;
  Uuid identity;
  // Of the journal that stands there now: the next one begins with it.
  std::optional<std::int64_t> edge{};
};

// Under the owner's lock: locks every segment (busy where a writer is at work), writes the intent,
// and carries the plan out.
void carry_out(const RestoreSite& site, const RestorePlan& plan);

// Where a restore makes its new file.
[[nodiscard]] std::filesystem::path restored_file(const std::filesystem::path& database);

// Does what an interrupted restore has left to do. Where no intent stands nothing was touched yet,
// and what such a restore made is removed.
void finish_restore(const RestoreSite& site);

}  // namespace shelduck::store::detail
