// What the questions of the sensors domain cost on ten nodes that measured each minute of a year,
// how fast such readings are applied, and how many bytes of a file each takes.
//
//   build/release/bench/readings [DAYS]
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "figure.hpp"
#include "sensors/made_readings.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/buckets_query.hpp"
#include "shelduck/sensors/claim.hpp"
#include "shelduck/sensors/export_query.hpp"
#include "shelduck/sensors/node_readings_query.hpp"
#include "shelduck/sensors/nodes_query.hpp"
#include "shelduck/sensors/quality_query.hpp"
#include "shelduck/sensors/readings_query.hpp"
#include "shelduck/sensors/records/record.hpp"
#include "shelduck/sensors/statistics_query.hpp"
#include "shelduck/store/store.hpp"

namespace {

using namespace shelduck;         // NOLINT(google-build-using-namespace): a program of one file
using namespace shelduck::bench;  // NOLINT(google-build-using-namespace)

constexpr int kRepeats = 40;

struct Times {
  double p50 = 0;
  double p95 = 0;
  double processor = 0;  // of all threads, the mean
};

Times milliseconds_of(store::Connection& connection,
                      const std::function<std::size_t(sensors::ReadingStore&)>& question) {
  std::vector<double> times;
  std::size_t bytes = 0;
  const bench::Clock processor;
  for (int i = 0; i < kRepeats; ++i) {
    const double begin = now_seconds();
    const auto store = sensors::open_readings(connection);
    bytes += question(*store);
    times.push_back(1000 * (now_seconds() - begin));
  }
  if (bytes == 0) std::abort();
  const double worked = processor.milliseconds() / kRepeats;
  std::ranges::sort(times);
  return {times[times.size() / 2], times[times.size() * 95 / 100], worked};
}

void show(const std::string& what, const std::string& goal, double goal_ms, const Times& times) {
  std::array<char, 100> seen{};
  std::snprintf(seen.data(), seen.size(), "p50 %.1f ms, p95 %.1f ms, processor %.1f ms", times.p50,
                times.p95, times.processor);
  bench::print(
      {.what = what, .goal = goal, .seen = seen.data(), .is_reached = times.p95 <= goal_ms});
}

void show_questions(store::Connection& connection, std::int64_t minutes) {
  using sensors::ReadingStore;
  const auto question = [](auto options) {
    return [options](ReadingStore& store) { return json(ask(store, options)).size(); };
  };
  const Instant now{std::chrono::seconds{kBegin + 60 * minutes}};
  show("hours of one node with percentiles, a year", "60 ms p95", 60,
       milliseconds_of(connection, question(sensors::BucketsOptions{.node_address = 1003})));
  show("days of one node with percentiles, a year", "60 ms p95", 60,
       milliseconds_of(connection,
                       question(sensors::BucketsOptions{.node_address = 1003,
                                                        .length = sensors::BucketLength::day})));
  show("statistics of one node, a year", "60 ms p95", 60,
       milliseconds_of(connection, question(sensors::StatisticsOptions{.node_address = 1003})));
  show("latest reading of one node", "5 ms p95", 5,
       milliseconds_of(connection, question(sensors::LatestOptions{1003})));
  show("list of nodes", "5 ms p95", 5,
       milliseconds_of(connection, question(sensors::NodesOptions{.now = now})));
  show("the newest 1000 readings of all nodes", "5 ms p95", 5,
       milliseconds_of(connection, question(sensors::ReadingsOptions{})));
  show("500 points of one node's last day", "10 ms p95", 10,
       milliseconds_of(connection, question(sensors::NodeReadingsOptions{
                                       .node_address = 1003,
                                       .range = {.start = kBegin + 60 * (minutes - 1440)},
                                       .downsample = 500,
                                       .now = now})));
  show("quality of one node, a year", "500 ms p95", 500,
       milliseconds_of(connection, question(sensors::QualityOptions{.node_address = 1003})));
}

void show_export(store::Connection& connection) {
  const double begin = now_seconds();
  const auto store = sensors::open_readings(connection);
  sensors::CsvExport csv{*store, {}};
  double bytes = 0;
  while (const auto piece = csv.next()) bytes += static_cast<double>(piece->size());
  const double seconds = now_seconds() - begin;
  std::array<char, 100> seen{};
  std::snprintf(seen.data(), seen.size(), "%.1f s, %.0f MB", seconds, bytes / 1e6);
  bench::print({.what = "CSV of everything, newest first", .goal = "-", .seen = seen.data()});
}

void run(const std::filesystem::path& database, std::int64_t minutes) {
  const store::Domain domain = sensors::domain_on(store::Backend::duckdb);
  auto store = store::Store::open(database, domain, {.purpose = store::Purpose::write});
  Taking taking;
  for (std::int64_t minute = 0; minute < minutes; minute += kMinutesOfABody) {
    taking.add(store, domain, minute);
  }
  std::array<char, 100> seen{};
  std::snprintf(seen.data(), seen.size(), "%.0f a second", taking.rows / taking.judging);
  bench::print({.what = "readings judged, bodies of 10 000", .goal = "-", .seen = seen.data()});
  std::snprintf(seen.data(), seen.size(), "%.0f a second", taking.rows / taking.storing);
  bench::print({.what = "readings journaled and applied, a sync and a commit for each body",
                .goal = "150000 a second",
                .seen = seen.data(),
                .is_reached = taking.rows / taking.storing >= 150'000});
  store.finish(Seconds{120});
  show_questions(store.connection(), minutes);
  show_export(store.connection());
  store.close();
  const auto bytes = static_cast<double>(std::filesystem::file_size(database));
  std::snprintf(seen.data(), seen.size(), "%.2f bytes",
                bytes / static_cast<double>(kNodes * minutes));
  bench::print({.what = "a reading in the database file", .goal = "-", .seen = seen.data()});
}

}  // namespace

int main(int count, char** words) {
  const std::int64_t days = count > 1 ? std::atoll(words[1]) : 365;
  std::string folder =
      (std::filesystem::temp_directory_path() / "shelduck-sensors-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  run(std::filesystem::path(folder) / "sensors.duckdb",
      days * 1440 / kMinutesOfABody * kMinutesOfABody);
  std::filesystem::remove_all(folder);
  return 0;
}
