#include "shelduck/interop/json_import.hpp"

#include <gtest/gtest.h>

#include "shelduck/interop/interop_fixture.hpp"

namespace shelduck::interop {
namespace {

constexpr const char* kTwoRuns = R"([
 {"id": "1a2b3c4d", "start_time": "2026-05-01T03:00:00+02:00",
  "end_time": "2026-05-01T03:05:00+02:00", "plugins": [
   {"name": "apt", "status": "success", "packages_updated": 3, "error_message": null,
    "start_time": "2026-05-01T03:00:00+02:00", "end_time": "2026-05-01T03:02:32+02:00"},
   {"name": "snap", "status": "failed", "packages_updated": 0, "error_message": "no network",
    "start_time": "2026-05-01T03:03:00+02:00", "end_time": "2026-05-01T03:05:00+02:00"}]},
 {"id": null, "start_time": "2026-05-02T03:00:00Z", "end_time": null, "plugins": [
   {"name": "apt", "status": "running", "start_time": "2026-05-02T03:00:00Z", "end_time": null}]}
])";

// A list with one run at 2026-05-01T03:00:00Z that has these plugins.
std::string run_with(const std::string& plugins) {
  return R"([{"id": "x", "start_time": "2026-05-01T03:00:00Z", "plugins": [)" + plugins + "]}]";
}

std::string reject_of(const std::string& text) {
  HistoryUnderTest history;
  const ImportReport report = history.import_json_text(text);
  EXPECT_EQ(history.count("runs"), 0);
  EXPECT_EQ(history.count("plugin_executions"), 0);
  EXPECT_EQ(history.count("quarantine"), 1);
  return report.rejects.size() == 1 ? report.rejects[0].reason : "";
}

TEST(JsonImport, TakesTheOtherProgramsHistory) {
  HistoryUnderTest history;
  const ImportReport report = history.import_json_text(kTwoRuns);
  EXPECT_EQ(report.format, "json");
  EXPECT_EQ(told(report.runs), "2 2 0 0 0 0");
  EXPECT_EQ(told(report.executions), "3 3 0 0 0 0");
  EXPECT_EQ(report.wall_clock_seconds, 152 + 120);
  EXPECT_EQ(history.lines("SELECT source_id, start_time, end_time, hostname, status FROM runs "
                          "ORDER BY start_time"),
            (Lines{"1a2b3c4d|2026-05-01T01:00:00Z|2026-05-01T01:05:00Z||failed",
                   "|2026-05-02T03:00:00Z|||interrupted"}));
  EXPECT_EQ(history.executions(), (Lines{"2026-05-01T01:00:00Z|apt|success|2026-05-01T01:02:32Z",
                                         "2026-05-01T01:03:00Z|snap|failed|2026-05-01T01:05:00Z",
                                         "2026-05-02T03:00:00Z|apt|interrupted|"}));
}

TEST(JsonImport, ASecondImportChangesNothingAndSaysSo) {
  HistoryUnderTest history;
  history.import_json_text(kTwoRuns);
  const Lines before = history.everything();
  const ImportReport second = history.import_json_text(kTwoRuns);
  EXPECT_EQ(told(second.runs), "2 0 0 2 0 0");
  EXPECT_EQ(told(second.executions), "3 0 0 3 0 0");
  EXPECT_EQ(history.everything(), before);
}

TEST(JsonImport, ARunThatHasEndedMeanwhileIsUpdated) {
  HistoryUnderTest history;
  history.import_json_text(run_with(R"({"name": "apt", "status": "running",
    "start_time": "2026-05-01T03:00:00Z"})"));
  const ImportReport ended = history.import_json_text(run_with(R"({"name": "apt",
    "status": "success", "start_time": "2026-05-01T03:00:00Z",
    "end_time": "2026-05-01T03:01:00Z"})"));
  EXPECT_EQ(told(ended.runs), "1 0 1 0 0 0");
  EXPECT_EQ(history.executions(), Lines{"2026-05-01T03:00:00Z|apt|success|2026-05-01T03:01:00Z"});
  EXPECT_EQ(history.lines("SELECT status, end_time FROM runs"),
            Lines{"success|2026-05-01T03:01:00Z"});
}

TEST(JsonImport, DuplicatesAreOneRunAndDifferentOnesAreTwo) {
  HistoryUnderTest history;
  const std::string one = R"({"id": "x", "start_time": "2026-05-01T03:00:00Z", "plugins": []})";
  const std::string other =
      R"({"id": "x", "start_time": "2026-05-01T03:00:00Z", "username": "ada", "plugins": []})";
  const std::string list = "[" + one + "," + other + "," + one + "]";
  const ImportReport report = history.import_json_text(list);
  EXPECT_EQ(told(report.runs), "3 2 0 1 0 0");
  EXPECT_EQ(history.count("runs"), 2);
  EXPECT_EQ(told(history.import_json_text(list).runs), "3 0 0 3 0 0");
}

TEST(JsonImport, IdsMayBeOfAnyType) {
  HistoryUnderTest history;
  history.import_json_text(R"([
    {"id": 7, "start_time": "2026-05-01T03:00:00Z", "plugins": []},
    {"id": null, "start_time": "2026-05-01T03:00:00Z", "plugins": []},
    {"id": ["a"], "start_time": "2026-05-01T03:00:00Z", "plugins": []},
    {"id": "test-run", "start_time": "2026-05-01T03:00:00Z", "plugins": []}])");
  EXPECT_EQ(history.lines("SELECT source_id FROM runs ORDER BY source_id NULLS FIRST"),
            (Lines{"", "7", "\"[\"\"a\"\"]\"", "test-run"}));
}

TEST(JsonImport, OddStatusesKeepTheirMeaningOrTheirWord) {
  HistoryUnderTest history;
  std::string plugins;
  for (const char* word : {"succeeded", "completed", "error", "skipped", "exploded"}) {
    plugins += (plugins.empty() ? "" : ",") + std::string(R"({"name": ")") + word +
               R"(", "status": ")" + word + R"(", "start_time": "2026-05-01T03:00:00Z"})";
  }
  history.import_json_text(run_with(plugins));
  EXPECT_EQ(
      history.lines("SELECT plugin_name, status, status_raw, end_time FROM "
                    "plugin_executions ORDER BY plugin_name"),
      (Lines{"completed|success|completed|", "error|failed|error|", "exploded|pending|exploded|",
             "skipped|skipped||", "succeeded|success|succeeded|"}));
}

TEST(JsonImport, NaiveTimesAreOfTheAssumedZoneAndTheReportSaysSo) {
  HistoryUnderTest history;
  const ImportReport report = history.import_json_text(
      R"([{"id": "x", "start_time": "2026-05-01T03:00:00", "plugins": []}])",
      {.zone = logs::LocalZone::named("Europe/Berlin")});
  EXPECT_EQ(history.lines("SELECT start_time, utc_offset_minutes FROM runs"),
            Lines{"2026-05-01T01:00:00Z|120"});
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_NE(report.notes[0].find("Europe/Berlin"), std::string::npos);
}

TEST(JsonImport, AMissingStartIsThatOfTheFirstPluginAndNeverNow) {
  HistoryUnderTest history;
  history.import_json_text(R"([{"id": "x", "start_time": null, "plugins": [
    {"name": "snap", "status": "success", "start_time": "2026-05-01T03:10:00Z"},
    {"name": "apt", "status": "success", "start_time": "2026-05-01T03:00:00Z"},
    {"name": "npm", "status": "success", "end_time": "2026-05-01T03:20:00Z"}]}])");
  EXPECT_EQ(history.lines("SELECT start_time FROM runs"), Lines{"2026-05-01T03:00:00Z"});
  EXPECT_EQ(history.lines("SELECT start_time, flags FROM plugin_executions "
                          "WHERE plugin_name = 'npm'"),
            Lines{"2026-05-01T03:00:00Z|2"});
  EXPECT_EQ(history.lines("SELECT wall_clock_seconds FROM executions WHERE plugin_name = 'npm'"),
            Lines{""});
}

TEST(JsonImport, RefusesARunWholeAndNamesTheField) {
  const std::string good = R"({"name": "snap", "status": "success"},)";
  const auto plugin = [&](const std::string& members) {
    return run_with(good + "{" + members + "}");
  };
  EXPECT_EQ(reject_of(plugin(R"("name": "apt", "packages_updated": -1)")),
            "plugins[1].packages_updated '-1' is refused: an amount is not negative");
  EXPECT_EQ(reject_of(plugin(R"("name": "apt", "packages_updated": "3")")),
            "plugins[1].packages_updated '3' is refused: a whole number is needed");
  EXPECT_EQ(reject_of(plugin(R"("name": null)")),
            "plugins[1].name 'nothing' is refused: a plugin needs a name");
  EXPECT_EQ(reject_of(plugin(R"("name": "apt", "start_time": "2026-05-01T03:00:00Z",
                                "end_time": "2026-05-01T02:00:00Z")")),
            "plugins[1].end_time '2026-05-01T02:00:00Z' is refused: an end is not before its "
            "start, 2026-05-01T03:00:00Z");
  EXPECT_EQ(reject_of(plugin(R"("name": "apt", "start_time": "yesterday")")),
            "plugins[1].start_time 'yesterday' is refused: the text is no ISO 8601 time");
  EXPECT_EQ(reject_of(R"([{"id": "x", "plugins": []}])"),
            "start_time 'nothing' is refused: a run needs a start, its own or that of a plugin");
  EXPECT_EQ(reject_of(R"([{"id": "x", "start_time": "2026-05-01T03:00:00Z", "plugins": 3}])"),
            "plugins '3' is refused: a list is needed");
  EXPECT_EQ(reject_of("[17]"), "entry '17' is refused: an object is needed");
  EXPECT_EQ(reject_of(R"([{"id": }])"), "the entry is no JSON");
}

TEST(JsonImport, OneBadRunDoesNotStopTheOthers) {
  HistoryUnderTest history;
  const ImportReport report = history.import_json_text(
      "[\n{\"id\": 1, \"start_time\": \"2026-05-01T03:00:00Z\", \"plugins\": []},\n"
      "{\"id\": 2, \"start_time\": 17},\n"
      "{\"id\": 3, \"start_time\": \"2026-05-03T03:00:00Z\", \"plugins\": []}]");
  EXPECT_EQ(told(report.runs), "3 2 0 0 0 1");
  ASSERT_EQ(report.rejects.size(), 1U);
  EXPECT_EQ(report.rejects[0].line, 3U);
  EXPECT_EQ(history.count("quarantine"), 1);
}

TEST(JsonImport, OfATornFileWholeRunsAreTaken) {
  const std::string whole = kTwoRuns;
  const std::size_t second = whole.find("{\"id\": null");
  for (std::size_t size : {second - 3, second + 5, whole.size() - 20, whole.size() - 2}) {
    HistoryUnderTest history;
    const ImportReport report = history.import_json_text(whole.substr(0, size));
    EXPECT_EQ(report.runs.imported, size < whole.size() - 2 ? 1 : 2) << size;
    EXPECT_EQ(report.rejects.size(), 1U) << size;
  }
}

TEST(JsonImport, EmptyAndForeignFilesAreOneReject) {
  EXPECT_EQ(reject_of(""), "the file is empty");
  EXPECT_EQ(reject_of("hello"), "the file is no JSON list of runs");
  EXPECT_EQ(reject_of("{\"runs\": []}"), "the file is no JSON list of runs");
  HistoryUnderTest history;
  EXPECT_TRUE(history.import_json_text("[]").rejects.empty());
}

TEST(JsonImport, OfVeryManyRejectsAThousandAreKept) {
  std::string list = "[1";
  for (int i = 0; i < 1999; ++i) list += ",\n1";
  HistoryUnderTest history;
  const ImportReport report = history.import_json_text(list + "]");
  EXPECT_EQ(report.runs.rejected, 2000);
  ASSERT_EQ(report.rejects.size(), 1001U);
  EXPECT_EQ(report.rejects.back().reason, "1000 more after this line were rejected");
  EXPECT_EQ(history.count("quarantine"), 1001);
}

}  // namespace
}  // namespace shelduck::interop
