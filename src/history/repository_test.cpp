#include "shelduck/history/repository.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/sample_run.hpp"

namespace shelduck::history {
namespace {

// Versions that repeat from test to test; the count makes them differ.
VersionSource versions() {
  return {.now = kSampleNow,
          .random = [count = std::uint8_t{0}](std::span<std::uint8_t> bytes) mutable {
            for (auto& byte : bytes) byte = ++count;
          }};
}

ForecastIssued sample_forecast(const std::string& name) {
  return {.forecast_id = ForecastId{derived_uuid(name)},
          .issued_at = after(-60),
          .plugin_name = "cargo",
          .target = "wall_clock_seconds",
          .model = "mean",
          .point = 100,
          .n = 5,
          .inputs = "{}"};
}

TEST(Repository, CreatesEntitiesThatCanBeGot) {
  HistoryFixture history;
  store::Connection& connection = history.connection();
  const RunStarted run = run_started("run", kSampleStart);
  history.apply({RunRepository{connection}.create(run)});
  EXPECT_EQ(RunRepository{connection}.get(run.key.run_id)->hostname, "duckpond");

  const ExecutionKey key = key_of(kAptSuccess);
  history.apply({ExecutionRepository{connection}.create(
      {.key = key, .plugin_name = "apt", .created_at = key.start_time})});
  EXPECT_EQ(ExecutionRepository{connection}.get(key.execution_id)->plugin_name, "apt");

  const StepMeasured step = sample_step("update", Phase::execute, 0, 120);
  history.apply({StepRepository{connection}.create(step)});
  EXPECT_EQ(StepRepository{connection}.get(step.step_id)->wall_clock_seconds, 120);

  const EstimateMade estimate = sample_estimate("new", -10, 90);
  history.apply({EstimateRepository{connection}.create(estimate)});
  EXPECT_EQ(EstimateRepository{connection}.get(estimate.estimate_id)->wall_seconds_est, 90);

  const ForecastIssued forecast = sample_forecast("forecast");
  history.apply({ForecastRepository{connection}.create(forecast)});
  EXPECT_EQ(ForecastRepository{connection}.get(forecast.forecast_id)->point, 100);
}

TEST(Repository, TakesTheKeyOfAChildFromItsParent) {
  HistoryFixture history;
  add(history, kAptSuccess);
  StepMeasured step = sample_step("update", Phase::execute, 0, 120);
  step.key.source = "another host";
  step.key.start_time = kSampleNow;
  step.key.run_id = RunId{derived_uuid("another run")};
  const auto record =
      decode<StepMeasured>(StepRepository{history.connection()}.create(step).payload);
  EXPECT_EQ(record.key.source, "host");
  EXPECT_EQ(record.key.start_time, kSampleStart);
  EXPECT_EQ(record.key.run_id, RunId{derived_uuid("run")});
}

TEST(Repository, RefusesChildrenWithoutParentsAndIdsThatAreTaken) {
  HistoryFixture history;
  store::Connection& connection = history.connection();
  const StepMeasured step = sample_step("update", Phase::execute, 0, 120);
  EXPECT_EQ(error_of([&] { return StepRepository{connection}.create(step); }).kind(),
            ErrorKind::not_found);
  const ExecutionStarted execution{
      .key = key_of(kAptSuccess), .plugin_name = "apt", .created_at = kSampleStart};
  const Error orphan = error_of([&] { return ExecutionRepository{connection}.create(execution); });
  EXPECT_EQ(orphan.kind(), ErrorKind::not_found);
  EXPECT_EQ(orphan.detail().field, "run_id");

  add_sample_run(history);
  const Error taken = error_of([&] { return ExecutionRepository{connection}.create(execution); });
  EXPECT_EQ(taken.kind(), ErrorKind::conflict);
  EXPECT_EQ(taken.detail().value, to_string(execution.key.execution_id));
}

TEST(Repository, FillsAPlaceholder) {
  HistoryFixture history;
  add(history, kAptSuccess);  // its run is a placeholder
  const RunStarted run = run_started("run", kSampleStart);
  const RunRepository runs{history.connection()};
  EXPECT_EQ(runs.get(run.key.run_id)->start_time, std::nullopt);
  EXPECT_TRUE(runs.list_recent(10).empty());
  history.apply({runs.create(run)});
  EXPECT_EQ(runs.get(run.key.run_id)->start_time, kSampleStart);
  EXPECT_EQ(runs.list_recent(10).size(), 1);
}

TEST(Repository, RefusesRecordsThatBreakARule) {
  HistoryFixture history;
  add_sample_run(history);
  StepMeasured step = sample_step("other", Phase::execute, 0, -1);
  const Error error = error_of([&] { return StepRepository{history.connection()}.create(step); });
  EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
  EXPECT_EQ(error.detail().field, "wall_clock_seconds");
}

TEST(Repository, UpdatesFields) {
  HistoryFixture history;
  add_sample_run(history);
  const ExecutionRepository executions{history.connection()};
  const ExecutionId id = key_of(kAptSuccess).execution_id;
  const std::vector<FieldChange> changes{{"status", "failed"}, {"packages_updated", "4"}};
  history.apply(executions.update(id, changes, versions()));
  EXPECT_EQ(executions.get(id)->status, Status::failed);
  EXPECT_EQ(executions.get(id)->packages_updated, 4);
  history.apply(executions.update(id, std::vector<FieldChange>{{"packages_updated", std::nullopt}},
                                  {kSampleNow + Microseconds{1'000'000}, versions().random}));
  EXPECT_EQ(executions.get(id)->packages_updated, std::nullopt);
}

TEST(Repository, RefusesUpdatesThatBreakARule) {
  HistoryFixture history;
  add_sample_run(history);
  const auto refused = [&](const FieldChange& change) {
    return error_of([&] {
      return ExecutionRepository{history.connection()}.update(
          key_of(kAptSuccess).execution_id, std::vector<FieldChange>{change}, versions());
    });
  };
  for (const FieldChange& change : {FieldChange{"run_id", "x"},
                                    {"start_time", "2026-05-01T03:00:00Z"},
                                    {"colour", "red"},
                                    {"status", "great"},
                                    {"status", std::nullopt},
                                    {"packages_updated", "-1"},
                                    {"packages_updated", "many"},
                                    {"end_time", "2026-05-01T02:00:00Z"}}) {
    EXPECT_EQ(refused(change).kind(), ErrorKind::invalid_input) << change.field;
    EXPECT_EQ(refused(change).detail().field, change.field);
  }
  EXPECT_EQ(error_of([&] {
              return StepRepository{history.connection()}.update(
                  StepId{derived_uuid("step update")},
                  std::vector<FieldChange>{{"wall_clock_seconds", "-2"}}, versions());
            })
                .detail()
                .field,
            "wall_clock_seconds");
}

TEST(Repository, RemovesAnEntityWithAllThatIsBelowIt) {
  HistoryFixture history;
  add_sample_run(history);
  const RunRepository runs{history.connection()};
  history.apply({runs.remove(RunId{derived_uuid("run")})});
  EXPECT_FALSE(runs.get(RunId{derived_uuid("run")}).has_value());
  EXPECT_TRUE(ExecutionRepository{history.connection()}.list_recent(10).empty());
  EXPECT_TRUE(StepRepository{history.connection()}.list_recent(10).empty());
  EXPECT_TRUE(EstimateRepository{history.connection()}.list_recent(10).empty());
  EXPECT_EQ(error_of([&] { return runs.remove(RunId{derived_uuid("run")}); }).kind(),
            ErrorKind::not_found);
}

TEST(Repository, ListsTheNewestFirst) {
  HistoryFixture history;
  add_sample_run(history);
  store::Connection& connection = history.connection();
  const auto executions = ExecutionRepository{connection}.list_recent(2);
  ASSERT_EQ(executions.size(), 2);
  EXPECT_EQ(executions[0].plugin_name, "flatpak");
  EXPECT_EQ(executions[1].plugin_name, "apt");
  EXPECT_EQ(StepRepository{connection}.list_recent(9).at(0).step_name, "update");
  EXPECT_EQ(EstimateRepository{connection}.list_recent(1).at(0).wall_seconds_est, 90);
  EXPECT_EQ(error_of([&] { return RunRepository{connection}.list_recent(0); }).detail().field,
            "limit");
}

}  // namespace
}  // namespace shelduck::history
