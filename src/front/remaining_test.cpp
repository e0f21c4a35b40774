#include "shelduck/front/remaining.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace shelduck::front {
namespace {

history::PredictionRow row_of(std::vector<double> samples) {
  history::PredictionRow row;
  row.samples = std::move(samples);
  row.level = 0.8;
  row.lower_seconds = 0;
  row.upper_seconds = 1;
  return row;
}

TEST(Remaining, ConditionsOnWhatHasPassed) {
  const auto row = row_of({10, 20, 30, 40, 50});
  EXPECT_DOUBLE_EQ(remaining_time(&row, Seconds{0}, std::nullopt)->point.count(), 30);
  EXPECT_DOUBLE_EQ(remaining_time(&row, Seconds{25}, std::nullopt)->point.count(), 15);
}

TEST(Remaining, HasNoIntervalWhereNoneIsHonest) {
  auto row = row_of({10, 20, 30});
  row.upper_seconds.reset();
  EXPECT_FALSE(remaining_time(&row, Seconds{0}, std::nullopt)->lower);
}

TEST(Remaining, SaysNothingWhereNothingIsKnown) {
  const auto row = row_of({10});
  EXPECT_FALSE(remaining_time(nullptr, Seconds{5}, std::nullopt));
  EXPECT_FALSE(remaining_time(&row, Seconds{11}, std::nullopt));
  EXPECT_FALSE(remaining_time(nullptr, Seconds{5}, 0.5));
}

TEST(Remaining, FollowsTheReportedPercent) {
  EXPECT_DOUBLE_EQ(remaining_time(nullptr, Seconds{30}, 75)->point.count(), 10);
  const auto row = row_of({100});
  EXPECT_DOUBLE_EQ(remaining_time(&row, Seconds{50}, 100)->point.count(), 0);
}

RC_GTEST_PROP(Remaining, IsNeverNegativeAndInOrder, ()) {
  auto samples = *rc::gen::container<std::vector<double>>(
      rc::gen::map(rc::gen::inRange(0, 100000), [](int x) { return x / 10.0; }));
  std::sort(samples.begin(), samples.end());
  const auto row = row_of(samples);
  const Seconds elapsed{*rc::gen::inRange(0, 100000) / 10.0};
  const double percent = *rc::gen::inRange(0, 101);
  const auto left = remaining_time(&row, elapsed, percent);
  if (!left || !left->lower) return;
  RC_ASSERT(left->lower->count() >= 0);
  RC_ASSERT(left->point >= *left->lower);
  RC_ASSERT(*left->upper >= left->point);
}

TEST(ProgressText, SaysWhatIsKnown) {
  EXPECT_EQ(progress_text("apt", Seconds{63.4}, std::nullopt, std::nullopt), "apt  1m 03s elapsed");
  EXPECT_EQ(
      progress_text("apt", Seconds{3}, 42, Remaining{Seconds{130}, Seconds{90}, Seconds{240}}),
      "apt 42 %  3s elapsed, 2m 10s left (1m 30s to 4m 00s)");
}

}  // namespace
}  // namespace shelduck::front
