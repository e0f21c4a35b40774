#include "shelduck/core/uuid.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace shelduck {
namespace {

using std::chrono::milliseconds;

RandomSource constant(std::uint8_t byte) {
  return [byte](std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), byte); };
}

TEST(Uuid, CarriesVersionVariantAndTime) {
  // RFC 9562, appendix A.6: 2022-02-22T19:22:22Z is 017F22E2-79B0-7...
  const Instant at = parse_instant("2022-02-22T19:22:22Z")->instant;
  EXPECT_EQ(to_string(new_uuid(at, constant(0xFF))), "017f22e2-79b0-7000-bfff-ffffffffffff");
  EXPECT_EQ(to_string(new_uuid(at + Microseconds{999}, constant(0))),
            "017f22e2-79b0-7ffb-8000-000000000000");
}

TEST(Uuid, Version7TellsItsMillisecond) {
  const Instant at = parse_instant("2022-02-22T19:22:22.017Z")->instant;
  EXPECT_EQ(time_of(new_uuid(at + Microseconds{999}, constant(0xFF))), at);
  EXPECT_EQ(time_of(derived_uuid("version 8")), std::nullopt);
  EXPECT_EQ(time_of(Uuid{}), std::nullopt);
  EXPECT_EQ(time_of(*parse_uuid("017f22e2-79b0-7000-0000-000000000000")), std::nullopt)
      << "another variant";
}

TEST(Uuid, SortsByTime) {
  const Instant at{};
  EXPECT_LT(new_uuid(at, constant(0xFF)), new_uuid(at + Microseconds{1}, constant(0)));
  EXPECT_LT(new_uuid(at, constant(0xFF)), new_uuid(at + milliseconds{1}, constant(0)));
}

TEST(Uuid, DerivesEqualFromEqual) {
  EXPECT_EQ(derived_uuid("apt|host|1"), derived_uuid("apt|host|1"));
  EXPECT_NE(derived_uuid("apt|host|1"), derived_uuid("apt|host|2"));
  EXPECT_EQ(to_string(derived_uuid("x")).at(14), '8');
}

TEST(Uuid, RefusesWhatIsNoUuid) {
  for (const char* text :
       {"", "test-run", "017f22e279b07000bfffffffffffffff", "017f22e2-79b0-7000-bfff-fffffffffffg",
        "017f22e2-79b0-7000-bfff-ffffffffffff "}) {
    EXPECT_EQ(parse_uuid(text), std::nullopt) << text;
  }
}

TEST(Uuid, SystemRandomDiffers) {
  std::set<Uuid> seen;
  for (int i = 0; i < 100; ++i) seen.insert(new_uuid(Instant{}, system_random()));
  EXPECT_EQ(seen.size(), 100U);
}

RC_GTEST_PROP(Uuid, TextRoundTrips, (const std::array<std::uint8_t, 16>& bytes)) {
  const Uuid uuid{bytes};
  RC_ASSERT(parse_uuid(to_string(uuid)) == uuid);
}

}  // namespace
}  // namespace shelduck
