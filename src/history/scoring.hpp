// Scoring gives forecasts their truth: the successful execution of that plugin and phase with the
// smallest start after `issued_at`; for a total, the first run in which all its plugins succeeded.
//
// A score is a function of the rows alone: one that arrives later but started earlier replaces it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::history {

// A forecast whose truth is another than before, or that has none any more.
struct ForecastScore {
  ForecastId forecast_id;
  std::optional<std::string> plugin_name;  // none: of a total
  std::string target;
  double point = 0;
  std::optional<double> actual;
  std::optional<Instant> scored_at;
};

// Of every forecast.
std::vector<ForecastScore> derive_scores(store::Transaction& transaction);

// What changed since the scores were right.
struct ScoreChanges {
  // The starts, before and after, of executions that were or are a truth and changed themselves or
  // in their steps, and the runs that they were or are in.
  std::optional<Instant> first_start;
  std::optional<Instant> last_start;
  std::vector<Uuid> runs;
  std::vector<Uuid> forecasts;
  std::optional<Instant> first_issued;  // of `forecasts`

  [[nodiscard]] bool is_empty() const { return !first_start && forecasts.empty(); }
  void add_truth(Instant start, const RunId& run) {
    runs.push_back(run.uuid);
    first_start = std::min(first_start.value_or(start), start);
    last_start = std::max(last_start.value_or(start), start);
  }
  void add_forecast(const Uuid& id, Instant issued_at) {
    forecasts.push_back(id);
    first_issued = std::min(first_issued.value_or(issued_at), issued_at);
  }
};

// Of the forecasts that the changes can concern.
std::vector<ForecastScore> derive_scores(store::Transaction& transaction,
                                         const ScoreChanges& changes);

}  // namespace shelduck::history
