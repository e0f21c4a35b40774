// Which store of readings a database is answered by: the one place that knows them all.
//
//   const auto readings = open_readings(connection);
//   return json(ask(*readings, ReadingsOptions{.limit = 100}));
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/store/backend.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::sensors {

[[nodiscard]] store::Domain domain_on(store::Backend backend);

// One snapshot, until it dies; the connection does nothing else meanwhile.
[[nodiscard]] std::unique_ptr<ReadingStore> open_readings(store::Connection& connection);
[[nodiscard]] std::unique_ptr<ReadingStore> open_readings(store::Transaction& snapshot);

// Readings as one Parquet file, with the columns of the JSON reading; node_address is UBIGINT. In
// no order. The folder of the file is one below which the store may export; a file of that name is
// replaced. Returns how many rows it has. Of SQLite, whose rows DuckDB has to write, a passing
// database of about the same size stands beside the file meanwhile.
std::int64_t write_parquet(store::Connection& connection, const std::filesystem::path& file,
                           const ReadingFilter& filter);

}  // namespace shelduck::sensors
