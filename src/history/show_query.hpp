// Everything that is known about one run.
//
//   const RunDetail run = ask(connection, ShowOptions{.id = "01928b4e-3f6a"});
//
// Executions that a better source covers (`covered_by`) and placeholders, of which only a child or
// an end is known so far (`is_placeholder`), are listed with their marks.
// Failure: Error(not_found) for an id that is no id or that no run has; Error(invalid_input) for a
//          beginning that several runs share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/history/rows.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

struct ShowOptions {
  // A run's id, its first 8 or more hexadecimal digits, or the id that another program gave it.
  std::string id;
};

struct ExecutionDetail {
  ExecutionRow execution;                    // under its present name
  std::optional<double> wall_clock_seconds;  // sum of the steps, else end - start
  std::vector<StepRow> steps;                // by start
  std::vector<EstimateRow> estimates;        // by the instant they were made
};

struct RunDetail {
  RunRow run;
  std::vector<ExecutionDetail> executions;  // by start
};

[[nodiscard]] RunDetail ask(store::Connection& connection, const ShowOptions& options);
[[nodiscard]] Document document(const RunDetail& run);

}  // namespace shelduck::history
