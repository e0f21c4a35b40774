// Which runs were there? The newest first, a page at a time.
//
//   RunsOptions options{.limit = 50};
//   Runs page = ask(connection, options);
//   options.cursor = page.next;  // none after the last page
//
// Executions that a better source covers, and placeholders, are not counted.
// Failure: Error(invalid_input) for a limit below 1 and for a cursor that no answer gave.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/history/records/record.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

struct RunsOptions {
  int limit = 50;
  std::optional<std::string> cursor{};  // `next` of the page before
  std::optional<Instant> since{};       // runs that started earlier are left out
};

struct RunSummary {
  RunId run_id;
  std::optional<std::string> source_id;
  Instant start_time;
  std::optional<Instant> end_time;
  std::optional<std::string> hostname;
  std::optional<std::string> username;
  Status status = Status::running;
  std::int64_t executions = 0;
  std::optional<double> wall_clock_seconds;  // from start to end
};

struct Runs {
  std::vector<RunSummary> runs;
  std::optional<std::string> next;
};

[[nodiscard]] Runs ask(store::Connection& connection, const RunsOptions& options);
[[nodiscard]] Document document(const Runs& runs);

}  // namespace shelduck::history
