#include "shelduck/history/trend_query.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/sample_run.hpp"

namespace shelduck::history {
namespace {

constexpr double kDay = 86400;

TrendOptions of_apt(const std::string& granularity) {
  return {.plugin = "apt", .granularity = granularity, .now = kSampleNow};
}

TEST(TrendQuery, GathersSuccessesByDayWeekAndMonth) {
  HistoryFixture history;
  // 1 May 2026 is a Friday.
  for (const double day : {-4.0, -2.0, 0.0}) {
    add(history, {.name = std::to_string(day),
                  .plugin = "apt",
                  .begin = day * kDay,
                  .end = day * kDay + 100 + 10 * day});
  }
  add(history,
      {.name = "failed", .plugin = "apt", .begin = 60, .end = 5000, .status = Status::failed});

  EXPECT_EQ(ask(history.connection(), of_apt("day")).points.size(), 3);
  const Trend weeks = ask(history.connection(), of_apt("week"));
  ASSERT_EQ(weeks.points.size(), 1);
  EXPECT_EQ(weeks.points[0].bucket_start, at("2026-04-27T00:00:00Z"));
  EXPECT_EQ(weeks.points[0].count, 3);
  EXPECT_EQ(weeks.points[0].mean, 80);
  EXPECT_EQ(weeks.points[0].min, 60);
  EXPECT_EQ(weeks.points[0].max, 100);
  EXPECT_DOUBLE_EQ(weeks.points[0].p95, 98);
  const Trend months = ask(history.connection(), of_apt("month"));
  ASSERT_EQ(months.points.size(), 2);
  EXPECT_EQ(months.points[0].bucket_start, at("2026-04-01T00:00:00Z"));
  EXPECT_EQ(months.points[1].count, 1);
}

TEST(TrendQuery, BeginsBucketsAtTheMidnightsOfTheZone) {
  HistoryFixture history;
  add_sample_run(history);
  TrendOptions options = of_apt("day");
  options.zone = "Europe/Warsaw";
  EXPECT_EQ(ask(history.connection(), options).points.at(0).bucket_start,
            at("2026-04-30T22:00:00Z"));
  EXPECT_EQ(ask(history.connection(), options).points.at(0).local_date, "2026-05-01");
  EXPECT_EQ(ask(history.connection(), options).zone, "Europe/Warsaw");
  options.zone = "-04:00";
  EXPECT_EQ(ask(history.connection(), options).points.at(0).bucket_start,
            at("2026-04-30T04:00:00Z"));
}

TEST(TrendQuery, KnowsEveryMetric) {
  HistoryFixture history;
  add_sample_run(history);
  const auto mean_of = [&](std::string_view metric) -> std::optional<double> {
    TrendOptions options = of_apt("day");
    options.metric = metric;
    const Trend trend = ask(history.connection(), options);
    if (trend.points.empty()) return std::nullopt;
    return trend.points[0].mean;
  };
  std::vector<std::optional<double>> means;
  for (const std::string_view metric : kTrendMetrics) means.push_back(mean_of(metric));
  EXPECT_EQ(means, (std::vector<std::optional<double>>{152, 72.5, 200e6, std::nullopt, std::nullopt,
                                                       5000, std::nullopt}));
}

TEST(TrendQuery, RefusesUnknownWordsAndListsTheKnown) {
  HistoryFixture history;
  add_sample_run(history);
  TrendOptions options = of_apt("fortnight");
  const auto refused = [&] { return error_of([&] { return ask(history.connection(), options); }); };
  EXPECT_EQ(refused().kind(), ErrorKind::invalid_input);
  EXPECT_EQ(refused().detail().field, "granularity");
  EXPECT_EQ(refused().detail().rule, "one of day, week, month");
  options = of_apt("day");
  options.metric = "wal_clock";
  EXPECT_EQ(refused().kind(), ErrorKind::invalid_input);
  EXPECT_EQ(refused().detail().value, "wal_clock");
  EXPECT_EQ(refused().detail().rule,
            "one of wall_clock_seconds, cpu_seconds, memory_peak_bytes, io_read_bytes, "
            "io_write_bytes, download_size_bytes, packages_updated");
  options = of_apt("day");
  options.plugin = "atp";
  EXPECT_EQ(refused().kind(), ErrorKind::not_found);
  EXPECT_EQ(refused().detail().hint, "did you mean: apt");
}

TEST(TrendQuery, HasTheShapeOfTheContract) {
  HistoryFixture history;
  add_sample_run(history);
  EXPECT_EQ(to_json(document(ask(history.connection(), of_apt("day")))),
            R"({"plugin_name":"apt","metric":"wall_clock_seconds","granularity":"day",)"
            R"("points":[{"bucket_start":"2026-05-01T00:00:00Z","count":1,"mean":152,)"
            R"("min":152,"max":152,"p95":152}]})");
}

}  // namespace
}  // namespace shelduck::history
