#include "shelduck/core/utf8.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace shelduck {
namespace {

TEST(Utf8, TellsGoodFromBad) {
  EXPECT_TRUE(is_valid_utf8("plain, gr\xC3\xBC\xC3\x9F, \xF0\x9F\xA6\x86"));
  for (const char* bad : {"\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
  }
}

// Eight bytes are looked at together where they are plain.
TEST(Utf8, TellsGoodFromBadAtEveryPlaceOfALongText) {
  for (std::size_t place = 0; place <= 20; ++place) {
    const std::string before(place, 'a');
    for (const char* after : {"", "z", "and more"}) {
      EXPECT_TRUE(is_valid_utf8(before + "\xC3\xBC" + after)) << place;
      EXPECT_FALSE(is_valid_utf8(before + "\xFF" + after)) << place;
      EXPECT_FALSE(is_valid_utf8(before + "\xC3" + after)) << place;
    }
  }
}

TEST(Utf8, RepairsByReplacement) {
  EXPECT_EQ(valid_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(display_width("gr\xC3\xBC\xC3\x9F"), 4U);
}

RC_GTEST_PROP(Utf8, RepairIsAlwaysValid, (const std::string& bytes)) {
  const std::string repaired = valid_utf8(bytes);
  RC_ASSERT(is_valid_utf8(repaired));
  RC_ASSERT(valid_utf8(repaired) == repaired);
}

}  // namespace
}  // namespace shelduck
