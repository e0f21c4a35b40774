#include "shelduck/history/series_query.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/sample_run.hpp"

namespace shelduck::history {
namespace {

TEST(SeriesQuery, GivesEveryExecutionOnePoint) {
  HistoryFixture history;
  add_sample_run(history);
  const Series series =
      ask(history.connection(), SeriesOptions{.plugin = "apt", .now = kSampleNow});
  ASSERT_EQ(series.points.size(), 2);
  EXPECT_EQ(series.points[0].value, 152);
  EXPECT_EQ(series.points[1].value, 10);
  EXPECT_EQ(series.points[1].status, Status::failed);
}

TEST(SeriesQuery, HasTheShapeOfTheContract) {
  HistoryFixture history;
  add_sample_run(history);
  const Series series =
      ask(history.connection(),
          SeriesOptions{.plugin = "apt", .target = "download_size_bytes", .now = kSampleNow});
  EXPECT_EQ(to_json(document(series)),
            R"({"plugin_name":"apt","target":"download_size_bytes","points":[)"
            R"({"start_time":"2026-05-01T03:00:00Z","value":5000,"status":"success",)"
            R"("packages_updated":null,"download_size_bytes":5000},)"
            R"({"start_time":"2026-05-01T03:03:20Z","value":null,"status":"failed",)"
            R"("packages_updated":null,"download_size_bytes":null}]})");
}

TEST(SeriesQuery, RefusesAnUnknownTargetOrPlugin) {
  HistoryFixture history;
  add_sample_run(history);
  const auto refused = [&](const std::string& plugin, const std::string& target) {
    return error_of([&] {
      return ask(history.connection(),
                 SeriesOptions{.plugin = plugin, .target = target, .now = kSampleNow});
    });
  };
  EXPECT_EQ(refused("apt", "io_read_bytes").kind(), ErrorKind::invalid_input);
  EXPECT_EQ(refused("apt", "io_read_bytes").detail().field, "target");
  EXPECT_EQ(refused("none", "cpu_seconds").kind(), ErrorKind::not_found);
}

}  // namespace
}  // namespace shelduck::history
