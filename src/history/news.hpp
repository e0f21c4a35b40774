// What an applied batch means to those who watch: events of the types `execution`, `forecast` and
// `score`. Names and units are those of the JSON answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shelduck/history/rows.hpp"
#include "shelduck/history/scoring.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::history {

[[nodiscard]] std::vector<std::string> event_types();

// `change` is one of started, ended, interrupted.
[[nodiscard]] store::Events execution_event(std::string_view change, const ExecutionRow& row);
// It was issued.
[[nodiscard]] store::Events forecast_event(const ForecastRow& row);
// It met its truth, another truth, or lost it.
[[nodiscard]] store::Events score_event(const ForecastScore& score);

}  // namespace shelduck::history
