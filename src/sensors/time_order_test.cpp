#include "shelduck/sensors/time_order.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace shelduck::sensors {
namespace {

// Each row says its second in every column, so that one that lost its values is seen.
NodeColumns columns_at(const std::vector<std::int64_t>& seconds) {
  NodeColumns columns;
  for (const std::int64_t second : seconds) {
    columns.timestamps.push_back(second);
    columns.temperatures.push_back(static_cast<std::int16_t>(second % 30'000));
    columns.humidities.push_back(static_cast<std::uint16_t>(second % 60'000));
    columns.flags.push_back(static_cast<std::uint8_t>(second % 250));
  }
  return columns;
}

bool is_sorted_as_a_whole(const std::vector<std::int64_t>& seconds) {
  NodeColumns found = columns_at(seconds);
  sort_by_time(found);
  std::vector<std::int64_t> sorted = seconds;
  std::ranges::sort(sorted);
  const NodeColumns wanted = columns_at(sorted);
  return found.timestamps == wanted.timestamps && found.temperatures == wanted.temperatures &&
         found.humidities == wanted.humidities && found.flags == wanted.flags;
}

TEST(TimeOrder, OfNothingAndOfRowsInOrderIsWhatItWas) {
  EXPECT_TRUE(is_sorted_as_a_whole({}));
  EXPECT_TRUE(is_sorted_as_a_whole({7}));
  EXPECT_TRUE(is_sorted_as_a_whole({1, 2, 3}));
}

TEST(TimeOrder, OfStretchesThatOverlapAndOfRowsThatFallIsThatOfTime) {
  EXPECT_TRUE(is_sorted_as_a_whole({1, 2, 3, 8, 9, 4, 5, 6, 7, 10, 11}));
  EXPECT_TRUE(is_sorted_as_a_whole({5, 6, 1, 2}));
  std::vector<std::int64_t> falling;
  for (std::int64_t second = 500; second > 0; --second) falling.push_back(second);
  EXPECT_TRUE(is_sorted_as_a_whole(falling));
}

RC_GTEST_PROP(TimeOrder, IsThatOfTheSortedRows, ()) {
  const auto drawn =
      *rc::gen::container<std::set<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 100'000));
  std::vector<std::int64_t> seconds(drawn.begin(), drawn.end());
  // Stretches that change their places with others, near or far.
  const auto swaps = *rc::gen::inRange(0, 12);
  for (int i = 0; i < swaps && !seconds.empty(); ++i) {
    const auto size = static_cast<std::ptrdiff_t>(seconds.size());
    auto cuts = *rc::gen::container<std::vector<std::ptrdiff_t>>(
        3, rc::gen::inRange<std::ptrdiff_t>(0, size + 1));
    std::ranges::sort(cuts);
    std::rotate(seconds.begin() + cuts[0], seconds.begin() + cuts[1], seconds.begin() + cuts[2]);
  }
  RC_ASSERT(is_sorted_as_a_whole(seconds));
}

}  // namespace
}  // namespace shelduck::sensors
