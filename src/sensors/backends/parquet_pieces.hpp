// ParquetPieces are the bytes of an export as Parquet, which an engine writes as a file only: it is
// made whole in a folder of its own, read a piece at a time, and goes with this object.
//
//   ParquetPieces parquet{connection, folder, {.node_address = 7}};
//   while (const auto piece = parquet.next()) send(*piece);
//
// Failure: Error of the store, Error(io).
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::sensors {

class ParquetPieces {
 public:
  // `folder` is new, in one below which the store may export; that one goes too, once it is empty.
  ParquetPieces(store::Connection& connection, std::filesystem::path folder,
                const ReadingFilter& filter);
  ~ParquetPieces();
  ParquetPieces(const ParquetPieces&) = delete;
  ParquetPieces& operator=(const ParquetPieces&) = delete;

  [[nodiscard]] std::optional<std::string> next();
  // Readings.
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }

 private:
  void remove() const;

  const std::filesystem::path folder_;
  const std::filesystem::path file_;
  std::int64_t rows_ = 0;
  std::ifstream in_;
};

}  // namespace shelduck::sensors
