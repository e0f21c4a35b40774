// Answer is what a handler gives back: the document that JSON shows, the inner objects that NDJSON
// and CSV show, the tables that people see, and the exit code. It knows no format.
//
//   Answer answer = list_answer(document, "runs", {"run_id", "start_time"});
//   answer.tables.push_back({.columns = {{"start_time", "started", Cell::instant}},
//                            .rows = answer.rows});
//
// Example of a table on a terminal (units are for people, numbers stand right):
//
//   plugin  runs  success   mean
//   apt       12    91.7%  2m 32s
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/document.hpp"

namespace shelduck::cli {

// How a value is written for people.
enum class Cell {
  text,
  id,       // like text, but never cut
  figure,   // a number that is written already, because its unit differs from row to row
  status,   // coloured by its word
  count,    // a whole number
  number,   // three significant digits
  cents,    // two places
  share,    // 0..1 as a percentage
  seconds,  // as a duration
  bytes,    // with a unit
  instant,  // date and time, UTC, also of Unix seconds
  date,     // the date of an instant
};

struct Column {
  std::string_view member;  // of the row objects; a path with dots reaches into inner objects
  std::string_view title;
  Cell cell = Cell::text;
  // Columns of the highest rank go first when a terminal is too narrow; 0 stays always.
  int rank = 0;
};

// A table without rows is not printed at all; why it is empty is a note.
struct Table {
  std::string heading{};
  std::vector<Column> columns;
  Document::Array rows{};
};

struct Answer {
  enum class Shape {
    single,   // NDJSON is the document in one line, CSV its members in one row
    list,     // NDJSON and CSV show `rows`
    written,  // the handler has written the whole answer to Request::output already
  };

  Shape shape = Shape::single;
  Document document;
  // JSON as its domain wrote it, in one line with its end: where a contract fixes every byte, or
  // the answer is large. `document` then need not hold it.
  std::string json{};
  Document::Array rows{};              // the inner objects
  std::vector<std::string> columns{};  // CSV: members of the rows (paths with dots), in this order
  Document::Array csv_rows{};          // where CSV needs flatter rows than NDJSON
  std::vector<Table> tables{};
  std::vector<std::string> notes{};   // for stderr, one line each
  std::vector<std::string> errors{};  // the same of what could not be done; --quiet leaves them
  int exit_code = 0;
};

// An answer whose inner objects are the array `member` of `document`.
[[nodiscard]] Answer list_answer(Document document, std::string_view member,
                                 std::vector<std::string> columns);

}  // namespace shelduck::cli
