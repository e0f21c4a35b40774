#include "shelduck/sensors/rolling_spread.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

namespace shelduck::sensors {
namespace {

double lower_middle(std::vector<std::int32_t> values) {
  std::ranges::sort(values);
  return values[(values.size() - 1) / 2];
}

RC_GTEST_PROP(RollingSpread, IsThatOfEachWindowSortedWhole, ()) {
  std::vector<std::int16_t> values;
  const int n = *rc::gen::inRange(5, 60);
  for (int i = 0; i < n; ++i) {
    values.push_back(static_cast<std::int16_t>(*rc::gen::inRange(-40, 40)));
  }
  const std::size_t size = *rc::gen::element<std::size_t>(5, 7, 21);
  RollingSpread window{size};
  std::size_t next = 0;
  for_each_spread(values, window, [&](std::size_t i, const Spread& spread) {
    RC_ASSERT(i == next++);
    const std::size_t wide = std::min(size, values.size());
    const std::size_t from = std::min(i < size / 2 ? 0 : i - size / 2, values.size() - wide);
    std::vector<std::int32_t> around(values.begin() + static_cast<std::ptrdiff_t>(from),
                                     values.begin() + static_cast<std::ptrdiff_t>(from + wide));
    const double median = lower_middle(around);
    RC_ASSERT(spread.median == median);
    for (std::int32_t& value : around) {
      value = std::abs(value - static_cast<std::int32_t>(median));
    }
    RC_ASSERT(spread.mad == lower_middle(around));
  });
  RC_ASSERT(next == values.size());
}

TEST(RollingSpread, SaysNothingOfFourValues) {
  RollingSpread window{61};
  for_each_spread(std::vector<std::int16_t>{1, 2, 3, 4}, window,
                  [](std::size_t, const Spread&) { FAIL(); });
}

}  // namespace
}  // namespace shelduck::sensors
