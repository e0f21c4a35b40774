#include "shelduck/cli/row_columns.hpp"

#include "shelduck/cli/series_request.hpp"

namespace shelduck::cli {

RowColumns bound_columns(std::span<const double> levels) {
  using enum interop::ParquetColumn::Type;
  RowColumns columns;
  for (const double level : levels) {
    const std::string word = level_word(level);
    columns.push_back({"lower_" + word, number});
    columns.push_back({"upper_" + word, number});
  }
  return columns;
}

std::string csv_header(const RowColumns& columns) {
  std::string line;
  for (const auto& column : columns) line += (line.empty() ? "" : ",") + column.name;
  return line + "\n";
}

std::string csv_line(const Document& row) {
  std::string line;
  bool is_first = true;
  for (const auto& [name, value] : *row.members()) {
    if (!is_first) line += ',';
    is_first = false;
    line += to_csv_field(value);
  }
  return line + "\n";
}

}  // namespace shelduck::cli
