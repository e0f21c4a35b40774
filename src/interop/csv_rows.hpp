// CsvRows reads comma-separated values a row at a time, in chunks, so that a file of any length
// needs the memory of its longest row only.
//
//   CsvRows rows{logs::decompressed(logs::open_file("sales.csv.gz")), "sales.csv.gz"};
//   while (const CsvRow* row = rows.next()) use(row->line(), (*row)[0]);
//
// Format: RFC 4180 with UTF-8 or any bytes; lines end with LF or CR LF; a byte order mark and blank
// lines are passed over; spaces and tabs around an unquoted field are no part of it.
// Failure: Error invalid_input that names the line: a quote that is not closed or stands inside an
// unquoted field, a limit below, compressed data that are torn. What the source throws passes.
// After an Error nothing more is to be read. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/interop/logs/byte_source.hpp"

namespace shelduck::interop {

class CsvRow {
 public:
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }  // where it begins, from 1
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
  // A view of the row itself; `column` < size().
  [[nodiscard]] std::string_view operator[](std::size_t column) const;

 private:
  friend class CsvRows;

  std::string text_;               // all fields, one after another
  std::vector<std::size_t> ends_;  // of each field in text_
  std::uint64_t line_ = 0;
};

// What is wrong with a file, and where: the parts of an Error's detail.
struct CsvFault {
  std::uint64_t line;
  std::string_view field;
  std::string_view value;
  std::string_view rule;
  std::string_view hint{};
};

class CsvRows {
 public:
  static constexpr std::size_t kFieldBytesMax = 1'000'000;
  static constexpr std::size_t kRowBytesMax = 2'000'000;
  static constexpr std::size_t kColumnsMax = 1000;

  // `name` is the file's, for messages.
  CsvRows(std::unique_ptr<logs::ByteSource> bytes, std::string name);
  ~CsvRows();
  CsvRows(CsvRows&&) noexcept;
  CsvRows& operator=(CsvRows&&) noexcept;

  // The next row, which stays until the next call; null at the end.
  [[nodiscard]] const CsvRow* next();

  // Throws the Error of this file: "sales.csv, line 7, y 'abc' is refused: a number is needed".
  [[noreturn]] void refuse(const CsvFault& fault) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shelduck::interop
