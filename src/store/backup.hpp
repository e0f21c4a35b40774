// Backups are whole copies, made by the engine inside the owner session, and proven before they
// get their name: the copy is opened again, and row counts and digests of every table are compared.
//
//   const BackupReport report = back_up(store, "/backups/monday", {.keep = 7});
//
// A backup is a folder: `database.duckdb` (or one Parquet file per table) and `manifest` with the
// moment, the identity and the position in every segment of the journal.
// It is made under a temporary name beside its place and renamed; a failure leaves nothing.
// Failure: invalid_input (the folder exists, is no folder), exhausted (no space), corrupt (the copy
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
  // Of the folders that this function made beside the new one, the newest so many stay, the new one
  // counted; nothing is removed without it.
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
