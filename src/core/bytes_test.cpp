#include "shelduck/core/bytes.hpp"

#include <gtest/gtest.h>

namespace shelduck {
namespace {

TEST(Bytes, ReadsCountsAndUnits) {
  EXPECT_EQ(parse_bytes("0"), 0);
  EXPECT_EQ(parse_bytes("100MB"), 100'000'000);
  EXPECT_EQ(parse_bytes("1.5 kB"), 1500);
  EXPECT_EQ(parse_bytes("2GiB"), 2'147'483'648);
}

TEST(Bytes, RefusesWhatIsNoByteCount) {
  for (const char* text : {"", "MB", "-1", "1 2", "1XB", "nan", "inf", "1e3", "9300000000GB"}) {
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
  }
}

TEST(Bytes, PrintsThreeDigits) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(-0.2), "0 B");
  EXPECT_EQ(human_bytes(-4400), "-4.4 kB");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(45'300'000), "45.3 MB");
  EXPECT_EQ(human_bytes(999'600), "1.0 MB");
}

}  // namespace
}  // namespace shelduck
