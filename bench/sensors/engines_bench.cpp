// What readings cost on DuckDB and on SQLite, in one run: each body is given to one and then to the
// other, and each question is asked of both in turn, so that whatever else the machine does meets
// both. Ten nodes that measured each minute of a year; and the file of an older program with the
// same readings, for the time that `sensors migrate` takes (bench/engines.py).
//
//   build/release/bench/engines FOLDER [DAYS]
//
// Leaves FOLDER/readings.duckdb, readings.sqlite and old.db there.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "figure.hpp"
#include "sensors/made_readings.hpp"
#include "shelduck/interop/sensors/old_sensor_target.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/buckets_query.hpp"
#include "shelduck/sensors/export_query.hpp"
#include "shelduck/sensors/node_readings_query.hpp"
#include "shelduck/sensors/nodes_query.hpp"
#include "shelduck/sensors/quality_query.hpp"
#include "shelduck/sensors/readings_query.hpp"
#include "shelduck/sensors/statistics_query.hpp"
#include "shelduck/store/store.hpp"

namespace {

using namespace shelduck;         // NOLINT(google-build-using-namespace): a program of one file
using namespace shelduck::bench;  // NOLINT(google-build-using-namespace)

constexpr int kRepeats = 41;
constexpr std::uint64_t kNode = 1003;

// One engine, from an empty file to a full one.
struct Side {
  explicit Side(const std::filesystem::path& folder, store::Backend backend)
      : path(folder / ("readings." + std::string(store::word_of(backend)))),
        domain(sensors::domain_on(backend)),
        store(store::Store::open(
            path, domain,
            {.purpose = store::Purpose::write, .export_directory = folder, .threads = 1})) {}

  std::filesystem::path path;
  store::Domain domain;
  store::Store store;
  Taking taking{};
};

struct Sides {
  Side duckdb;
  Side sqlite;
};

std::string shown(const char* form, double number) {
  std::array<char, 60> text{};
  std::snprintf(text.data(), text.size(), form, number);
  return text.data();
}

// A third column says how many times as much SQLite takes; less than one where it is better.
void show(const std::string& what, const char* form, double duckdb, double sqlite, double ratio) {
  std::printf("| %s | %s | %s | %.2f |\n", what.c_str(), shown(form, duckdb).c_str(),
              shown(form, sqlite).c_str(), ratio);
  std::fflush(stdout);
}

void fill(Sides& sides, std::int64_t minutes) {
  for (std::int64_t minute = 0; minute < minutes; minute += kMinutesOfABody) {
    sides.duckdb.taking.add(sides.duckdb.store, sides.duckdb.domain, minute);
    sides.sqlite.taking.add(sides.sqlite.store, sides.sqlite.domain, minute);
  }
  for (Side* side : {&sides.duckdb, &sides.sqlite}) side->store.finish(Seconds{120});
  const double one = sides.duckdb.taking.rows / sides.duckdb.taking.storing;
  const double other = sides.sqlite.taking.rows / sides.sqlite.taking.storing;
  show("journaled and applied, bodies of 10 000, a sync and a commit each", "%.0f a second", one,
       other, one / other);
}

using Work = std::function<std::size_t(store::Connection&)>;

double milliseconds_of(Side& side, const Work& work) {
  const double begin = now_seconds();
  if (work(side.store.connection()) == 0) std::abort();
  return 1000 * (now_seconds() - begin);
}

double median_of(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

// Both in turn; where their works differ, `sqlite` is SQLite's.
void compare(Sides& sides, const std::string& what, int repeats, const Work& work,
             const Work& sqlite) {
  std::vector<double> ones;
  std::vector<double> others;
  for (int i = 0; i < repeats; ++i) {
    ones.push_back(milliseconds_of(sides.duckdb, work));
    others.push_back(milliseconds_of(sides.sqlite, sqlite));
  }
  const double one = median_of(ones);
  const double other = median_of(others);
  show(what, "%.2f ms", one, other, other / one);
}

template <class Options>
void ask_both(Sides& sides, const std::string& what, const Options& options) {
  const Work work = [&](store::Connection& connection) {
    const auto readings = sensors::open_readings(connection);
    return json(ask(*readings, options)).size();
  };
  compare(sides, what, kRepeats, work, work);
}

void ask_all(Sides& sides, std::int64_t minutes) {
  const Instant now{std::chrono::seconds{kBegin + 60 * minutes}};
  ask_both(sides, "statistics of one node, with percentiles",
           sensors::StatisticsOptions{.node_address = kNode});
  ask_both(sides, "its hours", sensors::BucketsOptions{.node_address = kNode});
  ask_both(sides, "its days",
           sensors::BucketsOptions{.node_address = kNode, .length = sensors::BucketLength::day});
  ask_both(sides, "its quality", sensors::QualityOptions{.node_address = kNode});
  ask_both(sides, "its latest reading", sensors::LatestOptions{kNode});
  ask_both(sides, "500 points of its last day",
           sensors::NodeReadingsOptions{.node_address = kNode,
                                        .range = {.start = kBegin + 60 * (minutes - 1440)},
                                        .downsample = 500,
                                        .now = now});
  ask_both(sides, "list of nodes", sensors::NodesOptions{.now = now});
  ask_both(sides, "the newest 1000 readings of all nodes", sensors::ReadingsOptions{});
}

// As an older program asks it, without percentiles: least, greatest and mean in SQL alone.
void ask_in_sql(Sides& sides) {
  const auto in_sql = [](std::string_view address) -> Work {
    return [sql =
                "SELECT count(*), min(temperature_centidegrees), max(temperature_centidegrees), "
                "avg(temperature_centidegrees), min(humidity_centipercent), "
                "max(humidity_centipercent), avg(humidity_centipercent) FROM readings WHERE "
                "node_address = " +
                std::string(address)](store::Connection& connection) {
      return static_cast<std::size_t>(connection.query(sql).first()->get<std::int64_t>(0));
    };
  };
  compare(sides, "least, greatest and mean of one node, in SQL alone", kRepeats, in_sql("1003"),
          in_sql("1003 - 9223372036854775807 - 1"));
}

void export_all(Sides& sides, const std::filesystem::path& folder) {
  const Work csv = [](store::Connection& connection) {
    const auto readings = sensors::open_readings(connection);
    sensors::CsvExport pieces{*readings, {}};
    std::size_t bytes = 0;
    while (const auto piece = pieces.next()) bytes += piece->size();
    return bytes;
  };
  compare(sides, "CSV of everything, newest first", 3, csv, csv);
  const Work parquet = [&](store::Connection& connection) {
    const std::filesystem::path file = folder / "readings.parquet";
    return static_cast<std::size_t>(sensors::write_parquet(connection, file, {}));
  };
  compare(sides, "Parquet of everything", 3, parquet, parquet);
}

void show_sizes(Sides& sides) {
  const auto bytes_of = [](Side& side) {
    side.store.close();
    return static_cast<double>(std::filesystem::file_size(side.path)) / side.taking.rows;
  };
  const double one = bytes_of(sides.duckdb);
  const double other = bytes_of(sides.sqlite);
  show("the file, a reading", "%.2f bytes", one, other, other / one);
}

void write_old_file(const std::filesystem::path& file, std::int64_t minutes) {
  interop::OldSensorTarget target{file, {}};
  std::vector<sensors::Reading> readings;
  for (std::int64_t minute = 0; minute < minutes; minute += kMinutesOfABody) {
    readings.clear();
    for (const sensors::IncomingRow& row : body_from(minute)) readings.push_back(row.reading);
    target.add(readings);
  }
  target.fill_nodes();
  target.put_in_place();
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return 2;
  const std::filesystem::path folder{words[1]};
  const std::int64_t days = count > 2 ? std::atoll(words[2]) : 365;
  const std::int64_t minutes = days * 1440 / kMinutesOfABody * kMinutesOfABody;
  Sides sides{Side{folder, store::Backend::duckdb}, Side{folder, store::Backend::sqlite}};
  fill(sides, minutes);
  ask_all(sides, minutes);
  ask_in_sql(sides);
  export_all(sides, folder);
  show_sizes(sides);
  write_old_file(folder / "old.db", minutes);
  return 0;
}
