// TextRows is a table whose fields are texts, read a row at a time, the names of its columns first:
// what series come from, be it CSV, Parquet or a table of a database.
//
//   while (const TextRow* row = rows.next()) use(row->number(), (*row)[0]);
//
// Failure: next() throws Error invalid_input that names the place of what is wrong, and what the
// source throws; after that nothing more is to be read. Threads: one at a time, except interrupt().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shelduck::interop {

class TextRow {
 public:
  // Its line in a file of lines, else its number among the rows; from 1. The names are row 0.
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return text_.size(); }
  // A view of the row itself; `column` < size().
  [[nodiscard]] std::string_view operator[](std::size_t column) const;

  void clear(std::uint64_t line) noexcept;
  void set_line(std::uint64_t line) noexcept { line_ = line; }
  void add(std::string_view field);
  // Room, so that add() of so much in all cannot throw.
  void reserve(std::size_t bytes, std::size_t fields);

 private:
  std::string text_;               // all fields, one after another
  std::vector<std::size_t> ends_;  // of each field in text_
  std::uint64_t line_ = 0;
};

// What is wrong with a row, and where: the parts of an Error's detail.
struct RowFault {
  std::uint64_t line;  // 0: of no row, but of the names of the columns
  std::string_view field;
  std::string_view value;
  std::string_view rule;
  std::string_view hint{};
};

// What `line` counts, as errors say it.
enum class RowPlace { line, row };

// How much of a source was read.
struct ReadSoFar {
  enum class Unit { bytes, rows };

  std::uint64_t done = 0;
  std::uint64_t total = 0;
  Unit unit = Unit::bytes;
};

class TextRows {
 public:
  virtual ~TextRows() = default;

  // The next row, which stays until the next call; null at the end.
  [[nodiscard]] virtual const TextRow* next() = 0;

  // Makes a next() that takes long throw Error(cancelled); from any thread.
  virtual void interrupt() noexcept {}

  // Nothing where it is not known how much there is to read.
  [[nodiscard]] virtual std::optional<ReadSoFar> read_so_far() const noexcept {
    return std::nullopt;
  }

  // How the rows are called in messages, and their lines.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  [[nodiscard]] virtual RowPlace place() const noexcept = 0;

  // Throws the Error of this table: "sales.csv, line 7, y 'abc' is refused: a number is needed".
  [[noreturn]] void refuse(const RowFault& fault) const;

  // Refuses a row of more or fewer fields.
  void require_fields(const TextRow& row, std::size_t fields) const;
};

}  // namespace shelduck::interop
