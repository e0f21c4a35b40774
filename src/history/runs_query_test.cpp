#include "shelduck/history/runs_query.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/sample_run.hpp"

namespace shelduck::history {
namespace {

TEST(RunsQuery, ListsTheNewestFirstWithWhatIsKnown) {
  HistoryFixture history;
  add_sample_run(history);
  history.apply_all(run_started("later", after(86400)));
  const Runs page = ask(history.connection(), RunsOptions{});
  ASSERT_EQ(page.runs.size(), 2);
  EXPECT_EQ(page.next, std::nullopt);
  EXPECT_EQ(page.runs[0].status, Status::running);
  EXPECT_EQ(page.runs[0].executions, 0);
  EXPECT_EQ(page.runs[0].wall_clock_seconds, std::nullopt);
  EXPECT_EQ(page.runs[1].executions, 4);
  EXPECT_EQ(page.runs[1].wall_clock_seconds, 310);
  EXPECT_EQ(page.runs[1].hostname, "duckpond");
}

TEST(RunsQuery, PagesWithoutGapsOrRepetitions) {
  HistoryFixture history;
  std::vector<EncodedRecord> records;
  for (int i = 0; i < 7; ++i) {  // pairs of runs start in the same microsecond
    records.push_back(to_journal(run_started(std::to_string(i), after(i / 2))));
  }
  history.apply(records);
  std::vector<std::string> seen;
  RunsOptions options{.limit = 2};
  do {
    const Runs page = ask(history.connection(), options);
    for (const RunSummary& run : page.runs) seen.push_back(to_string(run.run_id));
    options.cursor = page.next;
  } while (options.cursor);
  EXPECT_EQ(seen, history.lines("SELECT run_id FROM runs ORDER BY start_time DESC, run_id DESC"));
}

TEST(RunsQuery, LeavesOutPlaceholdersAndCountsNoCoveredExecutions) {
  HistoryFixture history;
  add_sample_run(history);
  add(history, {.name = "lost", .plugin = "apt", .begin = 0, .end = 1, .run = "unknown"});
  cover(history, "apt-2", "apt-1");
  const Runs page = ask(history.connection(), RunsOptions{});
  ASSERT_EQ(page.runs.size(), 1);
  EXPECT_EQ(page.runs[0].executions, 3);
}

TEST(RunsQuery, LooksBackAsFarAsAsked) {
  HistoryFixture history;
  add_sample_run(history);
  EXPECT_EQ(ask(history.connection(), RunsOptions{.since = kSampleStart}).runs.size(), 1);
  EXPECT_EQ(ask(history.connection(), RunsOptions{.since = after(1)}).runs.size(), 0);
}

TEST(RunsQuery, RefusesACursorThatNoAnswerGave) {
  HistoryFixture history;
  for (const std::string cursor : {"", "x", "12", "12.", "12.zz", ".", "1e3.01928b4e"}) {
    const Error error =
        error_of([&] { return ask(history.connection(), RunsOptions{.cursor = cursor}); });
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "next");
    EXPECT_EQ(error.detail().value, cursor);
  }
  EXPECT_EQ(
      error_of([&] { return ask(history.connection(), RunsOptions{.limit = 0}); }).detail().field,
      "limit");
}

TEST(RunsQuery, HasTheShapeOfTheContract) {
  HistoryFixture history;
  add_sample_run(history);
  const std::string id = to_string(derived_uuid("run"));
  EXPECT_EQ(to_json(document(ask(history.connection(), RunsOptions{}))),
            R"({"runs":[{"run_id":")" + id +
                R"(","source_id":null,"start_time":"2026-05-01T03:00:00Z",)"
                R"("end_time":"2026-05-01T03:05:10Z","hostname":"duckpond","username":"ada",)"
                R"("status":"success","executions":4,"wall_clock_seconds":310}],"next":null})");
}

}  // namespace
}  // namespace shelduck::history
