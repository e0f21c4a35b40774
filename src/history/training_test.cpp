#include "shelduck/history/training.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/sample_run.hpp"

namespace shelduck::history {
namespace {

std::vector<std::string> lines_of(const std::vector<TrainingRow>& rows) {
  std::vector<std::string> lines;
  const auto text = [](const auto& value) { return to_csv_field(Document{value}); };
  for (const TrainingRow& row : rows) {
    lines.push_back(row.plugin_name + " " + std::string(to_string(row.phase)) + " wall " +
                    text(row.wall_clock_seconds) + " cpu " + text(row.cpu_seconds) + " memory " +
                    text(row.memory_peak_bytes) + " bytes " + text(row.download_size_bytes) +
                    " packages " + text(row.packages) + " known " + text(row.download_bytes_known));
  }
  return lines;
}

std::vector<std::string> lines_of(HistoryFixture& history, const TrainingOptions& options = {}) {
  return lines_of(training_rows(history.connection(), options));
}

TEST(Training, GivesOneRowAnExecutionAndPhase) {
  HistoryFixture history;
  add_sample_run(history);
  EXPECT_EQ(lines_of(history),
            (std::vector<std::string>{
                "apt CHECK wall 2 cpu 0.5 memory 50000000 bytes  packages 3 known 6000",
                "apt DOWNLOAD wall 30 cpu  memory  bytes 5000 packages 3 known 6000",
                "apt EXECUTE wall 120 cpu 72 memory 200000000 bytes  packages 3 known 6000",
                "snap EXECUTE wall 60 cpu  memory  bytes  packages  known "}));
}

TEST(Training, SumsTheStepsOfAPhase) {
  HistoryFixture history;
  add_sample_run(history);
  StepMeasured more = sample_step("more", Phase::download, 152, 12);
  more.download_size_bytes = 700;
  history.apply_all(more);
  EXPECT_EQ(lines_of(history).at(1),
            "apt DOWNLOAD wall 42 cpu  memory  bytes 5700 packages 3 known 6000");
}

TEST(Training, KnowsOnlyWhatWasSaidBeforeThePhaseBegan) {
  HistoryFixture history;
  add_sample_run(history);
  EstimateMade during = sample_estimate("after the check", 10, 1);
  during.package_count_est = 7;
  EstimateMade too_late = sample_estimate("too late", 33, 1);
  too_late.package_count_est = 9;
  EstimateMade of_download = sample_estimate("for the download", -30, 1);
  of_download.phase = Phase::download;
  of_download.download_bytes_est = 5500;
  history.apply_all(during, too_late, of_download);
  const auto rows = training_rows(history.connection(), {});
  ASSERT_EQ(rows.size(), 4);
  EXPECT_EQ(rows[0].packages, 3);
  EXPECT_EQ(rows[1].packages, 3);
  EXPECT_EQ(rows[1].download_bytes_known, 5500);  // older, but of this very phase
  EXPECT_EQ(rows[2].packages, 7);
}

TEST(Training, TakesTheGreaterOfTwoEstimatesOfOneMoment) {
  for (const bool greater_first : {true, false}) {
    HistoryFixture history;
    add(history, kAptSuccess);
    EstimateMade less = sample_estimate("less", -10, 1);
    less.package_count_est = 3;
    EstimateMade greater = sample_estimate("greater", -10, 1);
    greater.package_count_est = 4;
    if (greater_first) std::swap(less, greater);
    history.apply_all(less, greater);
    EXPECT_EQ(training_rows(history.connection(), {}).at(0).packages, 4);
  }
}

// Steps lie in the table as they came, which need not be the order of their executions.
TEST(Training, FindsTheStepsOfExecutionsInAnyOrder) {
  HistoryFixture history;
  std::vector<SampleExecution> executions;
  for (int i = 0; i < 6; ++i) {
    executions.push_back(
        {.name = std::to_string(i), .plugin = "apt", .begin = 100.0 * i, .end = 100.0 * i + 50});
    add(history, executions.back());
  }
  for (const int i : {5, 0, 3, 1, 0, 4}) {  // none of the third; two of the first
    StepMeasured step =
        sample_step("of " + std::to_string(history.lines("FROM step_metrics").size()),
                    Phase::execute, 100.0 * i, i + 1);
    step.key = key_of(executions[static_cast<std::size_t>(i)]);
    history.apply_all(step);
  }
  std::vector<std::optional<double>> walls;
  for (const TrainingRow& row : training_rows(history.connection(), {})) {
    walls.push_back(row.wall_clock_seconds);
  }
  EXPECT_EQ(walls, (std::vector<std::optional<double>>{2, 2, 50, 4, 5, 6}));
}

TEST(Training, FallsBackToThePlanAndInImportsToTheTotal) {
  HistoryFixture history;
  const auto add_counts = [&](const std::string& name, Origin origin,
                              std::optional<std::int64_t> planned) {
    const ExecutionKey key{ExecutionId{derived_uuid(name)}, RunId{derived_uuid("run")}, "host",
                           kSampleStart};
    history.apply_all(ExecutionStarted{.key = key,
                                       .origin = origin,
                                       .plugin_name = name,
                                       .packages_planned = planned,
                                       .created_at = kSampleStart},
                      ExecutionEnded{.key = key, .end_time = after(10), .packages_total = 8});
  };
  add_counts("a", Origin::exec, 5);
  add_counts("b", Origin::exec, std::nullopt);  // the total is known only afterwards
  add_counts("c", Origin::apt, std::nullopt);
  std::vector<std::optional<std::int64_t>> packages;
  for (const TrainingRow& row : training_rows(history.connection(), {})) {
    packages.push_back(row.packages);
  }
  EXPECT_EQ(packages, (std::vector<std::optional<std::int64_t>>{5, std::nullopt, 8}));
}

TEST(Training, LeavesOutFalseClocksUnfinishedAndCoveredExecutions) {
  HistoryFixture history;
  add(history, {.name = "failed", .plugin = "apt", .begin = 0, .end = 5, .status = Status::failed});
  add(history, {.name = "running", .plugin = "apt", .begin = 10});
  add(history, {.name = "covered", .plugin = "dpkg", .begin = 10, .end = 20});
  cover(history, "covered", "running");
  const ExecutionKey false_clock{ExecutionId{derived_uuid("1970")}, RunId{derived_uuid("run")},
                                 "host", at("1970-01-01T00:01:00Z")};
  history.apply_all(ExecutionStarted{.key = false_clock,
                                     .plugin_name = "apt",
                                     .flags = kFalseClock,
                                     .created_at = false_clock.start_time},
                    ExecutionEnded{.key = false_clock, .end_time = at("1970-01-01T00:02:00Z")});
  EXPECT_TRUE(lines_of(history).empty());
}

TEST(Training, AnswersForSomePluginsAndForAnEarlierInstant) {
  HistoryFixture history;
  add_sample_run(history);
  add(history, {.name = "snap-2", .plugin = "snap", .begin = 86400, .end = 86460});
  EXPECT_EQ(lines_of(history, {.plugins = {"snap"}}).size(), 2);
  EXPECT_EQ(lines_of(history, {.plugins = {"snap", "apt"}}).size(), 5);
  EXPECT_EQ(lines_of(history, {.until = after(159)}).size(), 3);  // snap had not ended
  EXPECT_EQ(lines_of(history, {.until = after(160)}).size(), 4);
  EXPECT_EQ(lines_of(history, {.plugins = {"none"}}).size(), 0);
}

TEST(Training, AnswersForOnePhaseAsForAll) {
  HistoryFixture history;
  add_sample_run(history);
  const auto all = training_rows(history.connection(), {});
  for (const Phase phase : {Phase::check, Phase::download, Phase::execute}) {
    std::vector<TrainingRow> of_phase;
    std::copy_if(all.begin(), all.end(), std::back_inserter(of_phase),
                 [&](const TrainingRow& row) { return row.phase == phase; });
    EXPECT_EQ(lines_of(history, {.phase = phase}), lines_of(of_phase)) << to_string(phase);
  }
}

TEST(Training, ComesByPluginStartAndPhase) {
  HistoryFixture history;
  add(history, {.name = "3", .plugin = "zypper", .begin = 0, .end = 1});
  add(history, {.name = "2", .plugin = "apt", .begin = 500, .end = 501});
  add(history, {.name = "1", .plugin = "apt", .begin = 400, .end = 402});
  EXPECT_EQ(lines_of(history), (std::vector<std::string>{
                                   "apt EXECUTE wall 2 cpu  memory  bytes  packages  known ",
                                   "apt EXECUTE wall 1 cpu  memory  bytes  packages  known ",
                                   "zypper EXECUTE wall 1 cpu  memory  bytes  packages  known "}));
}

}  // namespace
}  // namespace shelduck::history
