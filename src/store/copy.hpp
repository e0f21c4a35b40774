// Copies of an open database, made and proven. Private to the store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "shelduck/store/backup.hpp"
#include "shelduck/store/manifest.hpp"
#include "shelduck/store/replay.hpp"
#include "shelduck/store/session.hpp"

namespace shelduck::store::detail {

struct Copy {
  std::filesystem::path folder;
  std::uint64_t bytes = 0;
  Positions positions;
  std::vector<TableState> tables;
};

// The name below the staging folder of what becomes the automatic backup.
inline constexpr std::string_view kAutomaticCopy = "automatic";

// Makes `name` below the staging folder: a copy of one instant, opened again and compared with its
// source, on the disk. A failure leaves nothing.
[[nodiscard]] Copy make_copy(Session& session, std::string_view name, BackupFormat format,
                             const HeadwaySink& sink = {});

// Makes the automatic backup, or puts a new one in the place of the old one.
Copy replace_automatic_backup(Session& session);

// After a crash between two renames the old one is the valid one. Removes staged leftovers too.
void tidy_backups(const std::filesystem::path& database);

// Stands beside the database once anything exists only in it or in its automatic backup (segments
// deleted, a restored file): from then on a rebuild needs that backup.
[[nodiscard]] bool is_backup_required(const std::filesystem::path& database);
void require_backup(const std::filesystem::path& database);

}  // namespace shelduck::store::detail
