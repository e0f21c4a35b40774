#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/backends/sensors_fixture.hpp"
#include "shelduck/sensors/buckets_query.hpp"
#include "shelduck/sensors/export_query.hpp"
#include "shelduck/sensors/node_readings_query.hpp"
#include "shelduck/sensors/nodes_query.hpp"
#include "shelduck/sensors/prune.hpp"
#include "shelduck/sensors/readings_query.hpp"
#include "shelduck/sensors/statistics_query.hpp"
#include "shelduck/sensors/time_slices.hpp"

namespace shelduck::sensors {
namespace {

constexpr std::uint64_t kGreatest = 18446744073709551615U;

Reading measured(std::int64_t timestamp, std::int16_t temperature, std::uint16_t humidity = 4800,
                 std::uint64_t node = 7) {
  return {.node_address = node,
          .timestamp = timestamp,
          .temperature_centidegrees = temperature,
          .humidity_centipercent = humidity,
          .flags = 0,
          .received_at = timestamp + 3};
}

Instant instant_at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

std::int64_t utc(std::string_view text) {
  return std::chrono::floor<std::chrono::seconds>(parse_instant(text)->instant)
      .time_since_epoch()
      .count();
}

class SensorsQuestions : public OnEveryBackend {
 protected:
  template <class Options>
  auto asked(const Options& options) {
    const auto store = open_readings(fixture_.connection());
    return ask(*store, options);
  }
  template <class Options>
  std::string answer(const Options& options) {
    return json(asked(options));
  }
  template <class Options>
  std::string refusal(const Options& options) {
    try {
      (void)asked(options);
    } catch (const Error& error) {
      return std::string(to_string(error.kind())) + ": " + error.what();
    }
    return "none";
  }

  SensorsFixture fixture_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Of, SensorsQuestions, kEveryBackend, name_of_backend);

TEST_P(SensorsQuestions, AnEmptyDatabaseHasAnswersToo) {
  EXPECT_EQ(answer(ReadingsOptions{}),
            "{\"count\":0,\"limit\":1000,\"offset\":0,\"readings\":[],\"total\":0}\n");
  EXPECT_EQ(answer(NodesOptions{}), "{\"count\":0,\"nodes\":[]}\n");
  EXPECT_EQ(answer(NodeReadingsOptions{.node_address = 9}),
            "{\"count\":0,\"node_address\":9,\"readings\":[]}\n");
  EXPECT_EQ(refusal(LatestOptions{9}), "not_found: No readings found for node 9");
  EXPECT_EQ(refusal(NodeOptions{.node_address = 9}), "not_found: Node 9 not found");
  EXPECT_EQ(refusal(StatisticsOptions{.node_address = 9}), "not_found: No data found for node 9");
  EXPECT_EQ(refusal(BucketsOptions{.node_address = 9}), "not_found: No data found for node 9");
}

TEST_P(SensorsQuestions, ReadingsAreTheBodyOfTheOldRoute) {
  fixture_.take({measured(1700000000, 2200, 6500), measured(1700000060, -5, 0, kGreatest)});
  EXPECT_EQ(answer(ReadingsOptions{.limit = 10}),
            R"({"count":2,"limit":10,"offset":0,"readings":[{"flags":0,"humidity_percent":0.0,)"
            R"("humidity_raw":0,"node_address":"18446744073709551615","received_at":1700000063,)"
            R"("temperature_celsius":-0.05,"temperature_raw":-5,"timestamp":1700000060},)"
            R"({"flags":0,"humidity_percent":65.0,"humidity_raw":6500,"node_address":7,)"
            R"("received_at":1700000003,"temperature_celsius":22.0,"temperature_raw":2200,)"
            R"("timestamp":1700000000}],"total":2})"
            "\n");
}

TEST_P(SensorsQuestions, ReadingsAreFilteredByNodeAndTimeBothEndsIncluded) {
  fixture_.take({measured(60, 1), measured(120, 2), measured(180, 3), measured(120, 4, 0, 8)});
  const auto page = asked(ReadingsOptions{
      .filter = {.node_address = 7, .range = {.start = 60, .end = 120}}, .limit = 1});
  EXPECT_EQ(page.total, 2);
  ASSERT_EQ(page.readings.size(), 1U);
  EXPECT_EQ(page.readings[0].timestamp, 120);
  EXPECT_EQ(asked(ReadingsOptions{.filter = {.range = {.start = 0, .end = 0}}}).total, 0)
      << "a bound of zero is a bound";
}

TEST_P(SensorsQuestions, BoundsOfPagesAreRefusedInTheOldWords) {
  EXPECT_EQ(refusal(ReadingsOptions{.limit = 0}), "invalid_input: limit must be 1-10000");
  EXPECT_EQ(refusal(ReadingsOptions{.limit = 10001}), "invalid_input: limit must be 1-10000");
  EXPECT_EQ(refusal(ReadingsOptions{.offset = -1}), "invalid_input: offset must be >= 0");
  EXPECT_EQ(refusal(NodeReadingsOptions{.limit = -1}), "invalid_input: limit must be 1-10000");
}

// What lies before a page is counted in large pieces, not in pieces of the page's size: where each
// of them is one question to the store, this test does not end.
TEST_P(SensorsQuestions, ASmallPageFarFromTheNewestIsFound) {
  constexpr std::int64_t kRows = 60'000;
  std::vector<Reading> rows;
  for (std::int64_t n = 0; n < kRows; ++n) {
    rows.push_back(measured(60 * n, static_cast<std::int16_t>(n % 3000)));
  }
  fixture_.take(rows);
  for (const std::int64_t offset : {kRows - 1, kRows - 2, std::int64_t{10'001}, std::int64_t{1}}) {
    const auto page = asked(ReadingsOptions{.limit = 1, .offset = offset});
    ASSERT_EQ(page.readings.size(), 1U) << offset;
    EXPECT_EQ(page.readings[0].timestamp, 60 * (kRows - 1 - offset));
    EXPECT_EQ(page.total, kRows);
  }
}

// Of one second readings come by ascending address as numbers, so pages neither repeat nor miss.
TEST_P(SensorsQuestions, PagesOfEqualSecondsAreStable) {
  std::vector<Reading> rows;
  for (std::uint64_t node = 1; node <= 30; ++node) rows.push_back(measured(60, 1, 0, node * 7));
  rows.push_back(measured(60, 1, 0, kGreatest));
  fixture_.take(rows);
  for (const std::int64_t limit : {1, 4, 40}) {
    std::vector<std::uint64_t> seen;
    for (std::int64_t offset = 0; offset < 31; offset += limit) {
      for (const Reading& r : asked(ReadingsOptions{.limit = limit, .offset = offset}).readings) {
        seen.push_back(r.node_address);
      }
    }
    ASSERT_EQ(seen.size(), 31U) << limit;
    EXPECT_TRUE(std::ranges::is_sorted(seen)) << limit;
    EXPECT_EQ(seen.back(), kGreatest) << limit;
  }
}

TEST_P(SensorsQuestions, PagesAreThoseOfAListSortedWhole) {
  const bool holds = rc::check([&] {
    fixture_.clear();
    std::vector<Reading> rows;
    const int count = *rc::gen::inRange(1, 60);
    for (int i = 0; i < count; ++i) {
      const auto at = *rc::gen::element<std::int64_t>(0, 1'000'000, 1'700'000'000, kTimestampMax);
      rows.push_back(measured(
          std::clamp<std::int64_t>(at + *rc::gen::inRange(-300, 300), 0, kTimestampMax),
          static_cast<std::int16_t>(i), 0, *rc::gen::element<std::uint64_t>(1, 2, kGreatest)));
    }
    std::ranges::sort(rows, {}, &Reading::key);
    const auto repeated = std::ranges::unique(rows, {}, &Reading::key);
    rows.erase(repeated.begin(), repeated.end());
    fixture_.take(rows);
    const auto newer = [](const Reading& a, const Reading& b) {
      return std::pair{-a.timestamp, a.node_address} < std::pair{-b.timestamp, b.node_address};
    };
    std::ranges::sort(rows, newer);
    const auto limit = *rc::gen::inRange<std::int64_t>(1, 20);
    const auto offset = *rc::gen::inRange<std::int64_t>(0, 70);
    const auto page = asked(ReadingsOptions{.limit = limit, .offset = offset});
    RC_ASSERT(page.total == static_cast<std::int64_t>(rows.size()));
    const auto from = std::min<std::int64_t>(offset, page.total);
    const auto to = std::min<std::int64_t>(offset + limit, page.total);
    RC_ASSERT(page.readings == std::vector<Reading>(rows.begin() + from, rows.begin() + to));
  });
  EXPECT_TRUE(holds);
}

TEST_P(SensorsQuestions, ANodesReadingsAreItsNewestHundred) {
  std::vector<Reading> rows;
  for (int i = 0; i < 150; ++i) rows.push_back(measured(60 * i, static_cast<std::int16_t>(i)));
  fixture_.take(rows);
  const auto found = asked(NodeReadingsOptions{.node_address = 7});
  ASSERT_EQ(found.readings.size(), 100U);
  EXPECT_EQ(found.readings[0].timestamp, 60 * 149);
  EXPECT_EQ(asked(NodeReadingsOptions{.node_address = 7, .range = {.end = 60}}).readings.size(),
            2U);
}

// A year of minutes asked for as 500 points has 500 points, not a point a reading.
TEST_P(SensorsQuestions, DownsamplingMakesFewPoints) {
  std::vector<Reading> rows;
  for (int i = 0; i < 2880; ++i) rows.push_back(measured(1'000'000 + 60 * i, 0, 100));
  rows[5].flags = 1;
  rows[4].flags = 8;
  fixture_.take(rows);
  const auto found = asked(NodeReadingsOptions{.node_address = 7,
                                               .range = {.start = 1'000'000, .end = 1'172'799},
                                               .downsample = 500,
                                               .now = instant_at(9'000'000)});
  ASSERT_TRUE(found.points.has_value());
  ASSERT_EQ(found.points->size(), 500U);
  EXPECT_EQ(found.points->at(0).sample_count, 6) << "346 seconds, a part";
  EXPECT_EQ(found.points->at(0).timestamp, 1'000'173);
  EXPECT_EQ(found.points->at(0).flags, 9);
  std::int64_t samples = 0;
  for (const SampledPoint& point : *found.points) samples += point.sample_count;
  EXPECT_EQ(samples, 2880);
}

TEST_P(SensorsQuestions, ADownsampledBodySaysSoAndZeroIsAValue) {
  fixture_.take({measured(0, -1, 100), measured(1, 1, 101), measured(10, 5, 7)});
  EXPECT_EQ(answer(NodeReadingsOptions{.node_address = 7, .downsample = 2, .now = instant_at(19)}),
            R"({"count":2,"downsampled":true,"node_address":7,"readings":[{"flags":0,)"
            R"("humidity_percent":1.005,"sample_count":2,"temperature_celsius":0.0,)"
            R"("timestamp":5},{"flags":0,"humidity_percent":0.07,"sample_count":1,)"
            R"("temperature_celsius":0.05,"timestamp":15}]})"
            "\n")
      << "without an end it reaches to the present";
  EXPECT_EQ(refusal(NodeReadingsOptions{.node_address = 7, .downsample = 0}),
            "invalid_input: downsample must be 1-10000");
}

TEST_P(SensorsQuestions, TheLatestReadingIsThatOfTheGreatestSecond) {
  fixture_.take({measured(120, 0, 0)});
  fixture_.take({measured(60, 5)});
  EXPECT_EQ(answer(LatestOptions{7}),
            R"({"flags":0,"humidity_percent":0.0,"humidity_raw":0,"node_address":7,)"
            R"("received_at":123,"temperature_celsius":0.0,"temperature_raw":0,"timestamp":120})"
            "\n");
}

TEST_P(SensorsQuestions, NodesAreOnlineForFiveMinutesAfterTheirLastReception) {
  fixture_.apply({recorded(ReadingsTaken{{measured(1000, 1), measured(100, 2)}}),
                  recorded(ReadingsTaken{{measured(50, 1, 0, kGreatest)}}),
                  recorded(NodeLabelled{kGreatest, "cellar/1"})});
  EXPECT_EQ(answer(NodesOptions{.now = instant_at(1303)}),
            R"({"count":2,"nodes":[{"address":7,"first_seen_at":100,"label":null,)"
            R"("last_seen_at":1000,"last_seen_seconds":300,"online":true,"total_readings":2,)"
            R"("type":"SENSOR"},{"address":"18446744073709551615","first_seen_at":50,)"
            R"("label":"cellar/1","last_seen_at":50,"last_seen_seconds":1250,"online":false,)"
            R"("total_readings":1,"type":"SENSOR"}]})"
            "\n");
  EXPECT_FALSE(asked(NodeOptions{.node_address = 7, .now = instant_at(1304)}).is_online);
  EXPECT_EQ(asked(NodeOptions{.node_address = 7, .now = instant_at(0)}).last_seen_seconds, 0);
}

// By Python: statistics of [2200, 2201, 2250, 0] and [6500, 6503, 6400, 1] with numpy's linear
// percentiles.
TEST_P(SensorsQuestions, StatisticsAreTheFiguresOfEveryReading) {
  fixture_.take({measured(60, 2200, 6500), measured(120, 2201, 6503), measured(180, 2250, 6400),
                 measured(240, 0, 1)});
  EXPECT_EQ(answer(StatisticsOptions{.node_address = 7}),
            R"({"address":7,"first_seen_at":60,"humidity":{"avg_percent":48.51,)"
            R"("max_percent":65.03,"min_percent":0.01,"p50_percent":64.5,)"
            R"("p95_percent":65.02550000000001,"p99_percent":65.0291},"last_seen_at":240,)"
            R"("node_type":"SENSOR","temperature":{"avg_celsius":16.6275,"max_celsius":22.5,)"
            R"("min_celsius":0.0,"p50_celsius":22.005,"p95_celsius":22.4265,)"
            R"("p99_celsius":22.485300000000002},"total_readings":4})"
            "\n");
}

TEST_P(SensorsQuestions, StatisticsOfAnEmptyStretchAreNull) {
  fixture_.take({measured(60, 2200)});
  const std::string body =
      answer(StatisticsOptions{.node_address = 7, .range = {.start = 100, .end = 200}});
  EXPECT_NE(body.find(R"("temperature":{"avg_celsius":null,"max_celsius":null)"),
            std::string::npos);
  EXPECT_NE(body.find(R"("total_readings":1)"), std::string::npos);
}

TEST_P(SensorsQuestions, HoursAreNewestFirstAndEmptyOnesLeftOut) {
  fixture_.take({measured(3600, 100, 10), measured(7199, 300, 30), measured(14400, 0, 0)});
  EXPECT_EQ(answer(BucketsOptions{.node_address = 7}),
            R"({"buckets":[{"bucket_start":14400,"count":1,"humidity":{"avg":0.0,"max":0.0,)"
            R"("min":0.0,"p50":0.0,"p95":0.0,"p99":0.0},"temperature":{"avg":0.0,"max":0.0,)"
            R"("min":0.0,"p50":0.0,"p95":0.0,"p99":0.0}},{"bucket_start":3600,"count":2,)"
            R"("humidity":{"avg":0.2,"max":0.3,"min":0.1,"p50":0.2,"p95":0.29,"p99":0.298},)"
            R"("temperature":{"avg":2.0,"max":3.0,"min":1.0,"p50":2.0,"p95":2.9,"p99":2.98}}],)"
            R"("count":2,"node_address":7})"
            "\n");
  EXPECT_EQ(asked(BucketsOptions{.node_address = 7, .range = {.start = 7199, .end = 7199}})
                .buckets.size(),
            1U);
}

TEST_P(SensorsQuestions, DaysOfChangedClocksHold23And25Hours) {
  std::vector<Reading> rows;
  for (std::int64_t at = utc("2026-03-27T23:00:00Z"); at < utc("2026-03-30T22:00:00Z");
       at += 3600) {
    rows.push_back(measured(at, 100));
  }
  for (std::int64_t at = utc("2026-10-24T22:00:00Z"); at < utc("2026-10-25T23:00:00Z");
       at += 3600) {
    rows.push_back(measured(at, 100));
  }
  fixture_.take(rows);
  std::vector<std::pair<std::int64_t, std::int64_t>> days;
  for (const Bucket& bucket :
       asked(BucketsOptions{.node_address = 7, .length = BucketLength::day, .tz = "Europe/Warsaw"})
           .buckets) {
    days.emplace_back(bucket.start, bucket.temperature.n);
  }
  EXPECT_EQ(days, (std::vector<std::pair<std::int64_t, std::int64_t>>{
                      {utc("2026-10-24T22:00:00Z"), 25},
                      {utc("2026-03-29T22:00:00Z"), 24},
                      {utc("2026-03-28T23:00:00Z"), 23},
                      {utc("2026-03-27T23:00:00Z"), 24}}));
}

TEST_P(SensorsQuestions, CsvIsThatOfTheOldRoute) {
  const auto empty = open_readings(fixture_.connection());
  CsvExport nothing{*empty, {}};
  EXPECT_EQ(nothing.next(), std::string(kCsvHeader));
  EXPECT_EQ(nothing.next(), std::nullopt);
}

TEST_P(SensorsQuestions, AnExportIsNotCut) {
  std::vector<Reading> rows;
  for (int i = 0; i < 60'000; ++i) {
    rows.push_back(measured(60 * i, static_cast<std::int16_t>(i % 7 - 3)));
    rows.push_back(measured(60 * i, static_cast<std::int16_t>(-105), 5, kGreatest));
  }
  for (std::size_t from = 0; from < rows.size(); from += 60'000) {
    fixture_.take({rows.begin() + static_cast<std::ptrdiff_t>(from),
                   rows.begin() + static_cast<std::ptrdiff_t>(from + 60'000)});
  }
  const auto store = open_readings(fixture_.connection());
  CsvExport csv{*store, {}};
  std::string all;
  std::size_t largest = 0;
  while (const auto piece = csv.next()) {
    largest = std::max(largest, piece->size());
    all += *piece;
  }
  EXPECT_EQ(std::ranges::count(all, '\n'), 120'000);
  EXPECT_TRUE(
      all.starts_with("node_address,timestamp,temperature_celsius,humidity_percent,flags\n"
                      "7,3599940,-0.01,48.00,0\n"
                      "18446744073709551615,3599940,-1.05,0.05,0\n"))
      << all.substr(0, 200);
  EXPECT_TRUE(all.ends_with("\n18446744073709551615,0,-1.05,0.05,0"));
  EXPECT_LT(largest, all.size() / 2) << "it comes in pieces";
}

TEST_P(SensorsQuestions, APruneIsPlannedAndCountedFirst) {
  fixture_.take({measured(utc("2026-01-31T23:59:59Z"), 1), measured(utc("2026-02-01T00:00:00Z"), 1),
                 measured(utc("2026-02-20T00:00:00Z"), 1),
                 measured(utc("2025-01-01T00:00:00Z"), 1, 0, 8)});
  const Instant now = parse_instant("2026-03-02T12:00:00Z")->instant;
  const auto plan = [&](PruneOptions options) {
    const auto store = open_readings(fixture_.connection());
    return plan_prune(*store, options, now);
  };
  const PrunePlan whole = plan({.older_than = Seconds{10 * 86400}, .by_whole_months = true});
  EXPECT_EQ(json(whole), "{\"edge\":1769904000,\"nodes\":2,\"nodes_emptied\":1,\"readings\":2}\n");
  EXPECT_EQ(plan({.older_than = Seconds{10 * 86400}}).readings, 4);
  EXPECT_EQ(plan({.older_than = Seconds{1e9}}).records.size(), 0U);
  EXPECT_THROW((void)plan({}), Error);
  fixture_.apply(whole.records);
  EXPECT_EQ(asked(ReadingsOptions{}).total, 2);
  EXPECT_EQ(plan({.older_than = Seconds{1e9}}).edge, whole.edge) << "an edge never goes back";
}

// What is refused after a month is refused at once, but for a clock that is years ahead.
TEST_P(SensorsQuestions, TheEdgeOfWholeMonthsMovesWithoutReadingsToPrune) {
  fixture_.take({measured(utc("2026-02-20T00:00:00Z"), 1)});
  const auto plan_at = [&](const char* now, bool by_whole_months) {
    const auto store = open_readings(fixture_.connection());
    return plan_prune(*store,
                      {.older_than = Seconds{10 * 86400}, .by_whole_months = by_whole_months},
                      parse_instant(now)->instant);
  };
  const PrunePlan moved = plan_at("2026-02-26T12:00:00Z", true);
  EXPECT_EQ(moved.edge, utc("2026-02-01T00:00:00Z"));
  EXPECT_EQ(moved.readings, 0);
  EXPECT_EQ(moved.records.size(), 1U);
  EXPECT_TRUE(plan_at("2026-02-26T12:00:00Z", false).records.empty());
  fixture_.apply(moved.records);
  EXPECT_TRUE(plan_at("2026-02-27T12:00:00Z", true).records.empty()) << "it is there already";
  const PrunePlan ahead = plan_at("2036-02-26T12:00:00Z", true);
  EXPECT_FALSE(ahead.leaves_any);
  EXPECT_EQ(ahead.readings, 1);
  fixture_.clear();
  EXPECT_TRUE(plan_at("2036-02-26T12:00:00Z", true).records.empty()) << "no edge for nothing";
}

TEST_P(SensorsQuestions, ManyNodesAreWalkedInTheBytesOfAllAtOnce) {
  constexpr std::uint64_t kNodes = 10'001;  // two whole slices and one more
  std::vector<Reading> readings;
  for (std::uint64_t n = 0; n < kNodes; ++n) {
    readings.push_back(measured(1000, 1, 2, kGreatest - n * (kGreatest / (kNodes - 1))));
  }
  fixture_.take(readings);
  const auto store = open_readings(fixture_.connection());
  const NodesOptions options{.now = instant_at(1010)};
  const auto all = ask(*store, options);
  ASSERT_EQ(all.size(), kNodes);
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, [](const auto& one) { return one.node.address; }));
  EXPECT_EQ(all.back().node.address, kGreatest);
  EXPECT_EQ(store->extent().nodes, std::int64_t{kNodes});
  NodesText text{*store, options};
  std::string whole;
  while (const auto piece = text.next()) {
    EXPECT_LT(piece->size(), 1'000'000U);
    whole += *piece;
  }
  EXPECT_EQ(whole, json(all));
}

TEST_P(SensorsQuestions, NoNodesAreWalkedToo) {
  const auto store = open_readings(fixture_.connection());
  NodesText text{*store, {}};
  EXPECT_EQ(text.next(), "{\"count\":0,\"nodes\":[]}\n");
  EXPECT_FALSE(text.next().has_value());
}

}  // namespace
}  // namespace shelduck::sensors
