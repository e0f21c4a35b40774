// What a backup is and holds, as a small file that is read without the engine. Private to the
// store.
//
// The state of every table is written when the copy is made, and compared with what is there before
// a restored file takes the database's place. Digests say something only between equal engines and
// equal queries, so the manifest names what they were made by; with another one, rows are counted.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/store/backup.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/replay.hpp"

namespace shelduck::store::detail {

// The database file in a backup's folder.
[[nodiscard]] constexpr std::string_view copy_name(Backend backend) {
  return backend == Backend::sqlite ? "database.sqlite" : "database.duckdb";
}

struct Manifest {
  Instant made_at{};
  Uuid identity{};
  std::string domain{};
  BackupFormat format = BackupFormat::database;
  Positions positions{};
  std::optional<Uuid> digests_by{};   // of digest_basis(); none in a manifest without states
  std::vector<TableState> tables{};   // as the database held them
  std::vector<TableState> parquet{};  // as the engine reads each table's Parquet file
};

void write_manifest(const std::filesystem::path& folder, const Manifest& manifest);

// Nothing where the folder is no backup; Error corrupt where the manifest is damaged.
[[nodiscard]] std::optional<Manifest> read_manifest(const std::filesystem::path& folder);

// read_manifest() for a folder that must be a backup of this domain: not_found, invalid_input.
[[nodiscard]] Manifest require_manifest(const std::filesystem::path& folder, const Domain& domain);

[[nodiscard]] std::filesystem::path parquet_file(const std::filesystem::path& folder,
                                                 const std::string& table);

// Rows and digest of each table's Parquet file, all of it read. Error corrupt names a table whose
// file is not there or cannot be read.
[[nodiscard]] std::vector<TableState> parquet_states(Connection& connection,
                                                     const std::filesystem::path& folder,
                                                     const std::vector<TableState>& tables);

// Throws corrupt, with the table's name and both states, where a database made from the backup in
// `folder` holds something else than its manifest says. Returns what could not be compared, in
// words; empty where everything was.
std::string require_content(const std::filesystem::path& folder, const Manifest& manifest,
                            Connection& connection, const Domain& domain);

// The same for the backup as it lies there; writes nothing.
std::string require_sound_backup(const std::filesystem::path& folder, const Manifest& manifest,
                                 const Domain& domain);

}  // namespace shelduck::store::detail
