// Backups are whole copies, made by the engine inside the owner session, and proven before they
// get their name: the copy is opened again, and row counts and digests of every table are compared.
//
//   back_up(store, "/backups/monday", {});              // makes /backups/monday
//   back_up(store, "/backups/history", {.keep = 7});    // makes /backups/history-20260501T030000Z
//
// The same in two parts, where another process than the owner's is to have it:
//
//   const BackupPlace place{database, "/backups/monday", {}, now};   // judged before it is made
//   const std::filesystem::path copy = make_backup(store, BackupFormat::database);
//   const BackupReport report = place.take(copy);
//
// A backup is a folder: `database.duckdb` (or one Parquet file per table) and `manifest` with the
// moment, the identity, the position in every segment of the journal, and rows and digest of every
// table, which a restore compares.
// It is made under a temporary name beside its place and renamed; a failure leaves nothing.
// Failure: invalid_input (the folder exists, is no folder, is one of the database's own names),
// exhausted (no space), corrupt (the copy
//          differs; nothing keeps the name then).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/store/backend.hpp"
#include "shelduck/store/headway.hpp"

namespace shelduck::store {

class Store;

// The automatic backup beside a database: the only one that lets journal segments be deleted.
[[nodiscard]] std::filesystem::path automatic_backup(const std::filesystem::path& database);

// What a backup says that it is of, without a look at its rows; nothing where the folder is none.
struct BackupKind {
  std::string domain;
  Backend backend = Backend::duckdb;
};
[[nodiscard]] std::optional<BackupKind> kind_of_backup(const std::filesystem::path& folder);

enum class BackupFormat { database, parquet };

struct BackupOptions {
  BackupFormat format = BackupFormat::database;
  // With it the folder's name is a stem: each backup gets `-` and its moment behind it, and of
  // those of this stem and this database's identity the newest so many stay, the new one counted.
  // Nothing else is ever removed, and nothing at all without it.
  std::optional<int> keep{};
};

// Rows of a table, and an order-independent hash of them that two files of one engine share.
struct TableState {
  std::string table;
  std::int64_t rows = 0;
  std::string digest;

  bool operator==(const TableState&) const = default;
};

struct BackupReport {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  std::vector<TableState> tables;
  std::vector<std::filesystem::path> removed;
};

BackupReport back_up(Store& store, const std::filesystem::path& folder,
                     const BackupOptions& options);

// A copy of one instant, proven and on the disk, in a folder that is the caller's from then on: to
// be taken to its place, or removed.
[[nodiscard]] std::filesystem::path make_backup(Store& store, BackupFormat format,
                                                const HeadwaySink& sink = {});

// Where a backup goes. The constructor throws what back_up() throws of a place.
class BackupPlace {
 public:
  // `database` is canonical: its own places are refused. `now` is the moment in the names of
  // --keep.
  BackupPlace(const std::filesystem::path& database, const std::filesystem::path& folder,
              const BackupOptions& options, Instant now);

  [[nodiscard]] const std::filesystem::path& target() const noexcept { return target_; }

  // A new folder beside it, of this user alone, for a copy that comes from another process.
  [[nodiscard]] std::filesystem::path make_folder_beside() const;

  // The copy gets its name, durably; it is renamed, or copied where it stands on another file
  // system. Then the older ones go. Nothing of the copy is left where this throws.
  [[nodiscard]] BackupReport take(const std::filesystem::path& copy) const;

  // The two parts of it.
  void put(const std::filesystem::path& copy) const;
  [[nodiscard]] std::vector<std::filesystem::path> rotate(const Uuid& identity) const;

 private:
  std::filesystem::path named_;  // the folder, or the stem of --keep
  std::filesystem::path target_;
  std::optional<int> keep_;
};

[[nodiscard]] Document document(const std::vector<TableState>& tables);
[[nodiscard]] Document document(const BackupReport& report);

}  // namespace shelduck::store
