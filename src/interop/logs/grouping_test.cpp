#include "shelduck/interop/logs/grouping.hpp"

#include <gtest/gtest.h>

namespace shelduck::interop::logs {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

LogEntry entry(Instant start, std::optional<Instant> end, const char* command = "apt upgrade",
               const char* requester = "") {
  LogEntry made;
  made.start = start;
  made.end = end;
  made.command_line = command;
  made.requester = requester;
  return made;
}

constexpr Instant kNoon{std::chrono::sys_days{std::chrono::March / 5 / 2024} +
                        std::chrono::hours{12}};

TEST(Grouping, GapOfTenMinutesIsStillOneRun) {
  Grouping grouping{Format::apt};
  EXPECT_TRUE(grouping.place(entry(kNoon, kNoon + minutes{30})).opens);
  EXPECT_EQ(grouping.place(entry(kNoon + minutes{40}, {})).run, 0U);
  EXPECT_EQ(grouping.place(entry(kNoon + minutes{50}, {})).run, 0U);
  EXPECT_EQ(grouping.place(entry(kNoon + minutes{60} + seconds{1}, {})).run, 1U);
}

TEST(Grouping, AnotherCommandOrRequesterIsAnotherRun) {
  Grouping grouping{Format::apt};
  EXPECT_EQ(grouping.place(entry(kNoon, kNoon)).run, 0U);
  EXPECT_EQ(grouping.place(entry(kNoon, kNoon, "apt install x")).run, 1U);
  EXPECT_EQ(grouping.place(entry(kNoon, kNoon, "apt install x", "ada")).run, 2U);
  EXPECT_EQ(grouping.place(entry(kNoon, kNoon)).run, 3U);
}

TEST(Grouping, ClockThatGoesBackFarBeginsARun) {
  Grouping grouping{Format::apt};
  EXPECT_EQ(grouping.place(entry(kNoon, kNoon)).run, 0U);
  EXPECT_EQ(grouping.place(entry(kNoon - seconds{30}, kNoon)).run, 0U);
  EXPECT_EQ(grouping.place(entry(kNoon - std::chrono::hours{7}, {})).run, 1U);
}

TEST(Grouping, NegativeSpanReachesNoFurtherBackThanItsStart) {
  Grouping grouping{Format::apt};
  EXPECT_EQ(grouping.place(entry(kNoon, kNoon - std::chrono::hours{7})).run, 0U);
  EXPECT_EQ(grouping.place(entry(kNoon + minutes{5}, {})).run, 0U);
}

TEST(Grouping, SessionsHoldTogetherWhateverLiesBetween) {
  Grouping grouping{Format::emerge};
  LogEntry first = entry(kNoon, {}, "emerge world");
  first.session_start = kNoon;
  LogEntry later = entry(kNoon + std::chrono::hours{5}, {}, "emerge world");
  later.session_start = kNoon;
  LogEntry other = entry(kNoon + minutes{1}, {}, "emerge world");
  other.session_start = kNoon + seconds{30};
  EXPECT_EQ(grouping.place(first).run, 0U);
  EXPECT_EQ(grouping.place(other).run, 1U);
  const Placement place = grouping.place(later);
  EXPECT_EQ(place.run, 0U);
  EXPECT_FALSE(place.opens);
}

TEST(Grouping, BuildsWithinTenMinutesAreOneRun) {
  Grouping grouping{Format::ninja};
  const auto place = [&](Instant build) {
    LogEntry command = entry(build + seconds{2}, build + seconds{3}, "");
    command.session_start = build;
    return grouping.place(command).run;
  };
  EXPECT_EQ(place(kNoon), 0U);
  EXPECT_EQ(place(kNoon + std::chrono::hours{3}), 1U);
  EXPECT_EQ(place(kNoon - minutes{10}), 0U);
  EXPECT_EQ(place(kNoon + std::chrono::hours{3} + seconds{9}), 1U);
  EXPECT_EQ(place(kNoon + minutes{11}), 2U);
}

}  // namespace
}  // namespace shelduck::interop::logs
