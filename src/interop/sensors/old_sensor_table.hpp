// OldSensorTable is the table of readings in an older program's open file: its shape, and the
// queries that ask it. Private to this room.
//
// Rows go by their row ids, which are unique and never null, whatever a column `id` says. A view
// and a table without row ids are copied into a table of this connection alone first, at once.
// Failure: Error invalid_input where the file has no such table, or one without a column.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "shelduck/interop/sensors/sqlite_connection.hpp"

namespace shelduck::interop {

class OldSensorTable {
 public:
  OldSensorTable() = default;
  OldSensorTable(SqliteConnection connection, const std::filesystem::path& file);

  [[nodiscard]] bool is_copied() const { return table_ != "main.sensor_readings"; }

  // As read_old_row() wants them, ascending by row id: those from ?1 to ?2, at most ?3.
  [[nodiscard]] SqliteProgram rows() const;

  [[nodiscard]] std::int64_t count() const;
  // Of the rows up to this row id.
  [[nodiscard]] std::int64_t count_to(std::int64_t row_id) const;

 private:
  void copy();
  [[nodiscard]] std::string columns() const;

  SqliteConnection connection_;
  std::string table_ = "main.sensor_readings";
  std::string node_;  // the name of its column
};

}  // namespace shelduck::interop
