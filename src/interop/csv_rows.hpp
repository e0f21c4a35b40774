// CsvRows reads comma-separated values a row at a time, in chunks, so that a file of any length
// needs the memory of its longest row only.
//
//   CsvRows rows{logs::decompressed(logs::open_file("sales.csv.gz")), "sales.csv.gz"};
//   while (const TextRow* row = rows.next()) use(row->line(), (*row)[0]);
//
// Format: RFC 4180 with UTF-8 or any bytes; lines end with LF or CR LF; a byte order mark and blank
// lines are passed over; spaces and tabs around an unquoted field are no part of it.
// Failure: Error invalid_input that names the line: a quote that is not closed or stands inside an
// unquoted field, a limit below, compressed data that are torn. What the source throws passes.
// After an Error nothing more is to be read. Threads: one at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "shelduck/interop/logs/byte_source.hpp"
#include "shelduck/interop/text_rows.hpp"

namespace shelduck::interop {

class CsvRows final : public TextRows {
 public:
  static constexpr std::size_t kFieldBytesMax = 1'000'000;
  static constexpr std::size_t kRowBytesMax = 2'000'000;
  static constexpr std::size_t kColumnsMax = 1000;

  // `name` is the file's, for messages.
  CsvRows(std::unique_ptr<logs::ByteSource> bytes, std::string name);
  ~CsvRows() override;
  CsvRows(const CsvRows&) = delete;
  CsvRows& operator=(const CsvRows&) = delete;

  [[nodiscard]] const TextRow* next() override;
  [[nodiscard]] const std::string& name() const noexcept override;
  [[nodiscard]] RowPlace place() const noexcept override { return RowPlace::line; }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shelduck::interop
