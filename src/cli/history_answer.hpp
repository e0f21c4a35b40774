// The answers of the history's questions: which columns a program gets, in
// which order, and what a person sees of them. Shapes: the JSON contract of the history.
#pragma once

#include <string_view>

#include "shelduck/cli/answer.hpp"
#include "shelduck/history/trend_query.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer runs_answer(Document document);   // {"runs", "next"}
[[nodiscard]] Answer run_answer(Document document);    // a run with "executions"
[[nodiscard]] Answer stats_answer(Document document);  // {"days", "plugins"}
[[nodiscard]] Answer daily_answer(Document document);  // {"tz", "days"}
[[nodiscard]] Answer trend_answer(const history::Trend& trend);
[[nodiscard]] Answer series_answer(Document document);    // {..., "target", "points"}
[[nodiscard]] Answer accuracy_answer(Document document);  // {"rows"}

}  // namespace shelduck::cli
