#include "shelduck/front/execution.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <system_error>
#include <utility>

#include "shelduck/core/document.hpp"
#include "shelduck/core/utf8.hpp"
#include "shelduck/front/machine.hpp"

namespace shelduck::front {

using history::EncodedRecord;
using history::to_journal;

namespace {

constexpr Instant kFirstTrueClock = std::chrono::sys_days{std::chrono::year{2001} / 1 / 1};

std::string signal_text(int number) {
  const char* name = sigabbrev_np(number);
  return "ended by signal " + std::to_string(number) +
         (name != nullptr ? " (SIG" + std::string(name) + ")" : std::string());
}

std::optional<std::string> error_text(const Outcome& outcome) {
  if (outcome.launch_error != 0) {
    return "it could not be started: " + std::generic_category().message(outcome.launch_error);
  }
  if (const auto number = outcome.ending_signal()) return signal_text(*number);
  return std::nullopt;
}

history::Status status_of(const Outcome& outcome) {
  return outcome.exit_code() == 0 ? history::Status::success : history::Status::failed;
}

// Where each figure of the main step comes from.
std::string quality_of(const Outcome& outcome, const history::StepMeasured& step) {
  const bool left_behind = !outcome.left_behind.processes.empty();
  const bool has_phases = !outcome.steps.phases().empty();
  Document quality = Document::object();
  quality.set("wall_clock_seconds", "monotonic");
  const char* cpu = left_behind ? "wait4+polled" : has_phases ? "wait4-polled" : "wait4";
  quality.set("cpu_user_seconds", cpu).set("cpu_kernel_seconds", cpu);
  if (step.memory_peak_bytes) quality.set("memory_peak_bytes", "wait4");
  if (step.memory_avg_bytes) quality.set("memory_avg_bytes", "polled");
  if (outcome.io) {
    for (const char* name : {"io_read_bytes", "io_write_bytes", "io_read_ops", "io_write_ops"}) {
      quality.set(name, "procio");
    }
    quality.set("device_read_bytes", outcome.io->device_read_bytes);
    quality.set("device_write_bytes", outcome.io->device_write_bytes);
  }
  if (step.download_size_bytes) quality.set("download_size_bytes", "declared");
  if (step.suspended_seconds) quality.set("suspended_seconds", "boottime");
  if (left_behind) quality.set("processes_left_behind", outcome.left_behind.processes.size());
  if (outcome.clock_jump) quality.set("clock_jump_seconds", *outcome.clock_jump);
  return to_json(quality);
}

double at_least_zero(double value) { return std::max(0.0, value); }

}  // namespace

std::optional<Instant> start_time_of(const history::RunId& id) {
  const auto& bytes = id.uuid.bytes;
  if (bytes[6] >> 4 != 7) return std::nullopt;
  std::int64_t millis = 0;
  for (std::size_t i = 0; i < 6; ++i) millis = millis * 256 + bytes[i];
  const std::int64_t fraction = (bytes[6] & 0x0F) * 256 + bytes[7];
  // new_uuid() keeps micros * 4096 / 1000, rounded down: this is its inverse.
  const std::int64_t micros = (fraction * 1000 + 4095) / 4096;
  return Instant{Microseconds{millis * 1000 + micros}};
}

history::RunStarted run_started(const history::RunId& id, Instant start) {
  const std::string host = host_name();
  return {.key = {id, host, start},
          .origin = history::Origin::exec,
          .source_id = std::nullopt,
          .hostname = host,
          .username = user_name(),
          .config_hash = std::nullopt,
          .boot_id = boot_id(),
          .utc_offset_minutes = utc_offset_minutes(start),
          .created_at = start};
}

Execution::Execution(ExecutionPlan plan, Instant start, const RandomSource& random)
    : plan_(std::move(plan)) {
  const history::RunId run =
      plan_.given_run ? *plan_.given_run : history::RunId{new_uuid(start, random)};
  key_ = {history::ExecutionId{new_uuid(start, random)}, run, host_name(), start};
  plan_.plugin = valid_utf8(plan_.plugin);
  plan_.step = valid_utf8(plan_.step);
}

void Execution::validate() const {
  history::validate(started());
  history::validate(history::StepMeasured{.key = key_,
                                          .step_name = plan_.step,
                                          .phase = plan_.phase,
                                          .step_start = key_.start_time,
                                          .step_end = key_.start_time});
}

history::ExecutionStarted Execution::started() const {
  return {.key = key_,
          .origin = history::Origin::exec,
          .plugin_name = plan_.plugin,
          .item = std::nullopt,
          .attempt = 1,
          .packages_planned = plan_.packages,
          .resolution_seconds = 1e-6,
          .flags = key_.start_time < kFirstTrueClock ? history::kFalseClock : 0,
          .created_at = key_.start_time};
}

std::vector<EncodedRecord> Execution::start_records() const {
  std::vector<EncodedRecord> records;
  if (!plan_.given_run) {
    records.push_back(to_journal(run_started(key_.run_id, key_.start_time)));
  }
  records.push_back(to_journal(started()));
  return records;
}

history::ExecutionEnded Execution::ended(const Outcome& outcome) const {
  const auto reported = outcome.steps.items_completed();
  const bool success = status_of(outcome) == history::Status::success;
  return {.key = key_,
          .end_time = outcome.end,
          .status = status_of(outcome),
          .status_raw = std::nullopt,
          .exit_code = outcome.exit_code(),
          .packages_updated = reported  ? reported
                              : success ? plan_.packages
                                        : std::nullopt,
          .packages_total = plan_.packages,
          .error_message = error_text(outcome)};
}

history::StepMeasured Execution::phase_step(const MeasuredStep& step) const {
  history::StepMeasured record{.key = key_, .step_name = step.name, .phase = step.phase};
  const auto instant = [&](const Moment& moment) {
    return key_.start_time + std::chrono::round<Microseconds>(moment.wall + moment.suspended);
  };
  record.step_start = instant(step.begin);
  record.step_end = instant(step.end);
  record.wall_clock_seconds = (step.end.wall - step.begin.wall).count();
  record.suspended_seconds = at_least_zero((step.end.suspended - step.begin.suspended).count());
  record.cpu_user_seconds = at_least_zero(step.end.cpu_user_seconds - step.begin.cpu_user_seconds);
  record.cpu_kernel_seconds =
      at_least_zero(step.end.cpu_kernel_seconds - step.begin.cpu_kernel_seconds);
  record.download_size_bytes = step.bytes_downloaded;
  Document quality = Document::object();
  quality.set("wall_clock_seconds", "monotonic")
      .set("cpu_user_seconds", "polled")
      .set("cpu_kernel_seconds", "polled")
      .set("suspended_seconds", "boottime");
  if (step.bytes_downloaded) quality.set("download_size_bytes", "declared");
  record.quality = to_json(quality);
  return record;
}

// The whole less what the phases have taken.
history::StepMeasured Execution::main_step(const Outcome& outcome) const {
  history::StepMeasured record{.key = key_, .step_name = plan_.step, .phase = plan_.phase};
  record.step_start = key_.start_time;
  record.step_end = outcome.end;
  double wall = outcome.wall.count();
  double suspended = outcome.suspended.count();
  double user = outcome.reaped.cpu_user_seconds + outcome.left_behind.cpu_user_seconds;
  double kernel = outcome.reaped.cpu_kernel_seconds + outcome.left_behind.cpu_kernel_seconds;
  bool phases_downloaded = false;
  for (const MeasuredStep& phase : outcome.steps.phases()) {
    wall -= (phase.end.wall - phase.begin.wall).count();
    suspended -= (phase.end.suspended - phase.begin.suspended).count();
    user -= at_least_zero(phase.end.cpu_user_seconds - phase.begin.cpu_user_seconds);
    kernel -= at_least_zero(phase.end.cpu_kernel_seconds - phase.begin.cpu_kernel_seconds);
    phases_downloaded = phases_downloaded || phase.bytes_downloaded.has_value();
  }
  record.wall_clock_seconds = at_least_zero(wall);
  record.suspended_seconds = at_least_zero(suspended);
  record.cpu_user_seconds = at_least_zero(user);
  record.cpu_kernel_seconds = at_least_zero(kernel);
  record.memory_peak_bytes = outcome.reaped.memory_peak_bytes;
  record.memory_avg_bytes = outcome.memory_avg_bytes;
  if (outcome.io) {
    record.io_read_bytes = std::max<std::int64_t>(0, outcome.io->read_bytes);
    record.io_write_bytes = std::max<std::int64_t>(0, outcome.io->write_bytes);
    record.io_read_ops = std::max<std::int64_t>(0, outcome.io->read_ops);
    record.io_write_ops = std::max<std::int64_t>(0, outcome.io->write_ops);
  }
  if (!phases_downloaded) record.download_size_bytes = plan_.download_bytes;
  record.quality = quality_of(outcome, record);
  return record;
}

std::vector<history::StepMeasured> Execution::steps(const Outcome& outcome,
                                                    const RandomSource& random) const {
  std::vector<history::StepMeasured> steps;
  if (outcome.launch_error != 0) return steps;
  for (const MeasuredStep& phase : outcome.steps.phases()) steps.push_back(phase_step(phase));
  steps.push_back(main_step(outcome));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].step_id = history::StepId{new_uuid(outcome.end, random)};
    steps[i].seq = static_cast<std::int64_t>(i);
  }
  return steps;
}

std::vector<EncodedRecord> Execution::end_records(const Outcome& outcome,
                                                  const RandomSource& random) const {
  std::vector<EncodedRecord> records;
  for (const auto& step : steps(outcome, random)) records.push_back(to_journal(step));
  records.push_back(to_journal(ended(outcome)));
  if (!plan_.given_run) {
    const history::RunKey run{key_.run_id, key_.source, key_.start_time};
    records.push_back(to_journal(history::RunEnded{run, outcome.end, status_of(outcome)}));
  }
  return records;
}

}  // namespace shelduck::front
