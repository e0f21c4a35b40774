#include "shelduck/forecast/plan.hpp"

#include <gtest/gtest.h>

#include <array>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::array kSeconds{10.0, 20.0, 30.0, 5.0};
constexpr std::array kBytes{100.0, 200.0, 400.0, 800.0};

// Expected numbers: schedules drawn by hand.
TEST(Plan, IsSequentialByDefault) {
  const Usage usage = run_plan({}, kSeconds, kBytes);
  EXPECT_EQ(usage.elapsed, 65);
  EXPECT_EQ(usage.peak, 800);
}

TEST(Plan, RunsWavesOneAfterAnother) {
  const Plan plan{.waves = {{{0, 1, 2}}, {{3}}}};
  const Usage usage = run_plan(plan, kSeconds, kBytes);
  EXPECT_EQ(usage.elapsed, 35);
  EXPECT_EQ(usage.peak, 800);
}

TEST(Plan, KeepsTheLimitOfAWave) {
  // 0 and 1 start; at 10 member 2, until 40; at 20 member 3, until 25.
  const Plan plan{.waves = {{.members = {0, 1, 2, 3}, .max_parallel = 2}}};
  const Usage usage = run_plan(plan, kSeconds, kBytes);
  EXPECT_EQ(usage.elapsed, 40);
  EXPECT_EQ(usage.peak, 1200);  // 2 and 3 together
}

TEST(Plan, KeepsMutexesApart) {
  // 0 blocks 2 until 10; 1 runs beside both.
  const Plan plan{.waves = {{{0, 1, 2, 3}}}, .mutexes = {{0, 2}, {2, 3}}};
  const Usage usage = run_plan(plan, kSeconds, kBytes);
  EXPECT_EQ(usage.elapsed, 40);
  EXPECT_EQ(usage.peak, 1100);  // 0, 1 and 3 at the start
}

TEST(Plan, HoldsTheMemoryOfWhatTakesNoTime) {
  const std::array seconds{0.0, 0.0};
  const std::array bytes{3.0, 4.0};
  EXPECT_EQ(run_plan({.waves = {{{0, 1}}}}, seconds, bytes).peak, 7);
  EXPECT_EQ(run_plan({.waves = {{{0, 1}}}}, seconds, bytes).elapsed, 0);
}

TEST(Plan, MustNameEachMemberOnce) {
  EXPECT_NO_THROW(check(Plan{}, 3));
  EXPECT_NO_THROW(check(Plan{.waves = {{{2, 0}}, {{1}}}, .mutexes = {{0, 1}}}, 3));
  EXPECT_THROW(check(Plan{.waves = {{{0, 1}}}}, 3), Error);
  EXPECT_THROW(check(Plan{.waves = {{{0, 1, 1, 2}}}}, 3), Error);
  EXPECT_THROW(check(Plan{.waves = {{{0, 1, 2, 3}}}}, 3), Error);
  EXPECT_THROW(check(Plan{.mutexes = {{3}}}, 3), Error);
}

}  // namespace
}  // namespace shelduck::forecast
