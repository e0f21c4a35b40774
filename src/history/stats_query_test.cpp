#include "shelduck/history/stats_query.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/sample_run.hpp"

namespace shelduck::history {
namespace {

Stats all_stats(HistoryFixture& history) {
  return ask(history.connection(), StatsOptions{.now = kSampleNow});
}

TEST(StatsQuery, CountsExecutionsAndNotTheirStepsOrEstimates) {
  HistoryFixture history;
  add_sample_run(history);
  const Stats stats = all_stats(history);
  ASSERT_EQ(stats.plugins.size(), 3);
  const PluginStats& apt = stats.plugins[0];
  EXPECT_EQ(apt.plugin_name, "apt");
  EXPECT_EQ(apt.counts, (StatusCounts{.executions = 2, .success = 1, .failed = 1}));
  EXPECT_EQ(apt.success_rate, 0.5);
  EXPECT_EQ(apt.wall_clock_seconds_mean, 152);
  EXPECT_EQ(apt.wall_clock_seconds_median, 152);
  EXPECT_EQ(apt.wall_clock_seconds_p95, 152);
  EXPECT_EQ(apt.cpu_seconds_mean, 72.5);
  EXPECT_EQ(apt.memory_peak_bytes_max, 200'000'000);
  EXPECT_EQ(apt.download_size_bytes_total, 5000);
  EXPECT_EQ(apt.first_execution, kSampleStart);
  EXPECT_EQ(apt.last_execution, after(200));
}

TEST(StatsQuery, ListsPluginsThatOnlyFailed) {
  HistoryFixture history;
  add_sample_run(history);
  const PluginStats flatpak = all_stats(history).plugins.at(1);
  EXPECT_EQ(flatpak.plugin_name, "flatpak");
  EXPECT_EQ(flatpak.success_rate, 0);
  EXPECT_EQ(flatpak.wall_clock_seconds_mean, std::nullopt);
  EXPECT_EQ(flatpak.download_size_bytes_total, std::nullopt);
}

TEST(StatsQuery, TakesTheRateOverWhatFinished) {
  HistoryFixture history;
  add(history, {.name = "1", .plugin = "apt", .begin = 0, .end = 10});
  add(history, {.name = "2", .plugin = "apt", .begin = 20, .end = 30, .status = Status::skipped});
  add(history, {.name = "3", .plugin = "apt", .begin = 40, .end = 50, .status = Status::timeout});
  add(history, {.name = "4", .plugin = "apt", .begin = 60});
  const SampleExecution gone{.name = "5", .plugin = "apt", .begin = 80};
  add(history, gone);
  history.apply_all(ExecutionInterrupted{.key = key_of(gone), .at = kSampleNow});
  add(history, {.name = "6", .plugin = "cargo", .begin = 0, .end = 1, .status = Status::skipped});

  const Stats stats = all_stats(history);
  EXPECT_EQ(
      stats.plugins[0].counts,
      (StatusCounts{.executions = 5, .success = 1, .skipped = 1, .timeout = 1, .interrupted = 1}));
  EXPECT_DOUBLE_EQ(stats.plugins[0].success_rate.value(), 1.0 / 3);
  EXPECT_EQ(stats.plugins[1].success_rate, std::nullopt);
}

TEST(StatsQuery, LeavesOutCoveredExecutionsPlaceholdersAndOldOnes) {
  HistoryFixture history;
  add_sample_run(history);
  cover(history, "apt-2", "apt-1");
  add(history,
      {.name = "old", .plugin = "apt", .begin = -100.0 * 86400, .end = -100.0 * 86400 + 1});
  SampleExecution nameless{.name = "nameless", .plugin = "apt", .begin = 400, .end = 410};
  history.apply({records_of(nameless)[1]});

  EXPECT_EQ(all_stats(history).plugins[0].counts, (StatusCounts{.executions = 1, .success = 1}));
  const Stats year = ask(history.connection(), StatsOptions{.days = 365, .now = kSampleNow});
  EXPECT_EQ(year.plugins[0].counts.executions, 2);
}

TEST(StatsQuery, SplitsAPluginByItsItems) {
  HistoryFixture history;
  add(history, {.name = "1", .plugin = "emerge", .begin = 0, .end = 10, .item = "sys-libs/glibc"});
  add(history, {.name = "2", .plugin = "emerge", .begin = 10, .end = 40, .item = "app-misc/foo"});
  add(history, {.name = "3", .plugin = "emerge", .begin = 50, .end = 70, .item = "app-misc/foo"});
  const Stats stats =
      ask(history.connection(),
          StatsOptions{.plugin = "emerge", .now = kSampleNow, .split = StatsSplit::item});
  ASSERT_EQ(stats.plugins.size(), 2);
  EXPECT_EQ(stats.plugins[0].item, "app-misc/foo");
  EXPECT_EQ(stats.plugins[0].wall_clock_seconds_mean, 25);
  EXPECT_EQ(stats.plugins[1].item, "sys-libs/glibc");
  EXPECT_EQ(document(stats).find("plugins")->elements()->at(0).members()->at(1).first, "item");
}

TEST(StatsQuery, FollowsAliases) {
  HistoryFixture history;
  add(history, {.name = "1", .plugin = "julia", .begin = 0, .end = 10});
  add(history, {.name = "2", .plugin = "julia-runtime", .begin = 20, .end = 40});
  history.apply_all(PluginAliased{
      .old_name = "julia", .plugin_name = "julia-runtime", .version = derived_uuid("v")});
  const Stats stats = ask(history.connection(), StatsOptions{.plugin = "julia", .now = kSampleNow});
  ASSERT_EQ(stats.plugins.size(), 1);
  EXPECT_EQ(stats.plugins[0].plugin_name, "julia-runtime");
  EXPECT_EQ(stats.plugins[0].counts.executions, 2);
}

TEST(StatsQuery, RefusesAPluginThatNeverRanAndNamesNearWords) {
  HistoryFixture history;
  const auto ask_for = [&](const std::string& plugin) {
    return error_of([&] {
      return ask(history.connection(), StatsOptions{.plugin = plugin, .now = kSampleNow});
    });
  };
  EXPECT_EQ(ask_for("apt").detail().hint, "no execution is recorded yet");
  add_sample_run(history);
  const Error error = ask_for("snpa");
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_EQ(error.detail().field, "plugin");
  EXPECT_EQ(error.detail().value, "snpa");
  EXPECT_EQ(error.detail().hint, "did you mean: snap");
  EXPECT_EQ(ask_for("nothing-like-it").detail().hint, "`shelduck history stats` lists the plugins");
}

TEST(StatsQuery, RefusesAWindowOfNoDays) {
  HistoryFixture history;
  const Error error = error_of(
      [&] { return ask(history.connection(), StatsOptions{.days = 0, .now = kSampleNow}); });
  EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
  EXPECT_EQ(error.detail().field, "days");
  EXPECT_NO_THROW(
      (void)ask(history.connection(), StatsOptions{.days = 2'000'000'000, .now = kSampleNow}));
}

TEST(StatsQuery, HasTheShapeOfTheContract) {
  HistoryFixture history;
  add(history, {.name = "snap-1", .plugin = "snap", .begin = 100, .end = 160});
  EXPECT_EQ(to_json(document(all_stats(history))),
            R"({"days":90,"plugins":[{"plugin_name":"snap","executions":1,"success":1,"failed":0,)"
            R"("skipped":0,"timeout":0,"interrupted":0,"success_rate":1,)"
            R"("wall_clock_seconds_mean":60,"wall_clock_seconds_median":60,)"
            R"("wall_clock_seconds_p95":60,"cpu_seconds_mean":null,"memory_peak_bytes_max":null,)"
            R"("download_size_bytes_total":null,"first_execution":"2026-05-01T03:01:40Z",)"
            R"("last_execution":"2026-05-01T03:01:40Z"}]})");
}

TEST(StatsQuery, AgreesWithTheViewForSqlUsers) {
  HistoryFixture history;
  add_sample_run(history);
  EXPECT_EQ(history.lines("SELECT plugin_name, executions, success_rate, wall_clock_seconds_mean, "
                          "download_size_bytes_total FROM plugin_performance_summary ORDER BY 1"),
            (std::vector<std::string>{"apt|2|0.5|152|5000", "flatpak|1|0||", "snap|1|1|60|"}));
}

}  // namespace
}  // namespace shelduck::history
