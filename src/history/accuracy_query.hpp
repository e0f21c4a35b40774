// How good were the plugins' own estimates?
//
//   const Accuracy accuracy = ask(connection, AccuracyOptions{.now = clock()});
//
// The newest estimate made before a phase began is held against the sum of that phase's steps, for
// successes. A pair where either side is unknown is left out.
// Failure: Error(not_found) for a plugin that never ran; Error(invalid_input) for days below 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/history/records/status.hpp"
#include "shelduck/history/window.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

struct AccuracyOptions {
  std::optional<std::string> plugin{};  // all of them by default
  int days = kDefaultDays;
  Instant now{};
};

// Errors are estimate - truth, in the unit of the target.
struct AccuracyRow {
  std::string plugin_name;
  Phase phase = Phase::execute;
  std::string target;
  std::int64_t estimates = 0;
  double bias = 0;
  double mean_absolute_error = 0;
  std::optional<double> mean_absolute_log_error;  // of the pairs with both sides above 0
  double pinball_loss = 0;                        // at 0.5: an estimate is read as a median
};

struct Accuracy {
  std::vector<AccuracyRow> rows;  // by plugin, phase, target
};

[[nodiscard]] Accuracy ask(store::Connection& connection, const AccuracyOptions& options);
[[nodiscard]] Document document(const Accuracy& accuracy);

}  // namespace shelduck::history
