#include "shelduck/sensors/duckdb_store/parquet_export.hpp"

#include <string>

#include "shelduck/store/sql_text.hpp"

namespace shelduck::sensors {
namespace {

// What is kept in memory until it is written.
constexpr int kRowsOfAGroup = 20'480;

}  // namespace

// COPY takes no parameters, so the numbers stand in its text.
std::int64_t export_parquet(store::Connection& connection, const std::filesystem::path& file,
                            const ReadingFilter& filter) {
  std::string sql =
      "COPY (SELECT node_address, \"timestamp\", "
      "temperature_centidegrees::DOUBLE / 100 AS temperature_celsius, "
      "humidity_centipercent::DOUBLE / 100 AS humidity_percent, "
      "temperature_centidegrees AS temperature_raw, humidity_centipercent AS humidity_raw, "
      "flags, received_at FROM readings WHERE \"timestamp\" BETWEEN " +
      std::to_string(filter.range.first()) + " AND " + std::to_string(filter.range.last());
  if (filter.node_address) {
    sql += " AND node_address = " + std::to_string(*filter.node_address) + "::UBIGINT";
  }
  sql += ") TO " + store::literal(file.string()) + " (FORMAT parquet, ROW_GROUP_SIZE " +
         std::to_string(kRowsOfAGroup) + ")";
  return connection.execute(sql);
}

}  // namespace shelduck::sensors
