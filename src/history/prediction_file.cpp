#include "shelduck/history/prediction_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <map>
#include <span>
#include <variant>

#include "shelduck/core/error.hpp"
#include "shelduck/core/parallel.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/history/targets.hpp"
#include "shelduck/history/training_series.hpp"

namespace shelduck::history {
namespace {

constexpr std::size_t kSamples = 100;
constexpr double kLevel = 0.9;

std::optional<PredictionRow> row_of(std::span<const TrainingRow> rows, const FittedBefore& before,
                                    Instant now) {
  const TrainingSeries training = training_series(rows, kDuration);
  if (training.series.values.empty()) return std::nullopt;
  const auto trained = forecast::train(
      training.series, before.of({rows.front().plugin_name, rows.front().phase, kDuration}));
  if (std::holds_alternative<forecast::NotEnough>(trained)) return std::nullopt;
  const forecast::Predictive next = forecast::predict(
      std::get<forecast::TrainedModel>(trained), {.time = Seconds{now.time_since_epoch()}.count()});
  const forecast::Forecast made = forecast::interval(next, {.level = kLevel});
  return PredictionRow{.plugin_name = rows.front().plugin_name,
                       .phase = rows.front().phase,
                       .n = static_cast<std::int64_t>(made.n),
                       .model = made.model,
                       .level = kLevel,
                       .point_seconds = made.point,
                       .lower_seconds = made.lower,
                       .upper_seconds = made.upper,
                       .samples = forecast::equally_likely(next, kSamples)};
}

}  // namespace

PredictionTable prediction_table(store::Connection& connection, Instant now,
                                 const ReadModel& read_model) {
  std::map<std::pair<std::string, Phase>, std::vector<TrainingRow>> groups;
  for (TrainingRow& row : training_rows(connection, {})) {
    groups[{row.plugin_name, row.phase}].push_back(std::move(row));
  }
  std::vector<std::span<const TrainingRow>> jobs;
  for (const auto& [key, rows] : groups) jobs.emplace_back(rows);
  const FittedBefore before = fitted_before(connection, {.target = kDuration}, read_model);
  std::vector<std::optional<PredictionRow>> rows(jobs.size());
  parallel_for(jobs.size(), 2, [&](std::size_t i) { rows[i] = row_of(jobs[i], before, now); });
  PredictionTable table;
  for (auto& row : rows) {
    if (row) table.rows.push_back(std::move(*row));
  }
  return table;
}

void replace_prediction_file(const std::string& database, const PredictionTable& table) {
  const std::string path = database + ".predictions";
  const std::string made = path + "." + std::to_string(getpid());
  const int file = open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) throw system_error("open", made, errno);
  const std::string bytes = encode(table);
  const ssize_t written = write(file, bytes.data(), bytes.size());
  const int failure = errno;
  close(file);
  if (written != static_cast<ssize_t>(bytes.size())) {
    unlink(made.c_str());
    throw system_error("write", made, written < 0 ? failure : ENOSPC);
  }
  if (rename(made.c_str(), path.c_str()) != 0) throw system_error("rename", path, errno);
}

}  // namespace shelduck::history
