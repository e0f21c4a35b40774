// The columns of rows that go into a file, and a row of them as a line of CSV.
//
//   columns.insert(columns.end(), bound_columns(levels))   lower_80, upper_80, lower_99_5, ...
//   csv_line(row)                                          "milk,2026-01-01,3\n"
//
// Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/interop/parquet_file.hpp"

namespace shelduck::cli {

using RowColumns = std::vector<interop::ParquetColumn>;

// Of each level its two bounds; fractions.
[[nodiscard]] RowColumns bound_columns(std::span<const double> levels);

[[nodiscard]] std::string csv_header(const RowColumns& columns);
// The members of an object, in their order.
[[nodiscard]] std::string csv_line(const Document& row);

}  // namespace shelduck::cli
