#include "shelduck/history/collector.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "shelduck/core/error.hpp"
#include "shelduck/history/history_fixture.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::history {
namespace {

using Lines = std::vector<std::string>;

class CollectorUnderTest {
 public:
  [[nodiscard]] CollectorOptions options() const {
    return {.database = database().string(), .source = "test"};
  }

  // What a question finds: one text a row, of the first column.
  [[nodiscard]] Lines lines(const std::string& sql) const {
    auto store = store::Store::open(
        database(), domain({.boot_id = "boot", .clock = system_clock()}), {.floor_bytes = 0});
    store.apply();
    Lines lines;
    for (const store::Row row : store.connection().query(sql)) {
      lines.emplace_back(row.get<std::string_view>(0));
    }
    store.close();
    return lines;
  }

 private:
  [[nodiscard]] std::filesystem::path database() const { return folder_.path() / "history.duckdb"; }

  TemporaryFolder folder_;
};

// The rule of the refusal.
std::string rule_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    return std::string(error.detail().rule);
  }
  return "accepted";
}

constexpr const char* kExecutionLines =
    "SELECT concat_ws(' ', plugin_name, attempt, status, packages_updated) FROM plugin_executions "
    "ORDER BY start_time";

TEST(Collector, RecordsBesideADatabaseThatIsNotThereYet) {
  const CollectorUnderTest place;
  {
    Collector collector{place.options()};
    const RunHandle run = collector.start_run();
    const ExecutionHandle apt =
        collector.start_plugin_execution(run, {.plugin_name = "apt", .packages_planned = 3});
    const StepHandle step = collector.start_step(apt, "download", Phase::download);
    collector.end_step(step, {.wall_clock_seconds = 2, .download_size_bytes = 5000});
    (void)collector.record_estimate(apt, {.wall_seconds = 2.5});
    collector.end_plugin_execution(apt, {.packages_updated = 3});
    collector.end_run(run);
  }
  EXPECT_EQ(place.lines(kExecutionLines), Lines{"apt 1 success 3"});
  EXPECT_EQ(place.lines("SELECT concat_ws(' ', step_name, phase, wall_clock_seconds, "
                        "download_size_bytes) FROM step_metrics"),
            Lines{"download DOWNLOAD 2.0 5000"});
  EXPECT_EQ(place.lines("SELECT wall_seconds_est::VARCHAR FROM estimates"), Lines{"2.5"});
  EXPECT_EQ(place.lines("SELECT status FROM runs"), Lines{"success"});
}

TEST(Collector, CountsTheAttemptsOfAPlugin) {
  const CollectorUnderTest place;
  Collector collector{place.options()};
  const RunHandle run = collector.start_run();
  for (const Status status : {Status::failed, Status::success}) {
    const auto snap = collector.start_plugin_execution(run, {.plugin_name = "snap"});
    collector.end_plugin_execution(snap, {.status = status});
  }
  EXPECT_EQ(place.lines(kExecutionLines), (Lines{"snap 1 failed", "snap 2 success"}));
}

TEST(Collector, ShowsWhatIsNotEndedAsInterruptedWhenItIsGone) {
  const CollectorUnderTest place;
  {
    Collector collector{place.options()};
    (void)collector.start_plugin_execution(collector.start_run(), {.plugin_name = "apt"});
    EXPECT_EQ(place.lines(kExecutionLines), Lines{"apt 1 running"});
  }
  EXPECT_EQ(place.lines(kExecutionLines), Lines{"apt 1 interrupted"});
}

TEST(Collector, RefusesWhatIsOutOfOrderAndRecordsNothingOfIt) {
  const CollectorUnderTest place;
  Collector collector{place.options()};
  const RunHandle run = collector.start_run();
  const auto apt = collector.start_plugin_execution(run, {.plugin_name = "apt"});
  const StepHandle step = collector.start_step(apt, "update", Phase::execute);
  EXPECT_EQ(rule_of([&] { collector.end_run(run); }), "its executions end first");
  EXPECT_EQ(rule_of([&] { collector.end_plugin_execution(apt, {}); }), "its steps end first");
  collector.end_step(step, {});
  EXPECT_EQ(rule_of([&] { collector.end_step(step, {}); }),
            "it was not started here, or has ended");
  EXPECT_NE(rule_of([&] { (void)collector.start_plugin_execution(run, {.plugin_name = ""}); }),
            "accepted");
  EXPECT_EQ(place.lines(kExecutionLines), Lines{"apt 1 running"});
  EXPECT_EQ(place.lines("SELECT step_name FROM step_metrics"), Lines{"update"});
}

TEST(Collector, EndsOnceHoweverManyThreadsTry) {
  const CollectorUnderTest place;
  Collector collector{place.options()};
  const RunHandle run = collector.start_run();
  const auto apt = collector.start_plugin_execution(run, {.plugin_name = "apt"});
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        try {
          collector.end_plugin_execution(apt, {});
        } catch (const Error&) {
          ++refused;
        }
      });
    }
  }
  EXPECT_EQ(refused, 7);
  collector.end_run(run);
  EXPECT_EQ(place.lines(kExecutionLines), Lines{"apt 1 success"});
  EXPECT_EQ(place.lines("SELECT reason FROM quarantine"), Lines{});
}

}  // namespace
}  // namespace shelduck::history
