// What is left of an execution, from its prediction row, what has passed, and what it reports.
#pragma once

#include <optional>
#include <string>

#include "shelduck/core/time.hpp"
#include "shelduck/history/records/prediction_table.hpp"

namespace shelduck::front {

struct Remaining {
  Seconds point{0};
  std::optional<Seconds> lower;
  std::optional<Seconds> upper;
};

// Conditions the row's equally likely durations on having lasted `elapsed` already. A reported
// percent (0 to 100) draws every figure towards `elapsed` * (100 - p) / p, the more the further it
// has come. Nothing where no duration on record is longer and nothing is reported. Never negative.
[[nodiscard]] std::optional<Remaining> remaining_time(const history::PredictionRow* row,
                                                      Seconds elapsed,
                                                      std::optional<double> percent);

// The line that is drawn: "apt 42 %  1m 03s elapsed, 2m 10s left (1m 30s to 4m 00s)".
[[nodiscard]] std::string progress_text(const std::string& plugin, Seconds elapsed,
                                        std::optional<double> percent,
                                        const std::optional<Remaining>& remaining);

}  // namespace shelduck::front
