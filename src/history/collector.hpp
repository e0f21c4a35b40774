// Collector records update runs from inside a program.
//
//   Collector collector{{.database = path, .source = "host"}};
//   const RunHandle run = collector.start_run();
//   const ExecutionHandle apt = collector.start_plugin_execution(run, {.plugin_name = "apt"});
//   const StepHandle step = collector.start_step(apt, "download", Phase::download);
//   collector.end_step(step, {.download_size_bytes = 5000});
//   collector.end_plugin_execution(apt, {.packages_updated = 3});
//   collector.end_run(run);
//
// Every call returns when its record is durable: it survives kill -9, a crash of the database
// engine and a power cut. No database is opened; a question asked later finds the records. What is
// not ended when the process dies is shown as interrupted.
//
// Handles, not names: one plugin may run several times in a run. Ending twice, ending what was not
// started, ending a run or an execution whose parts are open: ErrorKind::invalid_input, and nothing
// is recorded. Steps measure their wall clock themselves unless told.
// Threads: all members are safe from any thread; calls of many threads share their syncs.
// Failure: Error; nothing of that call is promised then, and the handle is as it was.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "shelduck/core/log.hpp"
#include "shelduck/history/records/record.hpp"

namespace shelduck::history {

struct CollectorOptions {
  std::string database;  // in a folder that exists; neither it nor its journal needs to
  std::string source;    // whose history: this host's name
  std::optional<std::string> hostname{};
  std::optional<std::string> username{};
  std::optional<std::string> config_hash{};
  std::optional<std::string> boot_id{};
  std::optional<std::int64_t> utc_offset_minutes{};
  Origin origin = Origin::library;
  Clock clock = system_clock();
  RandomSource random = system_random();
  LogSink log = silent();
};

struct RunHandle {
  RunId id;
};
struct ExecutionHandle {
  ExecutionId id;
};
struct StepHandle {
  StepId id;
};

struct PluginStart {
  std::string plugin_name;
  std::optional<std::string> item{};
  std::optional<std::int64_t> packages_planned{};  // what is known before the work
};

struct PluginEnd {
  Status status = Status::success;
  std::optional<std::int64_t> exit_code{};
  std::optional<std::int64_t> packages_updated{};
  std::optional<std::int64_t> packages_total{};
  std::optional<std::string> error_message{};
};

// What was not measured stays empty, never 0.
struct StepMetrics {
  std::optional<double> wall_clock_seconds{};  // by default the time since start_step
  std::optional<double> cpu_user_seconds{};
  std::optional<double> cpu_kernel_seconds{};
  std::optional<std::int64_t> memory_peak_bytes{};
  std::optional<std::int64_t> memory_avg_bytes{};
  std::optional<std::int64_t> io_read_bytes{};
  std::optional<std::int64_t> io_write_bytes{};
  std::optional<std::int64_t> download_size_bytes{};
  std::optional<std::string> quality{};  // JSON object: metric -> source
};

struct PluginEstimate {
  Phase phase = Phase::execute;
  std::optional<std::int64_t> download_bytes{};
  std::optional<double> cpu_seconds{};
  std::optional<double> wall_seconds{};
  std::optional<std::int64_t> memory_bytes{};
  std::optional<std::int64_t> package_count{};
  std::optional<double> confidence{};
};

class Collector {
 public:
  explicit Collector(CollectorOptions options);
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  [[nodiscard]] RunHandle start_run();
  void end_run(RunHandle run, Status status = Status::success);

  [[nodiscard]] ExecutionHandle start_plugin_execution(RunHandle run, const PluginStart& start);
  void end_plugin_execution(ExecutionHandle execution, const PluginEnd& end);

  [[nodiscard]] StepHandle start_step(ExecutionHandle execution, const std::string& step_name,
                                      Phase phase);
  void end_step(StepHandle step, const StepMetrics& metrics);

  EstimateId record_estimate(ExecutionHandle execution, const PluginEstimate& estimate);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace shelduck::history
