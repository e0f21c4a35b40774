#include "shelduck/interop/logs/stamp.hpp"

#include <gtest/gtest.h>

namespace shelduck::interop::logs {
namespace {

TEST(ReadIso, ReadsTheTimesOfAllLogs) {
  struct Case {
    const char* text;
    const char* local;
    std::optional<int> offset;
    std::size_t length;
  };
  for (const Case& c : {Case{"2024-03-05  10:00:42", "2024-03-05T10:00:42Z", {}, 20},
                        Case{"2024-03-05 10:00:42 status", "2024-03-05T10:00:42Z", {}, 19},
                        Case{"2012-05-01 10:04] upgraded", "2012-05-01T10:04:00Z", {}, 16},
                        Case{"2022-04-16T10:00:00+0200]", "2022-04-16T10:00:00Z", 120, 24},
                        Case{"2022-03-28T14:27:24+00 SUB", "2022-03-28T14:27:24Z", 0, 22},
                        Case{"2024-03-05T10:00:00-07:30 X", "2024-03-05T10:00:00Z", -450, 25},
                        Case{"2024-03-05T10:00:00Z X", "2024-03-05T10:00:00Z", 0, 20},
                        Case{"2024-03-05T10:00:00,125 X", "2024-03-05T10:00:00.125Z", {}, 23},
                        Case{"2016-12-31 23:59:60", "2017-01-01T00:00:00Z", {}, 19}}) {
    const auto stamp = read_iso(c.text);
    ASSERT_TRUE(stamp) << c.text;
    EXPECT_EQ(to_string(stamp->local), c.local) << c.text;
    EXPECT_EQ(stamp->utc_offset_minutes, c.offset) << c.text;
    EXPECT_EQ(stamp->length, c.length) << c.text;
  }
  EXPECT_FALSE(read_iso("2012-05-01 10:04]")->has_seconds);
}

TEST(ReadIso, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2024", "2024-03-05", "2024-02-30 10:00:00", "2024-13-05 10:00",
                           "0000-01-01 10:00", "2024-03-05 24:00:00", "2024-03-05 10:60",
                           "24-03-05 10:00:00", "2024-03-05x10:00:00", "x2024-03-05 10:00:00"}) {
    EXPECT_FALSE(read_iso(text)) << text;
  }
}

TEST(ReadYearless, ReadsDaysWithAndWithoutAZero) {
  for (const char* text : {"May 01 03:00:07 x", "May  1 03:00:07 x"}) {
    const auto stamp = read_yearless(text);
    ASSERT_TRUE(stamp) << text;
    EXPECT_EQ(stamp->month, 5U);
    EXPECT_EQ(stamp->day, 1U);
    EXPECT_EQ(stamp->time_of_day, std::chrono::seconds{10807});
    EXPECT_EQ(stamp->length, 15U);
  }
  for (const char* text : {"Mai 01 03:00:07", "May 00 03:00:07", "May 32 03:00:07", "May 1 03:00",
                           "May", "May 01", "May 01 3:00:07"}) {
    EXPECT_FALSE(read_yearless(text)) << text;
  }
}

std::string placed(YearCounter& years, const char* text) {
  const auto at = years.place(*read_yearless(text));
  return at ? to_string(*at) : "no such day";
}

TEST(YearCounter, FollowsALogOverNewYear) {
  YearCounter years{2011};
  EXPECT_EQ(placed(years, "Nov 30 10:00:00"), "2011-11-30T10:00:00Z");
  EXPECT_EQ(placed(years, "Jan 02 10:00:00"), "2012-01-02T10:00:00Z");
  EXPECT_EQ(placed(years, "Feb 29 10:00:00"), "2012-02-29T10:00:00Z");
  EXPECT_EQ(placed(years, "Feb 27 10:00:00"), "2012-02-27T10:00:00Z");
  EXPECT_EQ(placed(years, "Feb 20 10:00:00"), "2013-02-20T10:00:00Z");
  EXPECT_EQ(placed(years, "Jan 01 00:01:00"), "2014-01-01T00:01:00Z");
  EXPECT_EQ(placed(years, "Dec 31 23:59:00"), "2013-12-31T23:59:00Z");
  EXPECT_EQ(placed(years, "Jan 01 00:02:00"), "2014-01-01T00:02:00Z");
  EXPECT_EQ(placed(years, "Feb 29 00:02:00"), "no such day");
  EXPECT_EQ(placed(years, "Mar 01 00:02:00"), "2014-03-01T00:02:00Z");
}

}  // namespace
}  // namespace shelduck::interop::logs
