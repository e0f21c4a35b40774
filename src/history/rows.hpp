// The rows of the history tables as structs, one per table. Each lists its columns once, in
// `columns(visitor, row)`; reading, appending and naming a field all walk that list.
//
// `start_hash`, `end_hash`, `hash`: content_hash() of the record that gave those columns; empty
// where that record has not come yet. A row without `start_hash` is a placeholder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/history/records/record.hpp"

namespace shelduck::history {

struct RunRow {
  static constexpr std::string_view kTable = "runs";
  static constexpr std::string_view kId = "run_id";
  static constexpr Entity kEntity = Entity::run;

  RunId id;
  std::optional<std::string> source_id;
  std::optional<Instant> start_time;  // none: only its executions are known
  std::optional<Instant> end_time;
  std::optional<std::string> hostname;
  std::optional<std::string> username;
  std::optional<std::string> config_hash;
  Status status = Status::running;
  std::optional<std::string> boot_id;
  std::optional<std::int64_t> utc_offset_minutes;
  std::optional<Instant> created_at;
  std::string source;
  std::optional<Origin> origin;
  std::optional<Instant> interrupted_at;
  std::optional<std::int64_t> start_hash;
  std::optional<std::int64_t> end_hash;

  template <class Visitor, class Self>
  static void columns(Visitor& visit, Self& r) {
    visit("run_id", r.id), visit("source_id", r.source_id), visit("start_time", r.start_time);
    visit("end_time", r.end_time), visit("hostname", r.hostname), visit("username", r.username);
    visit("config_hash", r.config_hash), visit("status", r.status), visit("boot_id", r.boot_id);
    visit("utc_offset_minutes", r.utc_offset_minutes), visit("created_at", r.created_at);
    visit("source", r.source), visit("origin", r.origin);
    visit("interrupted_at", r.interrupted_at), visit("start_hash", r.start_hash);
    visit("end_hash", r.end_hash);
  }
};

struct ExecutionRow {
  static constexpr std::string_view kTable = "plugin_executions";
  static constexpr std::string_view kId = "execution_id";
  static constexpr Entity kEntity = Entity::execution;

  ExecutionId id;
  RunId run_id;
  std::optional<std::string> plugin_name;  // none: a placeholder
  std::optional<std::string> item;
  std::optional<std::int64_t> attempt;
  Status status = Status::running;
  std::optional<std::string> status_raw;
  Instant start_time;
  std::optional<Instant> end_time;
  std::optional<std::int64_t> packages_planned;
  std::optional<std::int64_t> packages_updated;
  std::optional<std::int64_t> packages_total;
  std::optional<std::string> error_message;
  std::optional<std::int64_t> exit_code;
  std::string source;
  std::optional<Origin> origin;
  std::optional<Uuid> covered_by;
  std::optional<double> resolution_seconds;
  std::int64_t flags = 0;
  std::optional<Instant> interrupted_at;
  std::optional<Instant> created_at;
  std::optional<std::int64_t> start_hash;
  std::optional<std::int64_t> end_hash;

  template <class Visitor, class Self>
  static void columns(Visitor& visit, Self& r) {
    visit("execution_id", r.id), visit("run_id", r.run_id), visit("plugin_name", r.plugin_name);
    visit("item", r.item), visit("attempt", r.attempt), visit("status", r.status);
    visit("status_raw", r.status_raw), visit("start_time", r.start_time);
    visit("end_time", r.end_time), visit("packages_planned", r.packages_planned);
    visit("packages_updated", r.packages_updated), visit("packages_total", r.packages_total);
    visit("error_message", r.error_message), visit("exit_code", r.exit_code);
    visit("source", r.source), visit("origin", r.origin), visit("covered_by", r.covered_by);
    visit("resolution_seconds", r.resolution_seconds), visit("flags", r.flags);
    visit("interrupted_at", r.interrupted_at), visit("created_at", r.created_at);
    visit("start_hash", r.start_hash), visit("end_hash", r.end_hash);
  }
};

struct StepRow {
  static constexpr std::string_view kTable = "step_metrics";
  static constexpr std::string_view kId = "metric_id";
  static constexpr Entity kEntity = Entity::step;

  StepId id;
  ExecutionId execution_id;
  std::string step_name;
  Phase phase = Phase::execute;
  std::int64_t seq = 0;
  Instant start_time;
  std::optional<Instant> end_time;
  std::optional<double> wall_clock_seconds;
  std::optional<double> cpu_user_seconds;
  std::optional<double> cpu_kernel_seconds;
  std::optional<std::int64_t> memory_peak_bytes;
  std::optional<std::int64_t> memory_avg_bytes;
  std::optional<std::int64_t> io_read_bytes;
  std::optional<std::int64_t> io_write_bytes;
  std::optional<std::int64_t> io_read_ops;
  std::optional<std::int64_t> io_write_ops;
  std::optional<std::int64_t> network_rx_bytes;
  std::optional<std::int64_t> network_tx_bytes;
  std::optional<std::int64_t> download_size_bytes;
  std::optional<double> suspended_seconds;
  std::optional<std::string> quality;
  std::int64_t hash = 0;

  template <class Visitor, class Self>
  static void columns(Visitor& visit, Self& r) {
    visit("metric_id", r.id), visit("execution_id", r.execution_id);
    visit("step_name", r.step_name), visit("phase", r.phase), visit("seq", r.seq);
    visit("start_time", r.start_time), visit("end_time", r.end_time);
    visit("wall_clock_seconds", r.wall_clock_seconds);
    visit("cpu_user_seconds", r.cpu_user_seconds);
    visit("cpu_kernel_seconds", r.cpu_kernel_seconds);
    visit("memory_peak_bytes", r.memory_peak_bytes), visit("memory_avg_bytes", r.memory_avg_bytes);
    visit("io_read_bytes", r.io_read_bytes), visit("io_write_bytes", r.io_write_bytes);
    visit("io_read_ops", r.io_read_ops), visit("io_write_ops", r.io_write_ops);
    visit("network_rx_bytes", r.network_rx_bytes), visit("network_tx_bytes", r.network_tx_bytes);
    visit("download_size_bytes", r.download_size_bytes);
    visit("suspended_seconds", r.suspended_seconds), visit("quality", r.quality);
    visit("hash", r.hash);
  }
};

struct EstimateRow {
  static constexpr std::string_view kTable = "estimates";
  static constexpr std::string_view kId = "estimate_id";
  static constexpr Entity kEntity = Entity::estimate;

  EstimateId id;
  ExecutionId execution_id;
  Phase phase = Phase::execute;
  std::optional<std::int64_t> download_bytes_est;
  std::optional<double> cpu_seconds_est;
  std::optional<double> wall_seconds_est;
  std::optional<std::int64_t> memory_bytes_est;
  std::optional<std::int64_t> package_count_est;
  std::optional<double> confidence;
  Instant created_at;
  std::int64_t hash = 0;

  template <class Visitor, class Self>
  static void columns(Visitor& visit, Self& r) {
    visit("estimate_id", r.id), visit("execution_id", r.execution_id), visit("phase", r.phase);
    visit("download_bytes_est", r.download_bytes_est), visit("cpu_seconds_est", r.cpu_seconds_est);
    visit("wall_seconds_est", r.wall_seconds_est), visit("memory_bytes_est", r.memory_bytes_est);
    visit("package_count_est", r.package_count_est), visit("confidence", r.confidence);
    visit("created_at", r.created_at), visit("hash", r.hash);
  }
};

struct ForecastRow {
  static constexpr std::string_view kTable = "forecasts";
  static constexpr std::string_view kId = "forecast_id";
  static constexpr Entity kEntity = Entity::forecast;

  ForecastId id;
  Instant issued_at;
  std::optional<RunId> run_id;
  std::optional<ExecutionId> execution_id;
  std::optional<std::string> plugin_name;
  std::optional<std::string> plan;
  std::optional<std::string> total_of;
  Phase phase = Phase::execute;
  std::string target;
  std::string model;
  double level = 0.9;
  std::optional<double> lower;
  double point = 0;
  std::optional<double> upper;
  std::int64_t n = 0;
  std::string inputs;
  std::optional<double> actual;
  std::optional<Instant> scored_at;
  std::optional<Uuid> scored_by;
  std::int64_t hash = 0;

  template <class Visitor, class Self>
  static void columns(Visitor& visit, Self& r) {
    visit("forecast_id", r.id), visit("issued_at", r.issued_at), visit("run_id", r.run_id);
    visit("execution_id", r.execution_id), visit("plugin_name", r.plugin_name);
    visit("plan", r.plan), visit("total_of", r.total_of), visit("phase", r.phase);
    visit("target", r.target), visit("model", r.model), visit("level", r.level);
    visit("lower", r.lower), visit("point", r.point), visit("upper", r.upper), visit("n", r.n);
    visit("inputs", r.inputs), visit("actual", r.actual), visit("scored_at", r.scored_at);
    visit("scored_by", r.scored_by), visit("hash", r.hash);
  }
};

}  // namespace shelduck::history
