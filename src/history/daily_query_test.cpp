#include "shelduck/history/daily_query.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/sample_run.hpp"

namespace shelduck::history {
namespace {

Daily ask_days(HistoryFixture& history, int days, std::string_view now,
               const std::string& zone = "UTC") {
  return ask(history.connection(), DailyOptions{.days = days, .now = at(now), .zone = zone});
}

std::vector<double> hours_of(const Daily& daily) {
  std::vector<double> hours;
  for (const Day& day : daily.days) hours.push_back(Seconds{day.end - day.begin}.count() / 3600);
  return hours;
}

TEST(DailyQuery, CountsExecutionsAndTheTimeDuringWhichAnythingRan) {
  HistoryFixture history;
  add_sample_run(history);
  const Daily daily = ask_days(history, 3, "2026-05-02T10:00:00Z");
  ASSERT_EQ(daily.days.size(), 3);
  EXPECT_EQ(daily.days[0].date, "2026-04-30");
  EXPECT_EQ(daily.days[0].counts, StatusCounts{});
  EXPECT_EQ(daily.days[1].date, "2026-05-01");
  EXPECT_EQ(daily.days[1].counts, (StatusCounts{.executions = 4, .success = 2, .failed = 2}));
  EXPECT_EQ(daily.days[1].wall_clock_seconds, 160 + 10 + 5);  // snap overlaps apt
  EXPECT_EQ(daily.days[2].date, "2026-05-02");
  EXPECT_EQ(daily.days[2].wall_clock_seconds, 0);
}

TEST(DailyQuery, SplitsASpanThatCrossesMidnight) {
  HistoryFixture history;
  const double midnight = 21 * 3600;
  add(history, {.name = "1", .plugin = "apt", .begin = midnight - 600, .end = midnight + 900});
  const Daily daily = ask_days(history, 2, "2026-05-02T10:00:00Z");
  EXPECT_EQ(daily.days[0].counts.executions, 1);
  EXPECT_EQ(daily.days[0].wall_clock_seconds, 600);
  EXPECT_EQ(daily.days[1].counts.executions, 0);
  EXPECT_EQ(daily.days[1].wall_clock_seconds, 900);

  const Daily second = ask_days(history, 1, "2026-05-02T10:00:00Z");
  EXPECT_EQ(second.days[0].counts.executions, 0);
  EXPECT_EQ(second.days[0].wall_clock_seconds, 900);
}

TEST(DailyQuery, CutsDaysAtTheMidnightsOfTheZone) {
  HistoryFixture history;
  add(history, {.name = "1", .plugin = "apt", .begin = 19.5 * 3600, .end = 19.5 * 3600 + 60});
  EXPECT_EQ(ask_days(history, 1, "2026-05-01T23:00:00Z").days[0].counts.executions, 1);
  const Daily warsaw = ask_days(history, 2, "2026-05-01T23:00:00Z", "europe/warsaw");
  EXPECT_EQ(warsaw.zone, "Europe/Warsaw");
  EXPECT_EQ(warsaw.days[0].date, "2026-05-01");
  EXPECT_EQ(warsaw.days[1].counts.executions, 1);
  const Daily offset = ask_days(history, 1, "2026-05-01T23:00:00Z", "-03:30");
  EXPECT_EQ(offset.zone, "-03:30");
  EXPECT_EQ(offset.days[0].begin, at("2026-05-01T03:30:00Z"));
  EXPECT_EQ(offset.days[0].counts.executions, 1);
}

TEST(DailyQuery, KnowsDaysOf23And25Hours) {
  HistoryFixture history;
  EXPECT_EQ(hours_of(ask_days(history, 3, "2026-03-30T10:00:00Z", "Europe/Warsaw")),
            (std::vector<double>{24, 23, 24}));
  EXPECT_EQ(hours_of(ask_days(history, 3, "2026-10-26T10:00:00Z", "Europe/Warsaw")),
            (std::vector<double>{24, 25, 24}));
  // Midnight itself is skipped where clocks go forward at that hour.
  EXPECT_EQ(hours_of(ask_days(history, 2, "2018-11-05T10:00:00Z", "America/Sao_Paulo")),
            (std::vector<double>{23, 24}));
}

TEST(DailyQuery, TakesOnlySpansThatAreKnown) {
  HistoryFixture history;
  add(history, {.name = "running", .plugin = "apt", .begin = 0});
  const SampleExecution measured{.name = "apt-1", .plugin = "apt", .begin = 0};
  add(history, measured);
  history.apply_all(sample_step("update", Phase::execute, 0, 40));
  const Day day = ask_days(history, 1, "2026-05-01T23:00:00Z").days[0];
  EXPECT_EQ(day.counts, (StatusCounts{.executions = 2}));
  EXPECT_EQ(day.wall_clock_seconds, 40);
}

TEST(DailyQuery, LeavesOutCoveredExecutions) {
  HistoryFixture history;
  add_sample_run(history);
  cover(history, "flatpak-1", "apt-1");
  const Day day = ask_days(history, 1, "2026-05-01T23:00:00Z").days[0];
  EXPECT_EQ(day.counts.executions, 3);
  EXPECT_EQ(day.wall_clock_seconds, 170);
}

TEST(DailyQuery, RefusesUnknownZonesAndImpossibleWindows) {
  HistoryFixture history;
  for (const std::string zone : {"Europe/Atlantis", "+25:00", "", "+"}) {
    const Error error =
        error_of([&] { return ask_days(history, 1, "2026-05-01T00:00:00Z", zone); });
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "tz");
    EXPECT_EQ(error.detail().value, zone);
  }
  for (const int days : {0, -1, kDaysMax + 1}) {
    const Error error = error_of([&] { return ask_days(history, days, "2026-05-01T00:00:00Z"); });
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "days");
  }
}

TEST(DailyQuery, HasTheShapeOfTheContract) {
  HistoryFixture history;
  add(history, {.name = "1", .plugin = "apt", .begin = 0, .end = 1.5});
  EXPECT_EQ(to_json(document(ask_days(history, 1, "2026-05-01T10:00:00Z"))),
            R"({"tz":"UTC","days":[{"date":"2026-05-01","executions":1,"success":1,"failed":0,)"
            R"("skipped":0,"timeout":0,"interrupted":0,"wall_clock_seconds":1.5}]})");
}

}  // namespace
}  // namespace shelduck::history
