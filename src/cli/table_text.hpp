// A Table as text: aligned, and no wider than the terminal where that can be done.
//
//   table_text(table, terminal)                    // at once
//
//   TableLayout layout{table.columns};             // or where its rows come a slice at a time:
//   for (slices) layout.measure(rows);             // all of them are seen once for their widths
//   layout.fit(terminal);
//   out << layout.head();
//   for (slices) out << layout.lines(rows);
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

[[nodiscard]] std::string table_text(const Table& table, const Terminal& terminal);

class TableLayout {
 public:
  explicit TableLayout(const std::vector<Column>& columns);

  void measure(const Document::Array& rows);
  // After all rows were measured: columns that hold nothing or have no room go, and what is still
  // too wide is cut.
  void fit(const Terminal& terminal);

  [[nodiscard]] std::string head() const;
  [[nodiscard]] std::string lines(const Document::Array& rows) const;

 private:
  struct Lane {
    Column column;
    std::size_t width = 0;
    bool has_values = false;
  };

  [[nodiscard]] std::size_t total_width() const;
  bool drop_least_important();
  bool narrow_longest_text();

  std::vector<Lane> lanes_;
  bool is_colored_ = false;
};

}  // namespace shelduck::cli
