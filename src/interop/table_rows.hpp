// TableRows reads the rows of a Parquet file, or of a table of a DuckDB database, as texts: numbers
// with all their digits, dates and instants as ISO 8601, null as the empty text.
//
//   TableRows rows{{.file = "/data/sales.parquet", .name = "sales.parquet", .opening = opening},
//                  columns_read(columns)};
//
// The first row is the names of all columns; of the others only those that are asked for come, the
// rest are empty. Rows come in the order of the file, a chunk at a time. A database, of anybody, is
// opened to be read and stays as it is: see store/reading.hpp.
// Failure: Error not_found for a table that is not there; invalid_input for a file that is torn or
// no Parquet, and for a field or a row above the limits of CSV; what open_for_reading throws.
// Threads: one, except interrupt().
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "shelduck/interop/text_rows.hpp"

namespace shelduck::store {
struct OpenOptions;
}

namespace shelduck::interop {

struct TableSource {
  std::filesystem::path file;       // absolute
  std::string table{};              // of a database; empty: the file is Parquet
  std::string name{};               // of the file, for messages
  std::filesystem::path temporary;  // where the engine puts what its memory does not hold
  const store::OpenOptions& opening;
};

class TableRows final : public TextRows {
 public:
  TableRows(const TableSource& source, std::span<const std::string> columns);
  ~TableRows() override;
  TableRows(const TableRows&) = delete;
  TableRows& operator=(const TableRows&) = delete;

  [[nodiscard]] const TextRow* next() override;
  void interrupt() noexcept override;
  // Rows, of Parquet, whose number the file itself says.
  [[nodiscard]] std::optional<ReadSoFar> read_so_far() const noexcept override;
  [[nodiscard]] const std::string& name() const noexcept override;
  [[nodiscard]] RowPlace place() const noexcept override { return RowPlace::row; }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class TableKind { none, parquet, database };

// By its first bytes, of a plain file; Parquet by the name .parquet too.
[[nodiscard]] TableKind table_kind(const std::filesystem::path& file);

}  // namespace shelduck::interop
