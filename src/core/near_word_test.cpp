#include "shelduck/core/near_word.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace shelduck {
namespace {

constexpr std::array<std::string_view, 5> kWords{"stats", "show", "series", "runs", "prune"};

TEST(EditDistance, CountsEditsAndSwaps) {
  EXPECT_EQ(edit_distance("stats", "stats"), 0U);
  EXPECT_EQ(edit_distance("stast", "stats"), 1U);
  EXPECT_EQ(edit_distance("", "runs"), 4U);
  EXPECT_EQ(edit_distance("prun", "prune"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

RC_GTEST_PROP(EditDistance, IsSymmetricAndBounded, (const std::string& a, const std::string& b)) {
  const std::size_t distance = edit_distance(a, b);
  RC_ASSERT(distance == edit_distance(b, a));
  RC_ASSERT(distance <= std::max(a.size(), b.size()));
  RC_ASSERT((distance == 0) == (a == b));
}

TEST(NearWord, FindsASlipOfTheFinger) {
  EXPECT_EQ(near_word("stast", kWords), "stats");
  EXPECT_EQ(near_word("STATS", kWords), "stats");
  EXPECT_EQ(near_word("shw", kWords), "show");
  EXPECT_EQ(near_word("ser", kWords), "series");
}

TEST(NearWord, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(near_word("zebra", kWords), std::nullopt);
  EXPECT_EQ(near_word("", kWords), std::nullopt);
  EXPECT_EQ(near_word("stats", {}), std::nullopt);
}

}  // namespace
}  // namespace shelduck
