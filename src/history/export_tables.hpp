// The history as files that other programs read: one CSV or Parquet file a table.
//
//   export_tables(connection, folder, TableFormat::parquet);   // folder/runs.parquet, ...
//
// The folder must exist, and the store must have been opened with it as its export directory: the
// engine writes nowhere else. Instants are UTC. Files of these names are replaced.
// Threads: one. Failure: Error of the store; files that were written before stay.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/document.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

enum class TableFormat { csv, parquet };

struct ExportedTable {
  std::string name;
  std::filesystem::path file;
  std::int64_t rows = 0;
};

[[nodiscard]] std::vector<ExportedTable> export_tables(store::Connection& connection,
                                                       const std::filesystem::path& folder,
                                                       TableFormat format);

[[nodiscard]] Document document(const std::vector<ExportedTable>& tables);

}  // namespace shelduck::history
