// Backups are whole copies, made by the engine inside the owner session, and proven before they
// get their name: the copy is opened again, and row counts and digests of every table are compared.
//
//   back_up(store, "/backups/monday", {});              // makes /backups/monday
//   back_up(store, "/backups/history", {.keep = 7});    // makes /backups/history-20260501T030000Z
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

namespace shelduck::store {

class Store;

enum class BackupFormat { duckdb, parquet };

struct BackupOptions {
  BackupFormat format = BackupFormat::duckdb;
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

[[nodiscard]] Document document(const std::vector<TableState>& tables);
[[nodiscard]] Document document(const BackupReport& report);

}  // namespace shelduck::store
