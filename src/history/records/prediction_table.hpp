// The small file beside a database (history.duckdb.predictions) from which `exec` draws remaining
// times without an engine. The owner of the database replaces it atomically when history changed.
//
// Format: eight bytes of magic, XXH3 of the rest, then one length-prefixed record per row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/encoding.hpp"
#include "shelduck/history/records/status.hpp"

namespace shelduck::history {

using shelduck::encode;  // beside the one below

// Wall clock of one plugin and phase. `samples` are equally likely durations in ascending order:
// the point forecast plus each calibration residual, never negative.
struct PredictionRow {
  std::string plugin_name;
  Phase phase = Phase::execute;
  std::int64_t n = 0;
  std::string model;
  double level = 0.9;
  double point_seconds = 0;
  std::optional<double> lower_seconds;
  std::optional<double> upper_seconds;
  std::vector<double> samples;
};

struct PredictionTable {
  std::vector<PredictionRow> rows;

  [[nodiscard]] const PredictionRow* find(std::string_view plugin_name, Phase phase) const;
};

[[nodiscard]] std::string encode(const PredictionTable& table);

// Nothing for bytes that are damaged or of another version: predictions are a convenience, and the
// owner writes them again.
[[nodiscard]] std::optional<PredictionTable> decode_prediction_table(std::string_view bytes);

}  // namespace shelduck::history
