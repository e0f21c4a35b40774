#include "shelduck/history/scoring.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "shelduck/history/history_fixture.hpp"

namespace shelduck::history {
namespace {

constexpr Instant kDay = std::chrono::sys_days{std::chrono::year{2026} / 5 / 1};

Instant minute(int number) { return kDay + std::chrono::minutes{number}; }

ExecutionKey key_of(const std::string& name, int start) {
  return {ExecutionId{derived_uuid(name)}, RunId{derived_uuid("run")}, "host", minute(start)};
}

EncodedRecord start_of(const std::string& name, int start, int created) {
  return to_journal(ExecutionStarted{
      .key = key_of(name, start), .plugin_name = "apt", .created_at = minute(created)});
}

EncodedRecord end_of(const std::string& name, int start, Status status) {
  return to_journal(
      ExecutionEnded{.key = key_of(name, start), .end_time = minute(start + 1), .status = status});
}

// Measures the same however the start is corrected.
EncodedRecord step_of(const std::string& name, int start) {
  return to_journal(StepMeasured{.key = key_of(name, start),
                                 .step_id = StepId{derived_uuid(name + " step")},
                                 .step_name = "update",
                                 .step_start = minute(start),
                                 .wall_clock_seconds = 7});
}

ForecastIssued forecast_at(int issued) {
  return {.forecast_id = ForecastId{derived_uuid("forecast")},
          .issued_at = minute(issued),
          .target = "wall_clock_seconds",
          .model = "median",
          .inputs = "{}"};
}

std::vector<std::string> scores(HistoryFixture& history) {
  return history.lines(
      "SELECT scored_at = (SELECT start_time FROM plugin_executions WHERE execution_id = "
      "scored_by), "
      "scored_by = (SELECT min_by(execution_id, start_time) FROM plugin_executions "
      "WHERE status = 'success') FROM forecasts");
}

// Of two records that contradict each other the hash decides: the first `made(i)` that replaces
// what `sql` tells by `wanted` when it comes after `records`.
template <class Make>
EncodedRecord winner(const std::vector<EncodedRecord>& records, const Make& made,
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
  const EncodedRecord late = winner(
      {start_of("moved", 1, 0)}, [](int i) { return start_of("moved", 8, i); },
      "SELECT epoch_us(start_time) FROM plugin_executions",
      std::to_string(minute(8).time_since_epoch().count()));
  HistoryFixture history;
  ForecastIssued forecast = forecast_at(0);
  forecast.plugin_name = "apt";
  forecast.phase = Phase::execute;
  history.apply({start_of("moved", 1, 0), end_of("moved", 1, Status::success), step_of("moved", 1),
                 to_journal(forecast)});
  history.apply({late});
  EXPECT_EQ(scores(history), std::vector<std::string>{"true|true"});
  history.apply({start_of("other", 5, 0), end_of("other", 5, Status::success)});
  EXPECT_EQ(scores(history), std::vector<std::string>{"true|true"});
}

TEST(Scoring, OfATotalEndsWithTheSuccessOfItsRun) {
  const std::vector<EncodedRecord> records{start_of("only", 1, 0),
                                           end_of("only", 1, Status::success)};
  const EncodedRecord failure = winner(
      records,
      [](int i) {
        return to_journal(ExecutionEnded{
            .key = key_of("only", 1), .end_time = minute(2 + i), .status = Status::failed});
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
