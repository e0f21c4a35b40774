// RunsCursor is where a page of runs ended, as `next` says it to a client: the start of the last
// run in microseconds, a dot and its id.
//
//   page.next = to_string(RunsCursor{run.start_time, run.run_id});
//   const RunsCursor cursor = parse_runs_cursor(text);
//
// Failure: Error(invalid_input) for a text that no answer gave.
#pragma once

#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"

namespace shelduck::history {

struct RunsCursor {
  Instant start_time;
  Uuid run_id;
};

[[nodiscard]] std::string to_string(const RunsCursor& cursor);
[[nodiscard]] RunsCursor parse_runs_cursor(std::string_view text);

}  // namespace shelduck::history
