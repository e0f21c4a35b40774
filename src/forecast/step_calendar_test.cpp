#include "shelduck/forecast/step_calendar.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kNewYear2026 = 1'767'225'600;  // a Thursday
constexpr double kDaySeconds = 86'400;
constexpr std::size_t kLongHistory = 100'000;
using CalendarColumns = std::vector<double>;

StepCalendar in_steps_of(double seconds, std::size_t steps = kLongHistory) {
  return {.first = kNewYear2026, .step = seconds, .steps = steps};
}

StepCalendar in_months(std::size_t months, std::size_t steps = kLongHistory) {
  return {.first = kNewYear2026 + 30 * kDaySeconds, .months = months, .steps = steps};  // the 31st
}

TEST(StepCalendar, HasWhatItsStepsGoRoundIn) {
  EXPECT_EQ(in_steps_of(3600).columns_of(0), (CalendarColumns{0, 3, 1, 1}));
  EXPECT_EQ(in_steps_of(3600).columns_of(24 + 13), (CalendarColumns{13, 4, 2, 1}));
  EXPECT_EQ(in_steps_of(1800).columns_of(27).front(), 13.5);
  EXPECT_EQ(in_steps_of(kDaySeconds).columns_of(31), (CalendarColumns{6, 1, 2}));
  EXPECT_EQ(in_steps_of(kDaySeconds).columns_of(364), (CalendarColumns{3, 31, 12}));
  EXPECT_EQ(in_steps_of(7 * kDaySeconds).columns_of(1), (CalendarColumns{8, 1}));
  EXPECT_EQ(in_steps_of(28 * kDaySeconds).columns_of(1), (CalendarColumns{1}));
  EXPECT_EQ(in_steps_of(365 * kDaySeconds).columns(), 0U);
  EXPECT_EQ(StepCalendar{.steps = kLongHistory}.columns(), 0U);
}

TEST(StepCalendar, HasWhatItsHistoryWentRoundInTwice) {
  EXPECT_EQ(in_steps_of(3600, 47).columns(), 0U);
  EXPECT_EQ(in_steps_of(3600, 48).columns_of(5), (CalendarColumns{5}));
  EXPECT_EQ(in_steps_of(kDaySeconds, 13).columns(), 0U);
  EXPECT_EQ(in_steps_of(kDaySeconds, 14).columns_of(0), (CalendarColumns{3}));
  EXPECT_EQ(in_steps_of(kDaySeconds, 729).columns_of(0), (CalendarColumns{3, 1}));
  EXPECT_EQ(in_steps_of(kDaySeconds, 730).columns(), 3U);
  EXPECT_EQ(in_months(1, 23).columns(), 0U);
  EXPECT_EQ(in_months(1, 24).columns(), 1U);
  EXPECT_EQ(in_months(3, 8).columns(), 1U);
}

TEST(StepCalendar, OfMonthsHasTheMonth) {
  EXPECT_EQ(in_months(3).columns_of(0), (CalendarColumns{1}));
  EXPECT_EQ(in_months(3).columns_of(7), (CalendarColumns{10}));
  EXPECT_EQ(in_months(18).columns_of(1), (CalendarColumns{7}));
  EXPECT_EQ(in_months(12).columns(), 0U);
}

TEST(StepCalendar, FromALaterStepGoesOnAlike) {
  StepCalendar long_ago = in_steps_of(kDaySeconds);
  long_ago.first = -kNewYear2026;
  for (const StepCalendar& calendar :
       {in_steps_of(3600), long_ago, in_months(1), in_months(5), in_months(18)}) {
    for (const std::size_t steps : {1U, 25U, 5001U, 48'005U}) {
      EXPECT_EQ(calendar.from(steps).columns_of(3), calendar.columns_of(steps + 3)) << steps;
    }
  }
}

// 1970-01-01 was a Thursday, and so was 1570-01-01.
TEST(StepCalendar, GoesRoundIn400Years) {
  StepCalendar daily = in_steps_of(kDaySeconds);
  daily.first = 0;
  EXPECT_EQ(daily.columns_of(0), (CalendarColumns{3, 1, 1}));
  EXPECT_EQ(daily.columns_of(146'097), daily.columns_of(0));
  StepCalendar before = daily;
  before.first = -146'097 * kDaySeconds;
  EXPECT_EQ(before.columns_of(100), daily.columns_of(100));
  EXPECT_EQ(daily.columns_of(std::numeric_limits<std::size_t>::max()).size(), 3U);
  EXPECT_EQ(in_months(7).columns_of(std::numeric_limits<std::size_t>::max()).size(), 1U);
}

TEST(StepCalendar, NamesWhatItRefuses) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(check(StepCalendar{.first = nan, .step = 1}), Error);
  EXPECT_THROW(check(StepCalendar{.first = 2e12, .step = 1}), Error);
  EXPECT_THROW(check(StepCalendar{.step = -1}), Error);
  EXPECT_THROW(check(StepCalendar{.step = nan}), Error);
  EXPECT_THROW(check(StepCalendar{.step = 1, .months = 1}), Error);
  EXPECT_THROW(check(StepCalendar{.months = 120'001}), Error);
  EXPECT_NO_THROW(check(StepCalendar{}));
}

}  // namespace
}  // namespace shelduck::forecast
