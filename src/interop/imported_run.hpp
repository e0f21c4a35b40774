// ImportedRun is one run as another program wrote it down, with its executions.
//
//   ImportedRun run{.start = start, .executions = executions};
//   if (const auto end = ending_of(run)) ...  // else nobody knows when it ended
//
// Threads: plain data, pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "shelduck/history/records/record.hpp"

namespace shelduck::interop {

struct ImportedExecution {
  history::ExecutionStarted start;
  std::optional<history::ExecutionEnded> end;  // none: unfinished
  std::optional<Instant> interrupted_at;       // nobody will say its end any more
  std::vector<history::StepMeasured> steps;
  std::vector<history::EstimateMade> estimates;
  bool is_start_known = true;  // else `start` holds nothing but the key
};

enum class RunEnding { of_executions, as_given };

struct ImportedRun {
  history::RunStarted start;
  std::vector<ImportedExecution> executions;
  std::optional<history::RunEnded> end;
  std::optional<Instant> interrupted_at;
  RunEnding ending = RunEnding::of_executions;  // a run without `end` ends with its executions
  bool is_start_known = true;
  std::uint64_t line = 0;
};

// Of an execution, as the history counts it: the sum of its steps, else end - start where both are
// trusted. Seconds.
[[nodiscard]] std::optional<double> duration_of(const ImportedExecution& execution);

// The end that is given, else what the executions together say. Nothing while one of them has none.
[[nodiscard]] std::optional<history::RunEnded> ending_of(const ImportedRun& run);

// The last instant at which something is known of the run.
[[nodiscard]] Instant last_sign_of(const ImportedRun& run);

[[nodiscard]] std::size_t steps_of(const ImportedRun& run);

// Throws Error invalid_input of the first record that breaks a rule.
void validate(const ImportedRun& run);

}  // namespace shelduck::interop
