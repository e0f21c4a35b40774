#include "shelduck/sensors/day_zone.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"
#include "shelduck/core/time.hpp"

namespace shelduck::sensors {
namespace {

std::int64_t seconds_of(std::string_view text) {
  return std::chrono::floor<std::chrono::seconds>(parse_instant(text)->instant)
      .time_since_epoch()
      .count();
}

void expect_day(const DayZone& zone, std::string_view at, std::string_view begin,
                std::string_view end) {
  const DaySpan day = zone.day_of(seconds_of(at));
  EXPECT_EQ(day.begin, seconds_of(begin)) << at;
  EXPECT_EQ(day.end, seconds_of(end)) << at;
}

TEST(DayZone, KnowsUtcAndOffsets) {
  expect_day(DayZone{}, "2026-05-01T23:59:59Z", "2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z");
  expect_day(DayZone::named("+02:00"), "2026-05-01T22:00:00Z", "2026-05-01T22:00:00Z",
             "2026-05-02T22:00:00Z");
  expect_day(DayZone::named("-0330"), "2026-05-01T03:29:59Z", "2026-04-30T03:30:00Z",
             "2026-05-01T03:30:00Z");
}

TEST(DayZone, DaysOfChangedClocksHave23And25Hours) {
  const DayZone zone = DayZone::named("Europe/Warsaw");
  expect_day(zone, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
  expect_day(zone, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
}

// In Havana clocks go on at midnight, and back from one o'clock to midnight.
TEST(DayZone, ADayWithoutMidnightBeginsWhereTheClocksWentOn) {
  const DayZone zone = DayZone::named("America/Havana");
  expect_day(zone, "2025-03-09T12:00:00Z", "2025-03-09T05:00:00Z", "2025-03-10T04:00:00Z");
  expect_day(zone, "2025-11-02T04:30:00Z", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z");
  expect_day(zone, "2025-11-02T05:30:00Z", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z");
}

// In Saint John's clocks went back from a minute past midnight to a minute past eleven of the day
// before.
TEST(DayZone, ASecondEveningBelongsToTheNewDay) {
  const DayZone zone = DayZone::named("America/St_Johns");
  expect_day(zone, "2010-11-07T03:00:00Z", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z");
}

TEST(DayZone, NamesAnUnknownZone) {
  try {
    (void)DayZone::named("Europe/Nowhere");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "tz");
  }
}

}  // namespace
}  // namespace shelduck::sensors
