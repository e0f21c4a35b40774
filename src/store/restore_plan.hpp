// The part of a restore that must be finished once it has begun. Private to the store.
//
// The intent file holds the plan as lines, so that any later owner can go on where it stopped:
// every step looks at what is there and does only what is missing.
#pragma once

#include <filesystem>

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
  std::filesystem::path aside;     // a new folder for what stands there now
  std::filesystem::path new_file;  // verified, with the new identity
  Uuid identity;
};

// Under the owner's lock: locks every segment (busy where a writer is at work), writes the intent,
// and carries the plan out.
void carry_out(const RestoreSite& site, const RestorePlan& plan);

// Does what an interrupted restore has left to do; nothing where no intent stands.
void finish_restore(const RestoreSite& site);

}  // namespace shelduck::store::detail
