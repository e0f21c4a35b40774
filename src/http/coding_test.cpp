#include "shelduck/http/coding.hpp"

#include <gtest/gtest.h>

namespace shelduck::http {
namespace {

int status_of_body(const std::string& coded, const DecodingLimits& limits = {}) {
  try {
    (void)gunzip(coded, limits);
    return 200;
  } catch (const Refusal& refusal) {
    return refusal.status();
  }
}

TEST(Gzip, ComesBack) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(1'000'000, 'x')}) {
    EXPECT_EQ(gunzip(gzip(text), {.ratio = 10'000}), text);
  }
  EXPECT_EQ(gunzip(gzip("one ") + gzip("two")), "one two");
}

TEST(Gzip, ThatIsCutOffOrNoneIsRefused) {
  const std::string coded = gzip("some text, long enough to be cut");
  for (std::size_t size = 0; size < coded.size(); ++size) {
    EXPECT_EQ(status_of_body(coded.substr(0, size)), 400) << size;
  }
  EXPECT_EQ(status_of_body("no gzip at all"), 400);
  EXPECT_EQ(status_of_body(coded + "rest"), 400);
}

TEST(Gzip, BombsAreNotBlownUp) {
  const std::string bomb = gzip(std::string(10'000'000, '\0'));
  EXPECT_EQ(status_of_body(bomb), 413);
  EXPECT_EQ(status_of_body(bomb, {.bytes = 1'000'000, .ratio = 100'000}), 413);
  EXPECT_EQ(status_of_body(bomb, {.ratio = 100'000}), 200);
  EXPECT_EQ(status_of_body(gzip(std::string(60'000, 'x'))), 200) << "small bodies may be dense";
}

TEST(Gzip, IsTakenByClientsThatSaySo) {
  EXPECT_TRUE(accepts_gzip("gzip"));
  EXPECT_TRUE(accepts_gzip("deflate, gzip;q=0.5"));
  EXPECT_TRUE(accepts_gzip("*"));
  EXPECT_FALSE(accepts_gzip(""));
  EXPECT_FALSE(accepts_gzip("br, deflate"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0.0, br"));
}

}  // namespace
}  // namespace shelduck::http
