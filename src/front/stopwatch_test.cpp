#include "shelduck/front/stopwatch.hpp"

#include <gtest/gtest.h>

namespace shelduck::front {
namespace {

ClockReading reading(double monotonic, double boot, double utc) {
  return {Seconds{monotonic}, Seconds{boot},
          Instant{std::chrono::round<Microseconds>(Seconds{1.8e9 + utc})}};
}

TEST(Stopwatch, SleepOfTheMachineIsNotWork) {
  const Stopwatch watch{reading(10, 10, 0)};
  const ClockReading now = reading(15, 115, 105);
  EXPECT_EQ(watch.at_work(now), Seconds{5});
  EXPECT_EQ(watch.suspended(now), Seconds{100});
  EXPECT_EQ(watch.instant(now), now.utc);
  EXPECT_FALSE(watch.clock_jump(now));
}

TEST(Stopwatch, AStoppedJobIsNotAtWork) {
  Stopwatch watch{reading(0, 0, 0)};
  watch.stopped(reading(2, 2, 2));
  EXPECT_EQ(watch.at_work(reading(3, 3, 3)), Seconds{2});
  watch.continued(reading(12, 12, 12));
  EXPECT_EQ(watch.at_work(reading(13, 13, 13)), Seconds{3});
  EXPECT_EQ(watch.suspended(reading(13, 13, 13)), Seconds{10});
}

TEST(Stopwatch, AClockThatIsSetBackDoesNotEndBeforeTheStart) {
  const Stopwatch watch{reading(0, 0, 0)};
  const ClockReading now = reading(5, 5, -3600);
  EXPECT_EQ(watch.instant(now) - watch.start(), Seconds{5});
  EXPECT_EQ(watch.clock_jump(now), Seconds{-3605});
}

}  // namespace
}  // namespace shelduck::front
