#include "shelduck/history/prune.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"
#include "shelduck/history/history_fixture.hpp"

namespace shelduck::history {
namespace {

using std::chrono::hours;

const Instant kNow = parse_instant("2026-05-10T12:00:00Z")->instant;

// One run a day; each has an execution at its start and one an hour later.
void add_days(HistoryFixture& history, int days) {
  for (int day = 0; day < days; ++day) {
    const Instant start = kNow - hours{24 * day};
    const RunId run{derived_uuid("r" + std::to_string(day))};
    history.apply_all(RunStarted{.key = {run, "host", start}, .created_at = start});
    for (int i = 0; i < 2; ++i) {
      const ExecutionKey key{
          ExecutionId{derived_uuid(std::to_string(day) + "-" + std::to_string(i))}, run, "host",
          start + hours{i}};
      history.apply_all(ExecutionStarted{.key = key, .plugin_name = "apt", .created_at = start},
                        ExecutionEnded{.key = key, .end_time = key.start_time + hours{1}});
    }
  }
}

std::vector<EncodedRecord> encoded(const PrunePlan& plan) {
  std::vector<EncodedRecord> records;
  for (const store::Record& record : plan.records) records.push_back({record.type, record.payload});
  return records;
}

TEST(Prune, CountsWhatItTakesAndTakesThat) {
  HistoryFixture history;
  add_days(history, 5);
  const PrunePlan plan = plan_prune(history.connection(), {.older_than = hours{60}}, kNow);
  EXPECT_EQ(plan.runs, 2);
  EXPECT_EQ(plan.executions, 4);
  history.apply(encoded(plan));
  EXPECT_EQ(history.lines("SELECT count(*) FROM runs"), std::vector<std::string>{"3"});
  EXPECT_EQ(history.lines("SELECT count(*) FROM plugin_executions"), std::vector<std::string>{"6"});
}

TEST(Prune, NeverDividesARun) {
  HistoryFixture history;
  add_days(history, 2);
  const auto cut_inside =
      plan_prune(history.connection(), {.older_than = hours{23} + std::chrono::minutes{30}}, kNow);
  EXPECT_EQ(cut_inside.cutoff, kNow - hours{24});
  EXPECT_TRUE(cut_inside.held_back_by);
  EXPECT_TRUE(cut_inside.records.empty());
}

TEST(Prune, KeepsThePartThatFits) {
  HistoryFixture history;
  add_days(history, 10);
  const auto all =
      plan_prune(history.connection(), {.keep_bytes = 100, .database_bytes = 90}, kNow);
  EXPECT_EQ(all.cutoff, std::nullopt);
  const auto half =
      plan_prune(history.connection(), {.keep_bytes = 50, .database_bytes = 100}, kNow);
  EXPECT_GE(half.runs, 5);
  EXPECT_LT(half.runs, 10);
}

TEST(Prune, CountsOutWhatStaysWhateverGoes) {
  HistoryFixture history;
  add_days(history, 10);
  const auto plan = plan_prune(
      history.connection(), {.keep_bytes = 150, .database_bytes = 200, .least_bytes = 100}, kNow);
  EXPECT_GE(plan.runs, 5);
  EXPECT_LT(plan.runs, 10);
}

TEST(Prune, ASizeNeverTakesTheNewestRun) {
  HistoryFixture history;
  add_days(history, 10);
  const auto plan = plan_prune(history.connection(),
                               {.keep_bytes = 10, .database_bytes = 200, .least_bytes = 100}, kNow);
  EXPECT_EQ(plan.runs, 9);
  history.apply(encoded(plan));
  const auto again = plan_prune(
      history.connection(), {.keep_bytes = 10, .database_bytes = 200, .least_bytes = 100}, kNow);
  EXPECT_TRUE(again.records.empty());
}

TEST(Prune, RowsThatAreNotPrunedCountAsWhatStays) {
  HistoryFixture history;
  history.connection().run_script("CHECKPOINT");
  const std::int64_t empty = least_bytes(history.connection());
  add_days(history, 10);
  history.connection().run_script("CHECKPOINT");
  const std::int64_t with_runs = least_bytes(history.connection());
  EXPECT_GT(with_runs, empty);
  history.connection().run_script(
      "INSERT INTO tombstones SELECT 'run', uuid() FROM range(100000); CHECKPOINT");
  EXPECT_GT(least_bytes(history.connection()), with_runs + 1'500'000);
}

TEST(Prune, RefusesNeitherAndNegative) {
  HistoryFixture history;
  EXPECT_THROW((void)plan_prune(history.connection(), {}, kNow), Error);
  EXPECT_THROW((void)plan_prune(history.connection(), {.older_than = Seconds{-1}}, kNow), Error);
}

}  // namespace
}  // namespace shelduck::history
