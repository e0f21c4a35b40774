// restore() and rebuild() put another database file in the place of the present one. Both work on a
// closed store: they take the owner's lock themselves, and restore all segment locks too.
//
//   rebuild(path, domain, options);            // from backup, archive and journal
//   restore(folder, path, domain, options);    // from a backup folder, and nothing newer
//
// rebuild makes a new file by position, compares digests with the present file where that can be
// read (else with a second rebuild), and swaps it in; the old file stays aside.
// restore compares the backup with its manifest, writes an intent file, sets journal and archive
// aside, swaps the file in under a new identity, and makes the new journal and the automatic backup
// that a rebuild goes on from. An interrupted one is finished by the next owner. Failure: busy,
// not_found (no such backup), corrupt (a backup that does not verify; a rebuild that
//          does not cover everything, or whose digests differ): the present file stays then.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/store/backup.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store {

struct RestoreReport {
  std::filesystem::path set_aside;  // the folder that holds the old file, journal and archive
  Uuid identity;                    // the new one
  std::vector<TableState> tables;
  std::vector<std::string> notes{};  // what of the backup could not be compared
};

RestoreReport restore(const std::filesystem::path& backup, const std::filesystem::path& database,
                      const Domain& domain, const OpenOptions& options);

struct RebuildReport {
  std::filesystem::path set_aside;  // empty where digests differ: nothing was swapped then
  std::uint64_t frames = 0;
  bool had_backup = false;
  enum class Compared { with_old_file, with_second_rebuild } compared = Compared::with_old_file;
  std::vector<TableState> tables;
  std::vector<std::string> differing;  // tables whose digests differ; the swap is refused then
};

RebuildReport rebuild(const std::filesystem::path& database, const Domain& domain,
                      const OpenOptions& options);

// Throws what restore() and rebuild() would throw, as far as that can be known without writing and
// without the owner's lock. The strings are notes like those of the report.
[[nodiscard]] std::vector<std::string> plan_restore(const std::filesystem::path& backup,
                                                    const Domain& domain);
void plan_rebuild(const std::filesystem::path& database, const Domain& domain);

[[nodiscard]] Document document(const RestoreReport& report);
[[nodiscard]] Document document(const RebuildReport& report);

// What `db migrate` shows: names of what is pending, in order. Nothing is changed.
// Waits for the owner's lock as Store::open does.
[[nodiscard]] std::vector<std::string> pending_migrations(const std::filesystem::path& database,
                                                          const Domain& domain,
                                                          const OpenOptions& options);

}  // namespace shelduck::store
