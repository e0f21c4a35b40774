#include "shelduck/history/interruption.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/history_fixture.hpp"

namespace shelduck::history {
namespace {

using std::chrono::hours;

const Instant kRecorded = parse_instant("2026-05-01T12:00:00Z")->instant;
const Uuid kSegmentOfHttp{{7}};

RunStarted http_run(const std::string& boot_id) {
  return {.key = {RunId{derived_uuid("http run")}, "host", kRecorded},
          .origin = Origin::http,
          .boot_id = boot_id,
          .created_at = kRecorded};
}

ExecutionStarted http_execution() {
  return {.key = {ExecutionId{derived_uuid("over http")}, RunId{derived_uuid("http run")}, "host",
                  kRecorded},
          .origin = Origin::http,
          .plugin_name = "apt",
          .created_at = kRecorded};
}

std::size_t interruptions_at(HistoryFixture& history, Instant now) {
  return interrupted_runs(history.connection(), {"boot", [now] { return now; }}).size();
}

TEST(InterruptionOverHttp, TheEndOfASegmentSaysNothing) {
  HistoryFixture history;
  history.apply({to_journal(http_run("boot")), to_journal(http_execution())}, kSegmentOfHttp);
  EXPECT_TRUE(interrupted_executions(history.connection(), kSegmentOfHttp, kRecorded).empty())
      << "a restart of the server changes nothing";
}

TEST(InterruptionOverHttp, ComesADayAfterTheLastRecord) {
  HistoryFixture history;
  history.apply_all(http_run("boot"), http_execution());
  EXPECT_EQ(interruptions_at(history, kRecorded + hours{23}), 0U);
  EXPECT_EQ(interruptions_at(history, kRecorded + hours{25}), 1U) << "the execution; then its run";
  history.apply_all(StepMeasured{.key = http_execution().key,
                                 .step_id = StepId{derived_uuid("step")},
                                 .step_name = "update",
                                 .step_start = kRecorded + hours{20}});
  EXPECT_EQ(interruptions_at(history, kRecorded + hours{25}), 0U) << "a step was a sign of life";
  EXPECT_EQ(interruptions_at(history, kRecorded + hours{45}), 1U);
}

TEST(InterruptionOverHttp, ComesWithTheEndOfItsRun) {
  HistoryFixture history;
  history.apply_all(http_run("boot"), http_execution(),
                    RunEnded{.key = http_run("boot").key, .end_time = kRecorded + hours{1}});
  EXPECT_EQ(interruptions_at(history, kRecorded + hours{1}), 1U);
}

TEST(InterruptionOverHttp, ARunOfAnotherMachineHasItsOwnBoot) {
  HistoryFixture history;
  history.apply_all(http_run("boot of another machine"));
  EXPECT_EQ(interruptions_at(history, kRecorded + hours{1}), 0U);
  EXPECT_EQ(interruptions_at(history, kRecorded + hours{25}), 1U);
}

TEST(InterruptionOverHttp, WhatIsRecordedAfterwardsLivesFromThenOn) {
  HistoryFixture history;
  RunStarted late = http_run("boot");
  late.created_at = kRecorded + hours{100};
  history.apply_all(late);
  EXPECT_EQ(interruptions_at(history, kRecorded + hours{101}), 0U);
  EXPECT_EQ(interruptions_at(history, kRecorded + hours{125}), 1U);
}

}  // namespace
}  // namespace shelduck::history
