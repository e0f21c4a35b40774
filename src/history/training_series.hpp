// Training rows as the series that the forecasting room learns from, one per plugin and target.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/forecast/series.hpp"
#include "shelduck/history/training.hpp"

namespace shelduck::history {

using RowsByPlugin = std::map<std::string_view, std::span<const TrainingRow>>;

// Where the rows of each plugin stand among those that training_rows() gave.
[[nodiscard]] RowsByPlugin rows_by_plugin(std::span<const TrainingRow> rows);
RowsByPlugin rows_by_plugin(std::vector<TrainingRow>&& rows) = delete;  // they would be gone

[[nodiscard]] std::optional<double> value_of(const TrainingRow& row, std::string_view target);

struct TrainingSeries {
  forecast::Series series;
  std::vector<RunId> runs;  // the run of each value
};

// Only rows in which the target was measured. A size is a covariate where it is known of any row.
[[nodiscard]] TrainingSeries training_series(std::span<const TrainingRow> rows,
                                             std::string_view target);

}  // namespace shelduck::history
