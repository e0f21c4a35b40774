#include "shelduck/cli/history_answer.hpp"

#include <gtest/gtest.h>

#include "shelduck/cli/printer.hpp"

namespace shelduck::cli {
namespace {

Document list_of(std::string_view member, Document row) {
  Document list = Document::array();
  list.add(std::move(row));
  Document document = Document::object();
  document.set(member, std::move(list));
  return document;
}

TEST(StatsAnswer, ShowsPeopleUnitsAndProgramsEveryColumn) {
  Document row = Document::object();
  row.set("plugin_name", "apt").set("executions", 2).set("failed", 1).set("success_rate", 0.5);
  row.set("wall_clock_seconds_mean", 152).set("wall_clock_seconds_median", 152);
  row.set("wall_clock_seconds_p95", 152.0).set("download_size_bytes_total", 5000);
  row.set("last_execution", "2026-05-01T03:00:00Z");
  const Answer answer = stats_answer(list_of("plugins", row));
  EXPECT_EQ(printed(answer, {}),
            "plugin  runs  failed  success    mean  median     p95  download  last (UTC)\n"
            "apt        2       1    50.0%  2m 32s  2m 32s  2m 32s    5.0 kB  2026-05-01\n");
  EXPECT_EQ(answer.columns.size(), 16U);
}

TEST(StatsAnswer, AddsTheItemColumnWhereItemsAreSplit) {
  Document row = Document::object();
  row.set("plugin_name", "emerge").set("item", "dev-lang/rust").set("executions", 1);
  const Answer answer = stats_answer(list_of("plugins", row));
  EXPECT_EQ(answer.columns.at(1), "item");
  EXPECT_NE(printed(answer, {}).find("emerge  dev-lang/rust"), std::string::npos);
}

TEST(DailyAnswer, ShowsPeopleOnlyTheDaysOnWhichSomethingHappened) {
  Document document = Document::object();
  Document days = Document::array();
  for (const int executions : {0, 3}) {
    Document day = Document::object();
    day.set("date", executions == 0 ? "2026-05-01" : "2026-05-02").set("executions", executions);
    day.set("wall_clock_seconds", executions * 10.0);
    days.add(day);
  }
  document.set("tz", "UTC").set("days", days);
  const Answer answer = daily_answer(document);
  EXPECT_EQ(answer.rows.size(), 2U);
  const std::string table = printed(answer, {});
  EXPECT_TRUE(table.starts_with("days in UTC\n"));
  EXPECT_EQ(table.find("2026-05-01"), std::string::npos);
  EXPECT_NE(table.find("2026-05-02           3"), std::string::npos);
}

TEST(TrendAnswer, WritesValuesInTheUnitOfTheMetric) {
  const history::Trend trend{
      .plugin_name = "apt",
      .metric = "memory_peak_bytes",
      .granularity = "week",
      .zone = "Europe/Warsaw",
      .points = {{.bucket_start = parse_instant("2026-04-30T22:00:00Z")->instant,
                  .local_date = "2026-05-01",
                  .count = 4,
                  .mean = 2'000'000}}};
  const std::string table = printed(trend_answer(trend), {});
  EXPECT_TRUE(table.starts_with("memory_peak_bytes of apt by week in Europe/Warsaw\n"));
  EXPECT_NE(table.find("2026-05-01"), std::string::npos);
  EXPECT_NE(table.find("2.0 MB"), std::string::npos);
}

TEST(AccuracyAnswer, WritesEachRowInTheUnitOfItsTarget) {
  Document document = Document::object();
  Document rows = Document::array();
  for (const char* target : {"wall_clock_seconds", "memory_peak_bytes"}) {
    Document row = Document::object();
    row.set("plugin_name", "apt").set("target", target).set("estimates", 1).set("bias", 120.0);
    rows.add(row);
  }
  document.set("rows", rows);
  const std::string table = printed(accuracy_answer(document), {});
  EXPECT_NE(table.find("2m 00s"), std::string::npos);
  EXPECT_NE(table.find("120 B"), std::string::npos);
}

TEST(RunAnswer, SaysInWordsWhereFiguresComeFrom) {
  Document step = Document::object();
  step.set("step_name", "update");
  step.set("quality",
           R"({"wall_clock_seconds":"monotonic","cpu_user_seconds":"wait4","cpu_kernel_seconds":)"
           R"("wait4","memory_peak_bytes":"wait4","io_read_bytes":"procio","device_read_bytes":0,)"
           R"("download_size_bytes":"declared","processes_left_behind":2})");
  Document steps = Document::array();
  steps.add(step);
  Document execution = Document::object();
  execution.set("plugin_name", "apt").set("steps", steps).set("estimates", Document::array());
  const Document run = list_of("executions", execution);
  const Answer answer = run_answer(run);
  const std::string table = printed(answer, {});
  EXPECT_NE(table.find("time by monotonic; CPU, memory by wait4; I/O by procio; download by "
                       "declared; processes left behind: 2"),
            std::string::npos)
      << table;
  EXPECT_EQ(table.find('{'), std::string::npos);
  EXPECT_EQ(answer.document, run);  // programs get what was recorded
}

TEST(RunAnswer, ShowsTheRunItsExecutionsAndTheirSteps) {
  Document step = Document::object();
  step.set("step_name", "download").set("phase", "DOWNLOAD").set("wall_clock_seconds", 30);
  Document execution = Document::object();
  execution.set("plugin_name", "apt").set("status", "success");
  Document steps = Document::array();
  steps.add(step);
  execution.set("steps", steps).set("estimates", Document::array());
  Document run = list_of("executions", execution);
  run.set("run_id", "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21").set("status", "success");
  const std::string table = printed(run_answer(run), {});
  EXPECT_NE(table.find("executions\nplugin"), std::string::npos);
  EXPECT_NE(table.find("steps\nplugin  step      phase     took\napt     download  DOWNLOAD   30s"),
            std::string::npos);
  EXPECT_EQ(table.find("estimates"), std::string::npos);
}

}  // namespace
}  // namespace shelduck::cli
