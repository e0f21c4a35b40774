// ForecastRows writes the rows of `shelduck forecast FILE`, one for each series and step, as they
// come: CSV, NDJSON and JSON go to the request's output in pieces, Parquet to its own file, a
// person sees the first kRowsShown as a table. JSON and NDJSON rows also say why: problem, members.
//
//   ForecastRows rows{request, levels};
//   for (...) rows.add(forecast);
//   return rows.finished();
//
// Failure: Error of the output; Error(cancelled). Threads: one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/output_pieces.hpp"
#include "shelduck/cli/request.hpp"
#include "shelduck/cli/row_columns.hpp"
#include "shelduck/forecast/intervals/interval_bounds.hpp"

namespace shelduck::cli {

inline constexpr std::size_t kRowsShown = 60;

struct SeriesForecast {
  std::string unique_id;
  std::string model;
  std::size_t n = 0;  // values behind it
  std::vector<std::string> ds{};
  std::vector<double> points{};
  std::vector<forecast::LevelBounds> bounds{};
  std::size_t interval_need = 0;  // values that would give bounds, where there are none
  std::string problem{};          // for which the members were chosen; empty: they were named
  std::vector<std::string> members{};
};

class ForecastRows {
 public:
  // Fractions; a person sees the bounds of the first one.
  ForecastRows(const Request& request, std::span<const double> levels);

  void add(const SeriesForecast& series);
  [[nodiscard]] Answer finished();

 private:
  [[nodiscard]] Document row_of(const SeriesForecast& series, std::size_t step) const;
  [[nodiscard]] std::string line_of(const Document& row);
  const Request& request_;
  commands::OutputFormat format_;
  double level_;
  RowColumns columns_;
  OutputPieces pieces_;
  std::optional<interop::ParquetFile> parquet_;
  std::size_t rows_ = 0;
  Document::Array shown_;
};

}  // namespace shelduck::cli
