#include "shelduck/interop/sensors/old_sensor_table.hpp"

#include <set>
#include <string_view>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/old_sensor_row.hpp"

namespace shelduck::interop {
namespace {

using Names = std::set<std::string, std::less<>>;

Names columns_of(const SqliteConnection& connection) {
  const SqliteProgram program =
      connection.prepare("SELECT lower(name) FROM pragma_table_info('sensor_readings')");
  Names names;
  while (connection.step(program.get())) {
    names.emplace(reinterpret_cast<const char*>(sqlite3_column_text(program.get(), 0)));
  }
  return names;
}

[[noreturn]] void refuse_shape(const std::filesystem::path& file, const std::string& lack) {
  throw Error{
      ErrorKind::invalid_input,
      file.string() + " has no " + lack + " of a sensor program; it was not touched",
      {.field = "--from", .value = file.string(), .rule = "a file with the table sensor_readings"}};
}

// The later of the two names counts where both are there.
std::string name_of_node(const Names& names, const std::filesystem::path& file) {
  for (const char* name : {"device_id", "node_address"}) {
    if (names.contains(name)) return name;
  }
  refuse_shape(file, "table sensor_readings");
}

bool has_row_ids(const SqliteConnection& connection, const Names& names) {
  return !names.contains("_rowid_") &&
         connection.number(
             "SELECT count(*) FROM pragma_table_list WHERE \"schema\" = 'main' AND wr = 0 "
             "AND lower(name) = 'sensor_readings' AND \"type\" = 'table'") > 0;
}

}  // namespace

OldSensorTable::OldSensorTable(SqliteConnection connection, const std::filesystem::path& file)
    : connection_(std::move(connection)) {
  const Names names = columns_of(connection_);
  node_ = name_of_node(names, file);
  for (const std::string_view name : kOldColumns) {
    if (!names.contains(name)) {
      refuse_shape(file, "column " + std::string(name) + " in the table sensor_readings");
    }
  }
  if (!has_row_ids(connection_, names)) copy();
}

void OldSensorTable::copy() {
  connection_.run("CREATE TEMP TABLE copied_readings AS SELECT " + columns() + " FROM " + table_);
  table_ = "temp.copied_readings";
  node_ = "node_address";
}

SqliteProgram OldSensorTable::rows() const {
  return connection_.prepare("SELECT _rowid_, " + columns() + " FROM " + table_ +
                             " WHERE _rowid_ BETWEEN ?1 AND ?2 ORDER BY _rowid_ LIMIT ?3");
}

std::int64_t OldSensorTable::count() const {
  return connection_.number("SELECT count(*) FROM " + table_);
}

std::int64_t OldSensorTable::count_to(std::int64_t row_id) const {
  return connection_.number("SELECT count(*) FROM " + table_ +
                            " WHERE _rowid_ <= " + std::to_string(row_id));
}

std::string OldSensorTable::columns() const {
  std::string columns = node_ + " AS node_address";
  for (const std::string_view name : kOldColumns) {
    columns += ", \"" + std::string(name) + "\" AS \"" + std::string(name) + "\"";
  }
  return columns;
}

}  // namespace shelduck::interop
