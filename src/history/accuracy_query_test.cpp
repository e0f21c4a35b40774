#include "shelduck/history/accuracy_query.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/history/sample_run.hpp"

namespace shelduck::history {
namespace {

Accuracy all_accuracy(HistoryFixture& history) {
  return ask(history.connection(), AccuracyOptions{.now = kSampleNow});
}

TEST(AccuracyQuery, HoldsTheNewestEstimateAgainstTheSumOfThePhase) {
  HistoryFixture history;
  add_sample_run(history);
  StepMeasured second = sample_step("update again", Phase::execute, 160, 30);
  second.seq = 3;
  history.apply_all(second);
  const Accuracy accuracy = all_accuracy(history);
  ASSERT_EQ(accuracy.rows.size(), 1);  // bytes and CPU of EXECUTE have only one side
  const AccuracyRow& row = accuracy.rows[0];
  EXPECT_EQ(row.plugin_name, "apt");
  EXPECT_EQ(row.phase, Phase::execute);
  EXPECT_EQ(row.target, "wall_clock_seconds");
  EXPECT_EQ(row.estimates, 1);
  EXPECT_EQ(row.bias, 90 - 150);
  EXPECT_EQ(row.mean_absolute_error, 60);
  EXPECT_DOUBLE_EQ(row.mean_absolute_log_error.value(), std::log(150.0 / 90));
  EXPECT_EQ(row.pinball_loss, 30);
}

TEST(AccuracyQuery, LeavesOutWhatWasEstimatedAfterTheStart) {
  HistoryFixture history;
  add_sample_run(history);
  history.apply_all(sample_estimate("during", 33, 119));
  EXPECT_EQ(all_accuracy(history).rows.at(0).bias, 90 - 120);
}

TEST(AccuracyQuery, HoldsAnExecutionWithoutStepsForItsExecutePhase) {
  HistoryFixture history;
  const SampleExecution snap{.name = "snap-1", .plugin = "snap", .begin = 0, .end = 60};
  add(history, snap);
  history.apply_all(EstimateMade{.key = key_of(snap),
                                 .estimate_id = EstimateId{derived_uuid("e")},
                                 .phase = Phase::execute,
                                 .wall_seconds_est = 0,
                                 .created_at = after(0)});
  const AccuracyRow row = all_accuracy(history).rows.at(0);
  EXPECT_EQ(row.bias, -60);
  EXPECT_EQ(row.mean_absolute_log_error, std::nullopt);
}

TEST(AccuracyQuery, AveragesSeveralExecutions) {
  HistoryFixture history;
  for (const int i : {1, 2}) {
    const SampleExecution snap{
        .name = std::to_string(i), .plugin = "snap", .begin = 100.0 * i, .end = 100.0 * i + 40};
    add(history, snap);
    history.apply_all(EstimateMade{.key = key_of(snap),
                                   .estimate_id = EstimateId{derived_uuid(std::to_string(i))},
                                   .phase = Phase::execute,
                                   .wall_seconds_est = i == 1 ? 20.0 : 80.0,
                                   .created_at = after(0)});
  }
  const AccuracyRow row = all_accuracy(history).rows.at(0);
  EXPECT_EQ(row.estimates, 2);
  EXPECT_EQ(row.bias, 10);
  EXPECT_EQ(row.mean_absolute_error, 30);
  EXPECT_DOUBLE_EQ(row.mean_absolute_log_error.value(), std::log(2.0));
}

TEST(AccuracyQuery, RefusesAnUnknownPlugin) {
  HistoryFixture history;
  add_sample_run(history);
  const Error error = error_of([&] {
    return ask(history.connection(), AccuracyOptions{.plugin = "none", .now = kSampleNow});
  });
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_TRUE(
      ask(history.connection(), AccuracyOptions{.plugin = "snap", .now = kSampleNow}).rows.empty());
}

TEST(AccuracyQuery, HasTheShapeOfTheContract) {
  const Accuracy accuracy{.rows = {{.plugin_name = "apt",
                                    .phase = Phase::download,
                                    .target = "download_size_bytes",
                                    .estimates = 3,
                                    .bias = -1.5,
                                    .mean_absolute_error = 2,
                                    .mean_absolute_log_error = std::nullopt,
                                    .pinball_loss = 1}}};
  EXPECT_EQ(to_json(document(accuracy)),
            R"({"rows":[{"plugin_name":"apt","phase":"DOWNLOAD","target":"download_size_bytes",)"
            R"("estimates":3,"bias":-1.5,"mean_absolute_error":2,"mean_absolute_log_error":null,)"
            R"("pinball_loss":1}]})");
}

}  // namespace
}  // namespace shelduck::history
