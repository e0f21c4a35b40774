// The same records on both backends give the same answers: bodies and CSV byte for byte, Parquet by
// rows.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "shelduck/sensors/backends/sensors_fixture.hpp"
#include "shelduck/sensors/buckets_query.hpp"
#include "shelduck/sensors/export_query.hpp"
#include "shelduck/sensors/forecast_query.hpp"
#include "shelduck/sensors/node_readings_query.hpp"
#include "shelduck/sensors/nodes_query.hpp"
#include "shelduck/sensors/quality_query.hpp"
#include "shelduck/sensors/readings_query.hpp"
#include "shelduck/sensors/refused_query.hpp"
#include "shelduck/sensors/statistics_query.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::sensors {
namespace {

constexpr std::array<std::uint64_t, 5> kAddresses{
    0, 7, 9'223'372'036'854'775'807U, 9'223'372'036'854'775'808U, 18'446'744'073'709'551'615U};
constexpr std::int64_t kBegin = 1'767'225'600;

// Irregular and out of order, with repeats, conflicts, zeros and the ends of every range.
std::vector<store::Record> any_records() {
  std::mt19937 chance{18};
  const auto below = [&](std::int64_t end) { return static_cast<std::int64_t>(chance()) % end; };
  std::vector<store::Record> records;
  for (int batch = 0; batch < 40; ++batch) {
    ReadingsTaken taken;
    for (int i = 0; i < 100; ++i) {
      const std::int64_t timestamp = kBegin + 30 * below(20'000);
      taken.readings.push_back(
          {.node_address = kAddresses[static_cast<std::size_t>(below(kAddresses.size()))],
           .timestamp = timestamp,
           .temperature_centidegrees = static_cast<std::int16_t>(below(65'536) - 32'768),
           .humidity_centipercent = static_cast<std::uint16_t>(below(3) * below(32'768)),
           .flags = static_cast<std::uint8_t>(below(256)),
           .received_at = timestamp + below(90'000)});
    }
    records.push_back(recorded(taken));
  }
  records.push_back(recorded(ReadingsTaken{{{.node_address = 7, .timestamp = kTimestampMax}}}));
  records.push_back(recorded(NodeLabelled{7, "roof/\xc3\xa9"}));
  records.push_back(recorded(RowsRefused{{{.at = kBegin,
                                           .source = "http",
                                           .field = "flags",
                                           .reason = "0 to 255",
                                           .node_address = kAddresses.back(),
                                           .timestamp = kBegin,
                                           .text = "{\"flags\": 256}"},
                                          {.at = kBegin + 1,
                                           .source = "line protocol",
                                           .field = "",
                                           .reason = "the line is none",
                                           .text = "x \xc3\xa9"}}}));
  records.push_back(recorded(ReadingsPruned{kBegin + 3600}));
  return records;
}

class FilledStore {
 public:
  explicit FilledStore(store::Backend backend) : fixture_(backend) {
    fixture_.apply(any_records());
    readings_ = open_readings(fixture_.connection());
  }

  template <class Options>
  [[nodiscard]] std::string answer(const Options& options) {
    try {
      return json(ask(*readings_, options));
    } catch (const Error& error) {
      return std::string(to_string(error.kind())) + ": " + error.what();
    }
  }

  [[nodiscard]] std::string csv(const ReadingFilter& filter) {
    CsvExport pieces{*readings_, filter};
    std::string all;
    while (const auto piece = pieces.next()) all += *piece;
    return all;
  }

  // As text lines, sorted.
  [[nodiscard]] std::vector<std::string> parquet(const ReadingFilter& filter) {
    readings_.reset();
    SensorsFolder folder;
    const std::filesystem::path file = folder.path() / "readings.parquet";
    store::Database owner = store::Database::in_memory({.export_directories = {folder.path()}});
    write_file(folder, file, filter);
    store::Connection connection{owner};
    std::vector<std::string> lines;
    for (const store::Row row : connection.query(
             "SELECT (COLUMNS(*)::VARCHAR) FROM read_parquet(?) ORDER BY ALL", {file.string()})) {
      std::string line;
      for (std::size_t i = 0; i < 8; ++i) line += row.get<std::string>(i) + "|";
      lines.push_back(std::move(line));
    }
    return lines;
  }

 private:
  // By a store that may write there.
  void write_file(const SensorsFolder& folder, const std::filesystem::path& file,
                  const ReadingFilter& filter) {
    const std::filesystem::path path = folder.path() / "sensors.db";
    const store::Domain& domain = fixture_.sensors();
    auto store = store::Store::open(
        path, domain,
        {.purpose = store::Purpose::write, .export_directory = folder.path(), .floor_bytes = 0});
    store.write(any_records());
    (void)write_parquet(store.connection(), file, filter);
  }

  SensorsFixture fixture_;
  std::unique_ptr<ReadingStore> readings_;
};

class EqualAnswers : public ::testing::Test {
 protected:
  template <class Options>
  void expect_equal(const Options& options) {
    const std::string one = duckdb_.answer(options);
    EXPECT_EQ(one, sqlite_.answer(options));
    EXPECT_FALSE(one.empty());
  }

  FilledStore duckdb_{store::Backend::duckdb};
  FilledStore sqlite_{store::Backend::sqlite};
};

TEST_F(EqualAnswers, ToQuestionsOfAllNodes) {
  const Instant now{std::chrono::seconds{kBegin + 600'000}};
  expect_equal(NodesOptions{.now = now});
  expect_equal(ReadingsOptions{.limit = 10'000});
  expect_equal(ReadingsOptions{.limit = 17, .offset = 1003});
  expect_equal(
      ReadingsOptions{.filter = {.range = {.start = kBegin + 7200, .end = kBegin + 9000}}});
  expect_equal(RefusedOptions{});
  expect_equal(RefusedOptions{.reason = "the line is none"});
  EXPECT_EQ(duckdb_.csv({}), sqlite_.csv({}));
}

TEST_F(EqualAnswers, ToQuestionsOfEachNode) {
  const Instant now{std::chrono::seconds{kBegin + 600'000}};
  const TimeRange part{.start = kBegin + 50'000, .end = kBegin + 400'000};
  for (const std::uint64_t node : kAddresses) {
    SCOPED_TRACE(node);
    expect_equal(NodeOptions{.node_address = node, .now = now});
    expect_equal(LatestOptions{node});
    expect_equal(ReadingsOptions{.filter = {.node_address = node, .range = part}, .offset = 3});
    expect_equal(NodeReadingsOptions{.node_address = node, .limit = 50, .now = now});
    expect_equal(
        NodeReadingsOptions{.node_address = node, .range = part, .downsample = 40, .now = now});
    expect_equal(StatisticsOptions{.node_address = node});
    expect_equal(StatisticsOptions{.node_address = node, .range = part});
    expect_equal(BucketsOptions{.node_address = node});
    expect_equal(
        BucketsOptions{.node_address = node, .length = BucketLength::day, .tz = "Europe/Warsaw"});
    expect_equal(QualityOptions{.node_address = node, .range = part});
    expect_equal(ForecastOptions{.node_address = node, .horizon = 5});
    EXPECT_EQ(duckdb_.csv({.node_address = node}), sqlite_.csv({.node_address = node}));
  }
}

TEST_F(EqualAnswers, ToWhatIsNotThere) {
  for (const std::uint64_t node : {std::uint64_t{1}, std::uint64_t{9'223'372'036'854'775'809U}}) {
    expect_equal(NodeOptions{.node_address = node});
    expect_equal(LatestOptions{node});
    expect_equal(StatisticsOptions{.node_address = node});
    expect_equal(NodeReadingsOptions{.node_address = node});
    expect_equal(QualityOptions{.node_address = node});
  }
}

TEST_F(EqualAnswers, InParquetByRows) {
  const ReadingFilter part{.range = {.start = kBegin + 50'000, .end = kBegin + 90'000}};
  const std::vector<std::string> rows = duckdb_.parquet(part);
  EXPECT_GT(rows.size(), 100U);
  EXPECT_EQ(rows, sqlite_.parquet(part));
}

}  // namespace
}  // namespace shelduck::sensors
