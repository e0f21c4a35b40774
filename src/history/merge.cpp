#include "shelduck/history/merge.hpp"

#include <algorithm>
#include <tuple>

namespace shelduck::history {
namespace {

template <class Record>
std::int64_t hash_of(const Record& record) {
  return content_hash(encode(record));
}

// Whether a fact with `hash` replaces the one that is stored; equal contents do not.
bool replaces(const std::optional<std::int64_t>& stored, std::int64_t hash) {
  return !stored || hash < *stored;
}

bool differs(const std::optional<std::int64_t>& stored, std::int64_t hash) {
  return stored && *stored != hash;
}

template <class Row>
void refresh_status(Row& row) {
  if (row.end_hash) return;  // an end says the status itself
  row.status = row.interrupted_at ? Status::interrupted : Status::running;
}

RunKey run_key_of(const RunRow& row) {
  return {row.id, row.source, row.start_time.value_or(Instant{})};
}

void take(RunRow& row, const RunStarted& record, std::int64_t hash) {
  row.source = record.key.source;
  row.start_time = record.key.start_time;
  row.origin = record.origin;
  row.source_id = record.source_id;
  row.hostname = record.hostname;
  row.username = record.username;
  row.config_hash = record.config_hash;
  row.boot_id = record.boot_id;
  row.utc_offset_minutes = record.utc_offset_minutes;
  row.created_at = record.created_at;
  row.start_hash = hash;
}

void take(RunRow& row, const RunEnded& record, std::int64_t hash) {
  row.end_time = record.end_time;
  row.status = record.status;
  row.end_hash = hash;
}

void take(ExecutionRow& row, const ExecutionStarted& record, std::int64_t hash) {
  row.run_id = record.key.run_id;
  row.source = record.key.source;
  row.start_time = record.key.start_time;
  row.origin = record.origin;
  row.plugin_name = record.plugin_name;
  row.item = record.item;
  row.attempt = record.attempt;
  row.packages_planned = record.packages_planned;
  row.resolution_seconds = record.resolution_seconds;
  row.flags = record.flags;
  row.created_at = record.created_at;
  row.start_hash = hash;
}

void take(ExecutionRow& row, const ExecutionEnded& record, std::int64_t hash) {
  row.end_time = record.end_time;
  row.status = record.status;
  row.status_raw = record.status_raw;
  row.exit_code = record.exit_code;
  row.packages_updated = record.packages_updated;
  row.packages_total = record.packages_total;
  row.error_message = record.error_message;
  row.end_hash = hash;
}

}  // namespace

RunStarted started_of(const RunRow& row) {
  return {.key = run_key_of(row),
          .origin = row.origin.value_or(Origin::library),
          .source_id = row.source_id,
          .hostname = row.hostname,
          .username = row.username,
          .config_hash = row.config_hash,
          .boot_id = row.boot_id,
          .utc_offset_minutes = row.utc_offset_minutes,
          .created_at = row.created_at.value_or(Instant{})};
}

RunEnded ended_of(const RunRow& row, const RunKey& key) {
  return {.key = key, .end_time = row.end_time.value_or(Instant{}), .status = row.status};
}

ExecutionStarted started_of(const ExecutionRow& row) {
  return {.key = key_of(row),
          .origin = row.origin.value_or(Origin::library),
          .plugin_name = row.plugin_name.value_or(""),
          .item = row.item,
          .attempt = row.attempt.value_or(1),
          .packages_planned = row.packages_planned,
          .resolution_seconds = row.resolution_seconds,
          .flags = row.flags,
          .created_at = row.created_at.value_or(Instant{})};
}

ExecutionEnded ended_of(const ExecutionRow& row, const ExecutionKey& key) {
  return {.key = key,
          .end_time = row.end_time,
          .status = row.status,
          .status_raw = row.status_raw,
          .exit_code = row.exit_code,
          .packages_updated = row.packages_updated,
          .packages_total = row.packages_total,
          .error_message = row.error_message};
}

Loser merge(RunRow& row, const RunStarted& record) {
  const std::int64_t hash = hash_of(record);
  Loser loser;
  if (differs(row.start_hash, hash)) {
    loser = to_journal(hash < *row.start_hash ? started_of(row) : record);
  }
  if (replaces(row.start_hash, hash)) take(row, record, hash);
  refresh_status(row);
  return loser;
}

// Of two ends the earlier one stays, in whatever order they come: a run is ended by hand, too, and
// then once more by a script.
Loser merge(RunRow& row, const RunEnded& record) {
  const std::int64_t hash = hash_of(record);
  const bool is_first =
      !row.end_hash || std::tie(record.end_time, hash) < std::tie(*row.end_time, *row.end_hash);
  Loser loser;
  if (differs(row.end_hash, hash)) {
    loser = to_journal(is_first ? ended_of(row, record.key) : record);
  }
  if (is_first) take(row, record, hash);
  return loser;
}

void merge(RunRow& row, const RunInterrupted& record) {
  row.interrupted_at = std::min(row.interrupted_at.value_or(record.at), record.at);
  refresh_status(row);
}

Loser merge(ExecutionRow& row, const ExecutionStarted& record) {
  const std::int64_t hash = hash_of(record);
  Loser loser;
  if (differs(row.start_hash, hash)) {
    loser = to_journal(hash < *row.start_hash ? started_of(row) : record);
  }
  if (replaces(row.start_hash, hash)) take(row, record, hash);
  refresh_status(row);
  return loser;
}

Loser merge(ExecutionRow& row, const ExecutionEnded& record) {
  const std::int64_t hash = hash_of(record);
  Loser loser;
  if (differs(row.end_hash, hash)) {
    loser = to_journal(hash < *row.end_hash ? ended_of(row, record.key) : record);
  }
  if (replaces(row.end_hash, hash)) take(row, record, hash);
  return loser;
}

void merge(ExecutionRow& row, const ExecutionInterrupted& record) {
  row.interrupted_at = std::min(row.interrupted_at.value_or(record.at), record.at);
  refresh_status(row);
}

RunRow placeholder(const RunId& id, const std::string& source) {
  RunRow row;
  row.id = id;
  row.source = source;
  return row;
}

ExecutionRow placeholder(const ExecutionKey& key) {
  ExecutionRow row;
  row.id = key.execution_id;
  row.run_id = key.run_id;
  row.source = key.source;
  row.start_time = key.start_time;
  return row;
}

bool merge_key(ExecutionRow& row, const ExecutionKey& key) {
  if (row.start_hash || std::tie(key.run_id, key.source, key.start_time) >=
                            std::tie(row.run_id, row.source, row.start_time)) {
    return false;
  }
  row.run_id = key.run_id;
  row.source = key.source;
  row.start_time = key.start_time;
  return true;
}

void merge_key(RunRow& row, const RunKey& key) {
  if (row.start_hash) return;
  row.source = std::min(row.source, key.source);
  row.start_time = std::min(row.start_time.value_or(key.start_time), key.start_time);
}

ExecutionKey key_of(const ExecutionRow& row) {
  return {row.id, row.run_id, row.source, row.start_time};
}

StepRow to_row(const StepMeasured& record) {
  StepRow row;
  row.id = record.step_id;
  row.execution_id = record.key.execution_id;
  row.step_name = record.step_name;
  row.phase = record.phase;
  row.seq = record.seq;
  row.start_time = record.step_start;
  row.end_time = record.step_end;
  row.wall_clock_seconds = record.wall_clock_seconds;
  row.cpu_user_seconds = record.cpu_user_seconds;
  row.cpu_kernel_seconds = record.cpu_kernel_seconds;
  row.memory_peak_bytes = record.memory_peak_bytes;
  row.memory_avg_bytes = record.memory_avg_bytes;
  row.io_read_bytes = record.io_read_bytes;
  row.io_write_bytes = record.io_write_bytes;
  row.io_read_ops = record.io_read_ops;
  row.io_write_ops = record.io_write_ops;
  row.network_rx_bytes = record.network_rx_bytes;
  row.network_tx_bytes = record.network_tx_bytes;
  row.download_size_bytes = record.download_size_bytes;
  row.suspended_seconds = record.suspended_seconds;
  row.quality = record.quality;
  row.hash = hash_of(record);
  return row;
}

EncodedRecord to_record(const StepRow& row, const ExecutionKey& key) {
  return to_journal(StepMeasured{.key = key,
                                 .step_id = row.id,
                                 .step_name = row.step_name,
                                 .phase = row.phase,
                                 .seq = row.seq,
                                 .step_start = row.start_time,
                                 .step_end = row.end_time,
                                 .wall_clock_seconds = row.wall_clock_seconds,
                                 .cpu_user_seconds = row.cpu_user_seconds,
                                 .cpu_kernel_seconds = row.cpu_kernel_seconds,
                                 .memory_peak_bytes = row.memory_peak_bytes,
                                 .memory_avg_bytes = row.memory_avg_bytes,
                                 .io_read_bytes = row.io_read_bytes,
                                 .io_write_bytes = row.io_write_bytes,
                                 .io_read_ops = row.io_read_ops,
                                 .io_write_ops = row.io_write_ops,
                                 .network_rx_bytes = row.network_rx_bytes,
                                 .network_tx_bytes = row.network_tx_bytes,
                                 .download_size_bytes = row.download_size_bytes,
                                 .suspended_seconds = row.suspended_seconds,
                                 .quality = row.quality});
}

EstimateRow to_row(const EstimateMade& record) {
  EstimateRow row;
  row.id = record.estimate_id;
  row.execution_id = record.key.execution_id;
  row.phase = record.phase;
  row.download_bytes_est = record.download_bytes_est;
  row.cpu_seconds_est = record.cpu_seconds_est;
  row.wall_seconds_est = record.wall_seconds_est;
  row.memory_bytes_est = record.memory_bytes_est;
  row.package_count_est = record.package_count_est;
  row.confidence = record.confidence;
  row.created_at = record.created_at;
  row.hash = hash_of(record);
  return row;
}

EncodedRecord to_record(const EstimateRow& row, const ExecutionKey& key) {
  return to_journal(EstimateMade{.key = key,
                                 .estimate_id = row.id,
                                 .phase = row.phase,
                                 .download_bytes_est = row.download_bytes_est,
                                 .cpu_seconds_est = row.cpu_seconds_est,
                                 .wall_seconds_est = row.wall_seconds_est,
                                 .memory_bytes_est = row.memory_bytes_est,
                                 .package_count_est = row.package_count_est,
                                 .confidence = row.confidence,
                                 .created_at = row.created_at});
}

ForecastRow to_row(const ForecastIssued& record) {
  ForecastRow row;
  row.id = record.forecast_id;
  row.issued_at = record.issued_at;
  row.run_id = record.run_id;
  row.execution_id = record.execution_id;
  row.plugin_name = record.plugin_name;
  row.plan = record.plan;
  row.total_of = record.total_of;
  row.phase = record.phase;
  row.target = record.target;
  row.model = record.model;
  row.level = record.level;
  row.lower = record.lower;
  row.point = record.point;
  row.upper = record.upper;
  row.n = record.n;
  row.inputs = record.inputs;
  row.hash = hash_of(record);
  return row;
}

EncodedRecord to_record(const ForecastRow& row) {
  return to_journal(ForecastIssued{.forecast_id = row.id,
                                   .issued_at = row.issued_at,
                                   .run_id = row.run_id,
                                   .execution_id = row.execution_id,
                                   .plugin_name = row.plugin_name,
                                   .plan = row.plan,
                                   .total_of = row.total_of,
                                   .phase = row.phase,
                                   .target = row.target,
                                   .model = row.model,
                                   .level = row.level,
                                   .lower = row.lower,
                                   .point = row.point,
                                   .upper = row.upper,
                                   .n = row.n,
                                   .inputs = row.inputs});
}

}  // namespace shelduck::history
