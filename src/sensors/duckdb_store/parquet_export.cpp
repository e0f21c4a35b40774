#include "shelduck/sensors/duckdb_store/parquet_export.hpp"

#include <string>
#include <vector>

#include "shelduck/store/appender.hpp"
#include "shelduck/store/sql_text.hpp"

namespace shelduck::sensors {
namespace {

// What is kept in memory until it is written.
constexpr int kRowsOfAGroup = 20'480;

template <class T, class Value>
std::vector<T> column_of(std::span<const Reading> readings, Value value) {
  std::vector<T> column;
  column.reserve(readings.size());
  for (const Reading& r : readings) column.push_back(r.*value);
  return column;
}

template <class T>
store::Column whole(const std::vector<T>& values) {
  return {std::span<const T>{values}};
}

}  // namespace

void append_readings(store::Transaction& transaction, std::span<const Reading> readings) {
  const auto addresses = column_of<std::uint64_t>(readings, &Reading::node_address);
  const auto timestamps = column_of<std::int64_t>(readings, &Reading::timestamp);
  const auto temperatures = column_of<std::int16_t>(readings, &Reading::temperature_centidegrees);
  const auto humidities = column_of<std::uint16_t>(readings, &Reading::humidity_centipercent);
  const auto flags = column_of<std::uint8_t>(readings, &Reading::flags);
  const auto received = column_of<std::int64_t>(readings, &Reading::received_at);
  store::Appender appender{transaction, "readings"};
  appender.append({whole(addresses), whole(timestamps), whole(temperatures), whole(humidities),
                   whole(flags), whole(received)});
  appender.close();
}

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
