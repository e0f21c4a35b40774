#include "shelduck/interop/imported_run.hpp"

#include <algorithm>

namespace shelduck::interop {

using history::Status;

namespace {

// What the executions, which have all ended, together say of their run.
Status status_of(const ImportedRun& run) {
  Status status = Status::success;
  for (const ImportedExecution& execution : run.executions) {
    if (execution.end->status != Status::success && execution.end->status != Status::skipped) {
      status = Status::failed;
    }
  }
  return status;
}

}  // namespace

std::optional<double> duration_of(const ImportedExecution& execution) {
  std::optional<double> sum;
  for (const history::StepMeasured& step : execution.steps) {
    if (step.wall_clock_seconds) sum = sum.value_or(0) + *step.wall_clock_seconds;
  }
  if (sum) return sum;
  constexpr auto kUntrusted = history::kStartUnknown | history::kClockWentBack;
  if (!execution.end || !execution.end->end_time || (execution.start.flags & kUntrusted) != 0) {
    return std::nullopt;
  }
  const Seconds span = *execution.end->end_time - execution.start.key.start_time;
  return span.count() < 0 ? std::nullopt : std::optional{span.count()};
}

Instant last_sign_of(const ImportedRun& run) {
  Instant last = run.start.key.start_time;
  for (const ImportedExecution& execution : run.executions) {
    last = std::max(last, execution.start.key.start_time);
    if (execution.end && execution.end->end_time) last = std::max(last, *execution.end->end_time);
  }
  return last;
}

std::optional<history::RunEnded> ending_of(const ImportedRun& run) {
  if (run.end || run.ending == RunEnding::as_given) return run.end;
  if (!std::ranges::all_of(run.executions, [](const auto& one) { return one.end.has_value(); })) {
    return std::nullopt;
  }
  return history::RunEnded{
      .key = run.start.key, .end_time = last_sign_of(run), .status = status_of(run)};
}

std::size_t steps_of(const ImportedRun& run) {
  std::size_t steps = 0;
  for (const ImportedExecution& execution : run.executions) steps += execution.steps.size();
  return steps;
}

void validate(const ImportedRun& run) {
  if (run.is_start_known) history::validate(run.start);
  if (run.end) history::validate(*run.end);
  for (const ImportedExecution& execution : run.executions) {
    if (execution.is_start_known) history::validate(execution.start);
    if (execution.end) history::validate(*execution.end);
    for (const auto& step : execution.steps) history::validate(step);
    for (const auto& estimate : execution.estimates) history::validate(estimate);
  }
}

}  // namespace shelduck::interop
