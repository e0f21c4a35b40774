#include "shelduck/history/scoring.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "shelduck/history/history_fixture.hpp"

namespace shelduck::history {
namespace {

constexpr Instant kScoringDay = std::chrono::sys_days{std::chrono::year{2026} / 5 / 1};

Instant scoring_minute(int number) { return kScoringDay + std::chrono::minutes{number}; }

ExecutionKey scored_key(const std::string& name, int start) {
  return {ExecutionId{derived_uuid(name)}, RunId{derived_uuid("run")}, "host",
          scoring_minute(start)};
}

EncodedRecord scored_start(const std::string& name, int start, int created) {
  return to_journal(ExecutionStarted{
      .key = scored_key(name, start), .plugin_name = "apt", .created_at = scoring_minute(created)});
}

EncodedRecord scored_end(const std::string& name, int start, Status status) {
  return to_journal(ExecutionEnded{
      .key = scored_key(name, start), .end_time = scoring_minute(start + 1), .status = status});
}

// Measures the same however the start is corrected.
EncodedRecord scored_step(const std::string& name, int start) {
  return to_journal(StepMeasured{.key = scored_key(name, start),
                                 .step_id = StepId{derived_uuid(name + " step")},
                                 .step_name = "update",
                                 .step_start = scoring_minute(start),
                                 .wall_clock_seconds = 7});
}

ForecastIssued forecast_at(int issued) {
  return {.forecast_id = ForecastId{derived_uuid("forecast")},
          .issued_at = scoring_minute(issued),
          .target = "wall_clock_seconds",
          .model = "median",
          .inputs = "{}"};
}

std::vector<std::string> scores_of(HistoryFixture& history) {
  return history.lines(
      "SELECT scored_at = (SELECT start_time FROM plugin_executions WHERE execution_id = "
      "scored_by), "
      "scored_by = (SELECT min_by(execution_id, start_time) FROM plugin_executions "
      "WHERE status = 'success') FROM forecasts");
}

// Of two records that contradict each other the hash decides: the first `made(i)` that replaces
// what `sql` tells by `wanted` when it comes after `records`.
template <class Make>
EncodedRecord winning_record(const std::vector<EncodedRecord>& records, const Make& made,
                             const std::string& sql, const std::string& wanted) {
  for (int i = 0;; ++i) {
    HistoryFixture history;
    history.apply(records);
    history.apply({made(i)});
    if (history.lines(sql) == std::vector{wanted}) return made(i);
  }
}

// A forecast of minute 0 is scored by what starts at minute 1; when that start turns out to have
// been minute 8, the forecast moves along, and what starts at minute 5 is its truth.
TEST(Scoring, FollowsAStartThatIsCorrected) {
  const EncodedRecord late = winning_record(
      {scored_start("moved", 1, 0)}, [](int i) { return scored_start("moved", 8, i); },
      "SELECT epoch_us(start_time) FROM plugin_executions",
      std::to_string(scoring_minute(8).time_since_epoch().count()));
  HistoryFixture history;
  ForecastIssued forecast = forecast_at(0);
  forecast.plugin_name = "apt";
  forecast.phase = Phase::execute;
  history.apply({scored_start("moved", 1, 0), scored_end("moved", 1, Status::success),
                 scored_step("moved", 1), to_journal(forecast)});
  history.apply({late});
  EXPECT_EQ(scores_of(history), std::vector<std::string>{"true|true"});
  history.apply({scored_start("other", 5, 0), scored_end("other", 5, Status::success)});
  EXPECT_EQ(scores_of(history), std::vector<std::string>{"true|true"});
}

TEST(Scoring, OfATotalEndsWithTheSuccessOfItsRun) {
  const std::vector<EncodedRecord> records{scored_start("only", 1, 0),
                                           scored_end("only", 1, Status::success)};
  const EncodedRecord failure = winning_record(
      records,
      [](int i) {
        return to_journal(ExecutionEnded{.key = scored_key("only", 1),
                                         .end_time = scoring_minute(2 + i),
                                         .status = Status::failed});
      },
      "SELECT status FROM plugin_executions", "failed");
  HistoryFixture history;
  ForecastIssued forecast = forecast_at(0);
  forecast.plan = "sequential";
  forecast.total_of = "apt";
  history.apply(records);
  history.apply({to_journal(forecast)});
  EXPECT_EQ(history.lines("SELECT actual FROM forecasts"), std::vector<std::string>{"60"});
  history.apply({failure});
  EXPECT_EQ(
      history.lines("SELECT count(scored_by), count(scored_at), count(actual) FROM forecasts"),
      std::vector<std::string>{"0|0|0"});
}

}  // namespace
}  // namespace shelduck::history
