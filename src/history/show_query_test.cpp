#include "shelduck/history/show_query.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/sample_run.hpp"

namespace shelduck::history {
namespace {

const std::string kRunId = to_string(derived_uuid("run"));

RunDetail show(HistoryFixture& history, const std::string& id) {
  return ask(history.connection(), ShowOptions{.id = id});
}

TEST(ShowQuery, GivesTheRunWithAllThatIsBelowIt) {
  HistoryFixture history;
  add_sample_run(history);
  const RunDetail run = show(history, kRunId);
  ASSERT_EQ(run.executions.size(), 4);
  const ExecutionDetail& apt = run.executions[0];
  EXPECT_EQ(apt.wall_clock_seconds, 152);
  ASSERT_EQ(apt.steps.size(), 3);
  EXPECT_EQ(apt.steps[1].step_name, "download");
  EXPECT_EQ(apt.steps[1].download_size_bytes, 5000);
  ASSERT_EQ(apt.estimates.size(), 2);
  EXPECT_EQ(apt.estimates[0].wall_seconds_est, 100);
  EXPECT_EQ(run.executions[1].execution.plugin_name, "snap");
  EXPECT_EQ(run.executions[1].wall_clock_seconds, 60);
}

TEST(ShowQuery, MarksCoveredExecutionsAndPlaceholders) {
  HistoryFixture history;
  add_sample_run(history);
  cover(history, "apt-2", "apt-1");
  const SampleExecution nameless{.name = "late", .plugin = "apt", .begin = 400, .end = 410};
  history.apply({records_of(nameless)[1]});
  const Document run = document(show(history, kRunId));
  const auto& executions = *run.find("executions")->elements();
  ASSERT_EQ(executions.size(), 5);
  EXPECT_EQ(*executions[0].find("is_placeholder"), Document{false});
  EXPECT_EQ(*executions[0].find("covered_by"), Document{});
  EXPECT_EQ(*executions[2].find("covered_by"), Document{derived_uuid("apt-1")});
  EXPECT_EQ(*executions[4].find("is_placeholder"), Document{true});
  EXPECT_EQ(*executions[4].find("plugin_name"), Document{});
}

TEST(ShowQuery, MarksARunThatIsKnownByItsEndAlone) {
  HistoryFixture history;
  const RunStarted start = run_started("late", kSampleNow);
  const RunEnded end{.key = start.key, .end_time = kSampleNow};
  history.apply({to_journal(end)});
  const std::string id = to_string(derived_uuid("late"));
  EXPECT_EQ(*document(show(history, id)).find("is_placeholder"), Document{true});
  history.apply({to_journal(start)});
  EXPECT_EQ(*document(show(history, id)).find("is_placeholder"), Document{false});
}

TEST(ShowQuery, AcceptsAUniqueBeginningAndForeignIds) {
  HistoryFixture history;
  RunStarted foreign = run_started("foreign", kSampleNow);
  foreign.source_id = "1a2b3c4d";
  history.apply_all(run_started("run", kSampleStart), foreign);
  EXPECT_EQ(to_string(show(history, kRunId.substr(0, 8)).run.id), kRunId);
  EXPECT_EQ(to_string(show(history, kRunId.substr(0, 15)).run.id), kRunId);
  EXPECT_EQ(show(history, "1a2b3c4d").run.start_time, kSampleNow);
  EXPECT_EQ(error_of([&] { return show(history, kRunId.substr(0, 7)); }).kind(),
            ErrorKind::not_found);
}

TEST(ShowQuery, RefusesABeginningThatSeveralRunsShare) {
  HistoryFixture history;
  const auto id_of = [](const char* text) { return RunId{parse_uuid(text).value()}; };
  RunStarted one = run_started("one", kSampleStart);
  one.key.run_id = id_of("01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21");
  RunStarted two = run_started("two", kSampleStart);
  two.key.run_id = id_of("01928b4e-3f6b-7c11-8d2e-5a9b0c4d7e21");
  history.apply_all(one, two);
  const Error error = error_of([&] { return show(history, "01928b4e-3F6"); });
  EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
  EXPECT_EQ(error.detail().hint,
            "these do: 01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21, 01928b4e-3f6b-7c11-8d2e-5a9b0c4d7e21");
  EXPECT_EQ(show(history, "01928B4E-3F6A").run.id, one.key.run_id);
}

TEST(ShowQuery, RefusesUnknownIdsAndWhatIsNoId) {
  HistoryFixture history;
  add_sample_run(history);
  for (const std::string id :
       {"test-run", "", "'; DROP TABLE runs", "00000000-0000-0000-0000-000000000000",
        "ffffffffffffffffffffffffffffffffffff"}) {
    const Error error = error_of([&] { return show(history, id); });
    EXPECT_EQ(error.kind(), ErrorKind::not_found) << id;
    EXPECT_EQ(error.detail().field, "id");
    EXPECT_EQ(error.detail().value, id);
  }
}

TEST(ShowQuery, HasTheShapeOfTheContract) {
  HistoryFixture history;
  add_sample_run(history);
  const Document run = document(show(history, kRunId));
  const auto names = [](const Document& object) {
    std::string list;
    for (const auto& [name, value] : *object.members()) list += name + " ";
    return list;
  };
  EXPECT_EQ(names(run),
            "run_id source_id start_time end_time hostname username config_hash status boot_id "
            "utc_offset_minutes created_at source origin interrupted_at is_placeholder "
            "wall_clock_seconds executions ");
  EXPECT_EQ(*run.find("wall_clock_seconds"), Document{310.0});
  const Document& apt = run.find("executions")->elements()->at(0);
  EXPECT_EQ(
      names(apt),
      "execution_id plugin_name item attempt status status_raw start_time end_time "
      "packages_planned packages_updated packages_total error_message exit_code source origin "
      "covered_by resolution_seconds flags interrupted_at created_at is_placeholder "
      "wall_clock_seconds steps estimates ");
  EXPECT_EQ(names(apt.find("steps")->elements()->at(0)),
            "metric_id step_name phase seq start_time end_time wall_clock_seconds cpu_user_seconds "
            "cpu_kernel_seconds memory_peak_bytes memory_avg_bytes io_read_bytes io_write_bytes "
            "io_read_ops io_write_ops network_rx_bytes network_tx_bytes download_size_bytes "
            "suspended_seconds quality ");
  EXPECT_EQ(names(apt.find("estimates")->elements()->at(0)),
            "estimate_id phase download_bytes_est cpu_seconds_est wall_seconds_est "
            "memory_bytes_est package_count_est confidence created_at ");
  EXPECT_EQ(*apt.find("status"), Document{"success"});
}

}  // namespace
}  // namespace shelduck::history
