#include "shelduck/core/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace shelduck {
namespace {

Instant utc(const char* text) { return parse_instant(text)->instant; }

TEST(Instant, PrintsOnlyTheFractionItNeeds) {
  EXPECT_EQ(to_string(utc("2026-05-01T03:00:00Z")), "2026-05-01T03:00:00Z");
  EXPECT_EQ(to_string(utc("2026-05-01T03:00:00.25Z")), "2026-05-01T03:00:00.25Z");
  EXPECT_EQ(to_string(utc("1969-12-31T23:59:59.999999Z")), "1969-12-31T23:59:59.999999Z");
}

TEST(Instant, ReadsOffsets) {
  const Instant noon = utc("2026-05-01T12:00:00Z");
  for (const char* text : {"2026-05-01T14:00:00+02:00", "2026-05-01 14:00:00+0200",
                           "2026-05-01t14:00+02", "2026-05-01T05:00:00.000000000-07:00"}) {
    const auto parsed = parse_instant(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_TRUE(parsed->has_offset) << text;
    EXPECT_EQ(parsed->instant, noon) << text;
  }
}

TEST(Instant, SaysWhenThereIsNoOffset) {
  EXPECT_FALSE(parse_instant("2026-05-01 12:00:00")->has_offset);
  EXPECT_FALSE(parse_instant("2026-05-01")->has_offset);
}

TEST(Instant, RefusesNonsense) {
  for (const char* text :
       {"", "2026", "2026-02-30", "2026-13-01", "2026-05-01T25:00", "2026-05-01T12:61",
        "2026-05-01T12:00:00.", "2026-05-01T12:00:00+", "2026-05-01T12:00:00Zx", "0000-01-01"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(HumanDuration, ReadsWellAtEveryScale) {
  EXPECT_EQ(human_duration(Seconds{0}), "0s");
  EXPECT_EQ(human_duration(Seconds{0.35}), "350ms");
  EXPECT_EQ(human_duration(Seconds{-0.35}), "-350ms");
  EXPECT_EQ(human_duration(Seconds{-0.0004}), "0ms");
  EXPECT_EQ(human_duration(Seconds{2.5}), "2.5s");
  EXPECT_EQ(human_duration(Seconds{200}), "3m 20s");
  EXPECT_EQ(human_duration(Seconds{7500}), "2h 05m");
  EXPECT_EQ(human_duration(Seconds{100000}), "1d 03h");
  EXPECT_EQ(human_duration(Seconds{-3}), "-3s");
}

RC_GTEST_PROP(Instant, TextRoundTrips, ()) {
  const auto micros = *rc::gen::inRange<std::int64_t>(-62135596800000000, 253402300799999999);
  const Instant at{Microseconds{micros}};
  const auto parsed = parse_instant(to_string(at));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(parsed->has_offset);
  RC_ASSERT(parsed->instant == at);
}

}  // namespace
}  // namespace shelduck
