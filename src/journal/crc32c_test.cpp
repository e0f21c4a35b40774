#include "shelduck/journal/crc32c.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <string>

namespace shelduck::journal {
namespace {

std::string counting(char first, char step) {
  std::string bytes(32, '\0');
  for (char& byte : bytes) {
    byte = first;
    first = static_cast<char>(first + step);
  }
  return bytes;
}

// RFC 3720, appendix B.4.
TEST(Crc32c, AgreesWithThePublishedVectors) {
  for (const auto function : {crc32c, crc32c_by_table}) {
    EXPECT_EQ(function(std::string(32, '\0'), 0), 0x8A9136AAU);
    EXPECT_EQ(function(std::string(32, '\xFF'), 0), 0x62A8AB43U);
    EXPECT_EQ(function(counting(0, 1), 0), 0x46DD794EU);
    EXPECT_EQ(function(counting(31, -1), 0), 0x113FDB5CU);
    EXPECT_EQ(function("123456789", 0), 0xE3069283U);
  }
}

TEST(Crc32c, InstructionAndTableAgreeAtEveryLengthAndSeed) {
  std::mt19937 random(1);
  std::string bytes;
  for (int length = 0; length < 300; ++length) {
    const auto seed = static_cast<std::uint32_t>(random());
    EXPECT_EQ(crc32c(bytes, seed), crc32c_by_table(bytes, seed)) << length;
    bytes += static_cast<char>(random());
  }
}

TEST(Crc32c, GoesOnWhereItStopped) {
  EXPECT_EQ(crc32c("56789", crc32c("1234")), crc32c("123456789"));
}

}  // namespace
}  // namespace shelduck::journal
