#include "shelduck/front/execution.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace shelduck::front {
namespace {

constexpr Instant kNoon =
    std::chrono::sys_days{std::chrono::year{2026} / 5 / 1} + std::chrono::hours{12};

RandomSource fixed_random() {
  return [](std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes) byte = 0x5A;
  };
}

Outcome outcome_of(MeasuredSteps steps) {
  Outcome outcome{.end = kNoon + std::chrono::seconds{10}, .steps = std::move(steps)};
  outcome.wall = Seconds{10};
  outcome.reaped.cpu_user_seconds = 4;
  outcome.reaped.memory_peak_bytes = 1000;
  return outcome;
}

RC_GTEST_PROP(StartTimeOf, IsWhatTheRunIdWasMadeWith, ()) {
  const Instant at{Microseconds{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000'000)}};
  const history::RunId id{new_uuid(at, system_random())};
  RC_ASSERT(start_time_of(id) == at);
}

TEST(StartTimeOf, IsUnknownForOtherVersions) {
  EXPECT_FALSE(start_time_of(history::RunId{derived_uuid("x")}));
}

TEST(Execution, StepsAddUpToTheWhole) {
  MeasuredSteps steps{"update", history::Phase::execute};
  steps.take({.kind = ProgressKind::phase_start, .phase = "download"}, {.wall = Seconds{1}});
  steps.finish({.wall = Seconds{4}, .cpu_user_seconds = 1});
  const Execution execution{{.plugin = "apt", .step = "update"}, kNoon, fixed_random()};
  const auto records = execution.end_records(outcome_of(steps), fixed_random());
  ASSERT_EQ(records.size(), 4U);
  const auto phase = history::decode<history::StepMeasured>(records[0].payload);
  const auto rest = history::decode<history::StepMeasured>(records[1].payload);
  EXPECT_EQ(phase.step_name, "download");
  EXPECT_DOUBLE_EQ(*phase.wall_clock_seconds + *rest.wall_clock_seconds, 10);
  EXPECT_DOUBLE_EQ(*phase.cpu_user_seconds + *rest.cpu_user_seconds, 4);
  EXPECT_EQ(rest.memory_peak_bytes, 1000);
  EXPECT_FALSE(phase.memory_peak_bytes);
  EXPECT_NO_THROW(history::validate(phase));
  EXPECT_NO_THROW(history::validate(rest));
}

TEST(Execution, NeitherBeginsNorEndsARunThatWasGiven) {
  const history::RunId run{derived_uuid("run")};
  const Execution execution{
      {.plugin = "apt", .step = "update", .given_run = run}, kNoon, fixed_random()};
  EXPECT_EQ(execution.start_records().size(), 1U);
  const auto ends =
      execution.end_records(outcome_of({"update", history::Phase::execute}), fixed_random());
  EXPECT_EQ(ends.size(), 2U);
  EXPECT_EQ(history::decode<history::ExecutionEnded>(ends[1].payload).key.run_id, run);
}

TEST(Execution, MarksAClockBefore2001) {
  const Execution execution{{.plugin = "apt", .step = "update"}, Instant{}, fixed_random()};
  const auto started =
      history::decode<history::ExecutionStarted>(execution.start_records()[1].payload);
  EXPECT_EQ(started.flags, history::kFalseClock);
}

}  // namespace
}  // namespace shelduck::front
