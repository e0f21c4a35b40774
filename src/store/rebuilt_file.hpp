// A database file made again from backup, archive and journal. Private to the store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/store/backup.hpp"
#include "shelduck/store/replay.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store::detail {

struct RebuildPlan {
  std::filesystem::path database;  // whose backup, archive and journal are read
  journal::Identity identity;
  const Domain& domain;
  const OpenOptions& options;
  journal::FileSystem& files;
  // Nothing beyond these positions: to be compared with a file that stands there.
  std::optional<Positions> upto{};
};

struct RebuiltFile {
  std::filesystem::path path;
  std::uint64_t frames = 0;
  bool had_backup = false;
  std::vector<TableState> tables{};
  std::vector<std::string> notes{};
};

// The backup's file that a rebuild begins with, compared with its manifest; nothing where it begins
// with an empty one. Throws corrupt where a backup is required and is not there, is not whole, or
// belongs to another journal. Writes nothing.
[[nodiscard]] std::optional<std::filesystem::path> base_of_rebuild(
    const std::filesystem::path& database, const Domain& domain,
    const std::optional<Uuid>& identity);

[[noreturn]] void refuse_without_backup(const std::filesystem::path& database);

// Throws what base_of_rebuild() throws.
// The owner's lock is held by the caller.
[[nodiscard]] RebuiltFile rebuild_file(const RebuildPlan& plan,
                                       const std::filesystem::path& target);

// Applies what archive and journal hold beyond `plan.upto` to a file that was made up to there.
// Where it throws, the file is gone.
void complete(RebuildPlan plan, RebuiltFile& made);

// Removes the file, its log and what else stands beside it.
void remove_database_file(const std::filesystem::path& database);

}  // namespace shelduck::store::detail
