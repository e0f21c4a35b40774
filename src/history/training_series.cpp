#include "shelduck/history/training_series.hpp"

#include <algorithm>
#include <cmath>

namespace shelduck::history {

RowsByPlugin rows_by_plugin(std::span<const TrainingRow> rows) {
  RowsByPlugin by_plugin;
  while (!rows.empty()) {
    const std::string_view name = rows.front().plugin_name;
    const auto end =
        std::ranges::find_if(rows, [&](const TrainingRow& row) { return row.plugin_name != name; });
    const auto count = static_cast<std::size_t>(end - rows.begin());
    by_plugin.emplace(name, rows.first(count));
    rows = rows.subspan(count);
  }
  return by_plugin;
}

namespace {

template <class Number>
std::optional<double> as_double(const std::optional<Number>& value) {
  if (!value) return std::nullopt;
  return static_cast<double>(*value);
}

void keep_if_known(forecast::Series& series, forecast::Covariate covariate) {
  const bool is_known = std::any_of(covariate.values.begin(), covariate.values.end(),
                                    [](double value) { return !std::isnan(value); });
  if (is_known) series.covariates.push_back(std::move(covariate));
}

}  // namespace

std::optional<double> value_of(const TrainingRow& row, std::string_view target) {
  if (target == "wall_clock_seconds") return row.wall_clock_seconds;
  if (target == "cpu_seconds") return row.cpu_seconds;
  if (target == "memory_peak_bytes") return as_double(row.memory_peak_bytes);
  return as_double(row.download_size_bytes);
}

TrainingSeries training_series(std::span<const TrainingRow> rows, std::string_view target) {
  TrainingSeries training;
  forecast::Covariate packages{.name = "packages"};
  forecast::Covariate bytes{.name = "download_bytes"};
  for (const TrainingRow& row : rows) {
    const auto value = value_of(row, target);
    if (!value) continue;
    training.series.values.push_back(*value);
    training.series.times.push_back(Seconds{row.start_time.time_since_epoch()}.count());
    packages.values.push_back(as_double(row.packages).value_or(forecast::kUnknown));
    bytes.values.push_back(as_double(row.download_bytes_known).value_or(forecast::kUnknown));
    training.runs.push_back(row.run_id);
  }
  keep_if_known(training.series, std::move(packages));
  keep_if_known(training.series, std::move(bytes));
  return training;
}

}  // namespace shelduck::history
