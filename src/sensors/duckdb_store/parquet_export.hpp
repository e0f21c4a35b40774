// Readings as one Parquet file, with the columns of the JSON reading; node_address is UBIGINT.
//
//   export_parquet(connection, folder / "readings.parquet", {.node_address = 7});
//
// Rows come as they are stored: nothing is sorted, so the memory that it takes does not grow with
// the file. The store must have been opened with the folder as its export directory. A file of that
// name is replaced. Returns how many rows it has. Failure: Error of the store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::sensors {

// Into the table that is exported.
void append_readings(store::Transaction& transaction, std::span<const Reading> readings);

std::int64_t export_parquet(store::Connection& connection, const std::filesystem::path& file,
                            const ReadingFilter& filter);

}  // namespace shelduck::sensors
