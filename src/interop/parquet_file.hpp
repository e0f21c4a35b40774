// ParquetFile writes rows as one Parquet file.
//
//   ParquetFile file{path, {{"unique_id", Type::text}, {"point", Type::number}}, "/tmp"};
//   file.add(row);        // a Document with these members, in this order
//   file.finish();        // now it is written; a file that is there is replaced
//
// Rows wait in an engine of their own, which puts aside in the temporary folder what its memory
// does not hold. A time is written as the texts say: whole numbers as BIGINT, dates as DATE,
// instants as TIMESTAMP, with time zone where they have an offset; of whatever spelling
// parse_instant() reads. Failure: Error io and exhausted;
// cancelled after interrupt(). Threads: one, except interrupt().
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"

namespace shelduck::interop {

struct ParquetColumn {
  enum class Type { text, whole, number, time };

  std::string name;
  Type type = Type::text;
};

class ParquetFile {
 public:
  ParquetFile(std::filesystem::path path, std::vector<ParquetColumn> columns,
              const std::filesystem::path& temporary);
  ~ParquetFile();
  ParquetFile(const ParquetFile&) = delete;
  ParquetFile& operator=(const ParquetFile&) = delete;

  void add(const Document& row);
  void finish();
  void interrupt() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shelduck::interop
