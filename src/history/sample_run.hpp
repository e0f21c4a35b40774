// For tests: the one run whose figures are known by heart. On 1 May 2026 at 03:00 UTC apt succeeds
// in three steps (2, 30 and 120 s, 5000 bytes) after two estimates, fails once, snap succeeds
// beside it (60 s) and flatpak fails.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/history/history_fixture.hpp"

namespace shelduck::history {

inline Instant at(std::string_view text) { return parse_instant(text).value().instant; }

inline const Instant kSampleStart = at("2026-05-01T03:00:00Z");
inline const Instant kSampleNow = at("2026-05-03T12:00:00Z");

// An execution with its start and end in seconds after the sample's start.
struct SampleExecution {
  std::string name;  // its id is derived from it
  std::string plugin;
  double begin = 0;
  std::optional<double> end{};
  Status status = Status::success;
  std::optional<std::string> item{};
  std::string run = "run";
};

inline Instant after(double seconds) {
  return kSampleStart + std::chrono::duration_cast<Microseconds>(Seconds{seconds});
}

inline ExecutionKey key_of(const SampleExecution& execution) {
  return {ExecutionId{derived_uuid(execution.name)}, RunId{derived_uuid(execution.run)}, "host",
          after(execution.begin)};
}

inline RunStarted run_started(const std::string& name, Instant start) {
  return {.key = {RunId{derived_uuid(name)}, "host", start},
          .origin = Origin::exec,
          .hostname = "duckpond",
          .username = "ada",
          .created_at = start};
}

// Without an end the execution still runs.
inline std::vector<EncodedRecord> records_of(const SampleExecution& execution) {
  const ExecutionKey key = key_of(execution);
  std::vector<EncodedRecord> records{to_journal(ExecutionStarted{.key = key,
                                                                 .origin = Origin::exec,
                                                                 .plugin_name = execution.plugin,
                                                                 .item = execution.item,
                                                                 .created_at = key.start_time})};
  if (execution.end) {
    records.push_back(to_journal(
        ExecutionEnded{.key = key, .end_time = after(*execution.end), .status = execution.status}));
  }
  return records;
}

inline void add(HistoryFixture& history, const SampleExecution& execution) {
  history.apply(records_of(execution));
}

inline const SampleExecution kAptSuccess{.name = "apt-1", .plugin = "apt", .begin = 0, .end = 152};

inline StepMeasured sample_step(const std::string& name, Phase phase, double begin, double wall) {
  return {.key = key_of(kAptSuccess),
          .step_id = StepId{derived_uuid("step " + name)},
          .step_name = name,
          .phase = phase,
          .step_start = after(begin),
          .step_end = after(begin + wall),
          .wall_clock_seconds = wall};
}

inline void add_steps(HistoryFixture& history) {
  StepMeasured prepare = sample_step("prepare", Phase::check, 0, 2);
  prepare.cpu_user_seconds = 0.5;
  prepare.memory_peak_bytes = 50'000'000;
  StepMeasured download = sample_step("download", Phase::download, 2, 30);
  download.download_size_bytes = 5000;
  download.seq = 1;
  StepMeasured update = sample_step("update", Phase::execute, 32, 120);
  update.cpu_user_seconds = 60;
  update.cpu_kernel_seconds = 12;
  update.memory_peak_bytes = 200'000'000;
  update.seq = 2;
  history.apply_all(prepare, download, update);
}

inline EstimateMade sample_estimate(const std::string& name, double made, double wall_seconds) {
  return {.key = key_of(kAptSuccess),
          .estimate_id = EstimateId{derived_uuid("estimate " + name)},
          .phase = Phase::execute,
          .wall_seconds_est = wall_seconds,
          .created_at = after(made)};
}

inline void add_estimates(HistoryFixture& history) {
  EstimateMade old_one = sample_estimate("old", -20, 100);
  old_one.download_bytes_est = 4000;
  old_one.package_count_est = 2;
  EstimateMade new_one = sample_estimate("new", -10, 90);
  new_one.download_bytes_est = 6000;
  new_one.package_count_est = 3;
  history.apply_all(new_one, old_one);
}

inline void add_sample_run(HistoryFixture& history) {
  const RunStarted run = run_started("run", kSampleStart);
  history.apply_all(run, RunEnded{.key = run.key, .end_time = after(310)});
  add(history, kAptSuccess);
  add_steps(history);
  add_estimates(history);
  add(history, {.name = "snap-1", .plugin = "snap", .begin = 100, .end = 160});
  add(history,
      {.name = "apt-2", .plugin = "apt", .begin = 200, .end = 210, .status = Status::failed});
  add(history, {.name = "flatpak-1",
                .plugin = "flatpak",
                .begin = 300,
                .end = 305,
                .status = Status::failed});
}

// Marks one execution as the same work as a better recorded one.
inline void cover(HistoryFixture& history, const std::string& covered, const std::string& by) {
  history.connection().execute("UPDATE plugin_executions SET covered_by = ? WHERE execution_id = ?",
                               {derived_uuid(by), derived_uuid(covered)});
}

// The Error of a call that must throw one.
template <class Call>
Error error_of(const Call& call) {
  try {
    (void)call();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("no error was thrown");
}

}  // namespace shelduck::history
