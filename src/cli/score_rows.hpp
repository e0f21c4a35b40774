// ScoreRows writes what `shelduck forecast evaluate --scores FILE` keeps: a row of CSV or
// Parquet for each model, series, origin and step, from which any score can be made again.
//
//   model,unique_id,origin,step,y,point,lower_90,upper_90,scale,status
//   theta,milk,0,1,31,29.5,25.1,33.9,4.2,ok
//
// origin  counts forecasts of one series, from 0; step from 1
// scale   the unit of MASE, width and MSIS; empty where the series has none
// status  `failed` where naive2 stood in
// Empty: a truth or a bound that is not known. Points and bounds are those that were scored.
// Failure: Error of a name that asks for JSON, of the output; Error(cancelled). Threads: one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shelduck/cli/output_pieces.hpp"
#include "shelduck/cli/request.hpp"
#include "shelduck/cli/row_columns.hpp"
#include "shelduck/forecast/evaluation.hpp"
#include "shelduck/interop/parquet_file.hpp"

namespace shelduck::cli {

// Borrowed for the time of the call.
struct ScoredSeries {
  const std::string& unique_id;
  std::span<const double> truth;  // of all origins; NaN: missing
};

class ScoreRows {
 public:
  ScoreRows(const Request& request, std::span<const double> levels, forecast::Sign sign);

  void add(const std::string& model, const ScoredSeries& series,
           const forecast::Evaluation& evaluation,
           const std::vector<forecast::LevelBounds>& bounds);
  void finish();

 private:
  static constexpr std::size_t kColumnsBeforeBounds = 6;

  void write(const Document& row);

  const Request& request_;
  RowColumns columns_;
  forecast::Sign sign_;
  OutputPieces pieces_;
  std::optional<interop::ParquetFile> parquet_;
};

}  // namespace shelduck::cli
