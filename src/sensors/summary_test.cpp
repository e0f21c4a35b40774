#include "shelduck/sensors/summary.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace shelduck::sensors {
namespace {

std::vector<std::int16_t> temperatures(std::initializer_list<int> values) {
  std::vector<std::int16_t> made;
  for (const int value : values) made.push_back(static_cast<std::int16_t>(value));
  return made;
}

TEST(Summary, IsTheFiguresOfFiveValues) {
  // By numpy: percentile([100, 200, 300, 400, 1000], 95, method="linear") = 880.
  const Summary summary = summary_of(temperatures({400, 100, 1000, 300, 200}));
  EXPECT_EQ(summary.n, 5);
  EXPECT_EQ(summary.min, 1.0);
  EXPECT_EQ(summary.max, 10.0);
  EXPECT_EQ(summary.avg, 4.0);
  EXPECT_EQ(summary.p50, 3.0);
  EXPECT_DOUBLE_EQ(summary.p95, 8.8);
  EXPECT_DOUBLE_EQ(summary.p99, 9.76);
}

TEST(Summary, ZeroIsAValue) {
  const Summary summary = summary_of(temperatures({0, 0}));
  EXPECT_EQ(summary.n, 2);
  EXPECT_EQ(summary.max, 0.0);
  EXPECT_EQ(summary.p99, 0.0);
}

TEST(Summary, OfOneValueEverythingIsThatValue) {
  const Summary summary = summary_of(temperatures({-32768}));
  EXPECT_EQ(summary.min, -327.68);
  EXPECT_EQ(summary.p50, -327.68);
  EXPECT_EQ(summary.p99, -327.68);
  EXPECT_EQ(summary.avg, -327.68);
}

double place_in(const std::vector<std::int32_t>& sorted, double q) {
  const double position = static_cast<double>(sorted.size() - 1) * q;
  const auto low = static_cast<std::size_t>(std::floor(position));
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return (sorted[low] + (sorted[high] - sorted[low]) * (position - std::floor(position))) / 100.0;
}

template <class T>
void require_figures_of_sorted(const std::vector<T>& values) {
  std::vector<std::int32_t> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const Summary summary = summary_of(values);
  RC_ASSERT(summary.n == static_cast<std::int64_t>(values.size()));
  RC_ASSERT(summary.min == sorted.front() / 100.0);
  RC_ASSERT(summary.max == sorted.back() / 100.0);
  const std::int64_t sum = std::accumulate(sorted.begin(), sorted.end(), std::int64_t{0});
  RC_ASSERT(summary.avg == static_cast<double>(sum) / static_cast<double>(values.size()) / 100.0);
  RC_ASSERT(summary.p50 == place_in(sorted, 0.50));
  RC_ASSERT(summary.p95 == place_in(sorted, 0.95));
  RC_ASSERT(summary.p99 == place_in(sorted, 0.99));
}

RC_GTEST_PROP(Summary, CountingAndSortingSayTheSame, ()) {
  std::vector<std::int16_t> values;
  const int repeats = *rc::gen::inRange(400, 500);
  for (int i = 0; i < 50; ++i) {
    const auto value = *rc::gen::arbitrary<std::int16_t>();
    values.insert(values.end(), static_cast<std::size_t>(repeats), value);
  }
  require_figures_of_sorted(values);
}

// Near to each other and far apart, on both sides of where counting begins.
RC_GTEST_PROP(Summary, IsThatOfTheSortedValues, ()) {
  const auto width = *rc::gen::element(1, 2, 30, 300, 3000, 60'000);
  const auto count = *rc::gen::inRange<std::size_t>(1, 130);
  const auto offsets = *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(0, width));
  std::vector<std::int16_t> signed_ones;
  std::vector<std::uint16_t> unsigned_ones;
  for (const int offset : offsets) {
    signed_ones.push_back(static_cast<std::int16_t>(offset - width / 2));
    unsigned_ones.push_back(static_cast<std::uint16_t>(65'535 - offset));
  }
  require_figures_of_sorted(signed_ones);
  require_figures_of_sorted(unsigned_ones);
}

}  // namespace
}  // namespace shelduck::sensors
