#include "shelduck/interop/step_quality.hpp"

#include <gtest/gtest.h>

namespace shelduck::interop {
namespace {

TEST(StepQuality, NamesTheSourceOfEachMetric) {
  const StepQuality quality = parse_quality(
      R"({"wall_clock_seconds":"monotonic","device_read_bytes":0,"cpu_user_seconds":"wait4",)"
      R"("processes_left_behind":2,"clock_jump_seconds":-3.5})");
  ASSERT_EQ(quality.sources.size(), 2U);
  EXPECT_EQ(quality.sources[0].first, "wall_clock_seconds");
  EXPECT_EQ(quality.sources[1].second, "wait4");
  EXPECT_EQ(quality.processes_left_behind, 2);
  EXPECT_EQ(quality.clock_jump_seconds, -3.5);
}

TEST(StepQuality, OfAnythingElseSaysNothing) {
  for (const char* text : {"", "polled", "[1]", "{\"a\":", "{\"a\":{}}"}) {
    EXPECT_TRUE(parse_quality(text).sources.empty()) << text;
  }
}

}  // namespace
}  // namespace shelduck::interop
