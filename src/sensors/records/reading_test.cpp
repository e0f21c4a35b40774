#include "shelduck/sensors/records/reading.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace shelduck::sensors {
namespace {

TEST(ReadingKey, IsItsSixteenBytes) {
  const ReadingKey key{0x0102030405060708U, 0x11121314};
  EXPECT_EQ(to_string(key.uuid()), "01020304-0506-0708-0000-000011121314");
}

RC_GTEST_PROP(ReadingKey, ComesBackFromItsBytesInTheSameOrder,
              (std::uint64_t address, std::uint64_t other)) {
  const ReadingKey a{address, static_cast<std::int64_t>(other % (kTimestampMax + 1))};
  const ReadingKey b{other, static_cast<std::int64_t>(address % (kTimestampMax + 1))};
  RC_ASSERT(ReadingKey::of(a.uuid()) == a);
  RC_ASSERT((a <=> b) == (a.uuid() <=> b.uuid()));
}

TEST(Reading, SaysTheSameWheneverItWasReceived) {
  const Reading first{.node_address = 7,
                      .timestamp = 1700000000,
                      .temperature_centidegrees = -40,
                      .humidity_centipercent = 6521,
                      .flags = 1,
                      .received_at = 1700000003};
  Reading again = first;
  again.received_at += 60;
  EXPECT_NE(first, again);
  EXPECT_EQ(first.key(), again.key());
  EXPECT_EQ(first.values(), again.values());
  again.flags = 0;
  EXPECT_NE(first.values(), again.values());
}

TEST(Reading, TakesSecondsUpToTheYear9999) {
  EXPECT_TRUE(is_timestamp(0));
  EXPECT_TRUE(is_timestamp(4294967296));
  EXPECT_TRUE(is_timestamp(kTimestampMax));
  EXPECT_FALSE(is_timestamp(-1));
  EXPECT_FALSE(is_timestamp(kTimestampMax + 1));
}

}  // namespace
}  // namespace shelduck::sensors
