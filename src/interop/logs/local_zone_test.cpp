#include "shelduck/interop/logs/local_zone.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::interop::logs {
namespace {

Instant at(const char* text) { return parse_instant(text)->instant; }

std::string utc(const LocalZone& zone, const char* local, std::optional<Instant> preceding = {}) {
  const ZonedTime time = zone.resolve(at(local), preceding);
  return to_string(time.instant) + " " + std::to_string(time.utc_offset_minutes) +
         to_string(time.flags);
}

TEST(LocalZone, IsUtcByDefault) {
  EXPECT_EQ(utc(LocalZone{}, "2024-07-01 12:00:00"), "2024-07-01T12:00:00Z 0");
  EXPECT_EQ(LocalZone{}.name(), "UTC");
  EXPECT_EQ(utc(LocalZone::named("UTC"), "2024-07-01 12:00:00"), "2024-07-01T12:00:00Z 0");
}

TEST(LocalZone, KnowsSummerAndWinter) {
  const LocalZone berlin = LocalZone::named("Europe/Berlin");
  EXPECT_EQ(utc(berlin, "2024-07-01 12:00:00"), "2024-07-01T10:00:00Z 120");
  EXPECT_EQ(utc(berlin, "2024-01-01 12:00:00"), "2024-01-01T11:00:00Z 60");
  EXPECT_EQ(utc(berlin, "2024-07-01 13:00:00"), "2024-07-01T11:00:00Z 120");
  EXPECT_EQ(berlin.name(), "Europe/Berlin");
}

TEST(LocalZone, TakesFixedOffsets) {
  EXPECT_EQ(utc(LocalZone::named("+02:00"), "2024-01-01 12:00:00"), "2024-01-01T10:00:00Z 120");
  EXPECT_EQ(utc(LocalZone::named("-0330"), "2024-01-01 12:00:00"), "2024-01-01T15:30:00Z -210");
}

TEST(LocalZone, SkippedTimeIsReadWithTheOffsetBefore) {
  const LocalZone berlin = LocalZone::named("Europe/Berlin");
  EXPECT_EQ(utc(berlin, "2024-03-31 01:59:59"), "2024-03-31T00:59:59Z 60");
  EXPECT_EQ(utc(berlin, "2024-03-31 02:30:00"), "2024-03-31T01:30:00Z 60nonexistent_time");
  EXPECT_EQ(utc(berlin, "2024-03-31 03:00:00"), "2024-03-31T01:00:00Z 120");
}

TEST(LocalZone, TimeThatOccursTwiceIsTheFirstThatKeepsTheLogRunningForward) {
  const LocalZone berlin = LocalZone::named("Europe/Berlin");
  EXPECT_EQ(utc(berlin, "2024-10-27 02:10:00"), "2024-10-27T00:10:00Z 120ambiguous_time");
  EXPECT_EQ(utc(berlin, "2024-10-27 02:10:00", at("2024-10-27T00:50:00Z")),
            "2024-10-27T01:10:00Z 60ambiguous_time");
  // After both readings: the clock was set back, and the first reading is as good as the other.
  EXPECT_EQ(utc(berlin, "2024-10-27 02:10:00", at("2024-10-27T05:00:00Z")),
            "2024-10-27T00:10:00Z 120ambiguous_time");
}

TEST(LocalZone, UnknownNameIsNamed) {
  for (const char* name : {"Mars/Olympus", "", "+", "+25:00", "../etc/passwd"}) {
    try {
      static_cast<void>(LocalZone::named(name));
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
      EXPECT_EQ(error.detail().field, "assume-tz");
      EXPECT_EQ(error.detail().value, name);
    }
  }
}

}  // namespace
}  // namespace shelduck::interop::logs
