#include "shelduck/interop/export_json.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/export_tables.hpp"
#include "shelduck/history/repository.hpp"
#include "shelduck/interop/interop_fixture.hpp"

namespace shelduck::interop {
namespace {

using namespace std::chrono_literals;
using history::ExecutionId;
using history::ExecutionKey;
using history::RunId;
using history::RunKey;

std::string exported(HistoryUnderTest& history) {
  std::string text;
  export_json(history.store().connection(), [&](std::string_view bytes) { text += bytes; });
  return text;
}

ExecutionKey key_of(const std::string& name, const RunKey& run, Microseconds after) {
  return {ExecutionId{derived_uuid(name)}, run.run_id, run.source, run.start_time + after};
}

// A run with all kinds of executions, odd numbers and odd texts.
void add_run(HistoryUnderTest& history) {
  const RunKey run{RunId{derived_uuid("run")}, "host", at("2026-05-01T03:00:00.000001Z")};
  const ExecutionKey done = key_of("done", run, 1s);
  const ExecutionKey open = key_of("open", run, 2s);
  const ExecutionKey killed = key_of("killed", run, 3s);
  history.write(
      history::RunStarted{.key = run,
                          .origin = history::Origin::exec,
                          .source_id = "a \"quoted\" id",
                          .hostname = "pond\n",
                          .username = "ada",
                          .config_hash = "c",
                          .boot_id = "boot",
                          .utc_offset_minutes = -90,
                          .created_at = at("2026-05-01T03:00:01Z")},
      history::RunEnded{
          .key = run, .end_time = at("2026-05-01T04:00:00Z"), .status = history::Status::failed},
      history::ExecutionStarted{.key = done,
                                .origin = history::Origin::exec,
                                .plugin_name = "apt",
                                .item = "\u00fc/x",
                                .attempt = 2,
                                .packages_planned = 7,
                                .resolution_seconds = 1e-6,
                                .flags = history::kTimeAmbiguous,
                                .created_at = at("2026-05-01T03:00:02Z")},
      history::ExecutionEnded{.key = done,
                              .end_time = done.start_time + 90s,
                              .status = history::Status::failed,
                              .status_raw = "exploded",
                              .exit_code = -11,
                              .packages_updated = 3,
                              .packages_total = 9,
                              .error_message = "no\tnetwork"},
      history::StepMeasured{.key = done,
                            .step_id = history::StepId{derived_uuid("step")},
                            .step_name = "download",
                            .phase = history::Phase::download,
                            .seq = 1,
                            .step_start = done.start_time,
                            .step_end = done.start_time + 2s,
                            .wall_clock_seconds = 0.1 + 0.2,
                            .cpu_user_seconds = 1e-9,
                            .memory_peak_bytes = 1'000'000'000'000'000,  // the largest amount
                            .quality = R"({"wall_clock_seconds": "declared"})"},
      history::EstimateMade{.key = done,
                            .estimate_id = history::EstimateId{derived_uuid("estimate")},
                            .wall_seconds_est = 12.5,
                            .confidence = 1.0 / 3,
                            .created_at = done.start_time - 1s},
      history::ExecutionStarted{.key = open, .plugin_name = "snap", .created_at = open.start_time},
      history::ExecutionStarted{
          .key = killed, .plugin_name = "npm", .created_at = killed.start_time},
      history::ExecutionInterrupted{.key = killed, .at = killed.start_time + 1h});
}

void add_the_rest(HistoryUnderTest& history) {
  const RunKey lost{RunId{derived_uuid("lost")}, "host", at("2026-05-02T03:00:00Z")};
  const RunKey gone{RunId{derived_uuid("gone")}, "host", at("2026-05-03T03:00:00Z")};
  const ExecutionKey orphan = key_of("orphan", lost, 1s);
  const ExecutionKey late = key_of("late", lost, 2s);
  history.write(
      history::ExecutionStarted{
          .key = orphan, .plugin_name = "cargo", .created_at = orphan.start_time},
      history::ExecutionEnded{.key = orphan, .status = history::Status::skipped},
      history::ExecutionEnded{.key = late, .end_time = late.start_time + 1s},
      history::RunStarted{.key = gone, .created_at = gone.start_time},
      history::RunInterrupted{.key = gone, .at = gone.start_time + 24h},
      history::ForecastIssued{.forecast_id = history::ForecastId{derived_uuid("forecast")},
                              .issued_at = at("2026-05-01T02:00:00Z"),
                              .plugin_name = "apt",
                              .target = "wall_clock_seconds",
                              .model = "median",
                              .level = 0.9,
                              .lower = 1,
                              .point = 2.5,
                              .upper = 7,
                              .n = 12,
                              .inputs = "{}"},
      history::PluginAliased{.old_name = "apt-get",
                             .plugin_name = "apt",
                             .version = new_uuid(gone.start_time, system_random())},
      history::FieldUpdated{.entity = history::Entity::run,
                            .id = derived_uuid("run"),
                            .field = "username",
                            .value = "grace",
                            .version = new_uuid(gone.start_time, system_random())},
      history::FieldUpdated{.entity = history::Entity::execution,
                            .id = derived_uuid("done"),
                            .field = "end_time",
                            .value = "2026-05-01T03:30:00Z",
                            .version = new_uuid(gone.start_time, system_random())});
}

TEST(ExportJson, ImportsBackToEqualRows) {
  HistoryUnderTest first;
  add_run(first);
  add_the_rest(first);
  const std::string text = exported(first);
  HistoryUnderTest second;
  const ImportReport report = second.import_json_text(text);
  EXPECT_EQ(report.rejects.size(), 0U);
  EXPECT_EQ(told(report.runs), "3 3 0 0 0 0");
  EXPECT_EQ(told(report.executions), "5 5 0 0 0 0");
  EXPECT_EQ(second.everything(), first.everything());
  EXPECT_EQ(exported(second), text);
  EXPECT_EQ(second.count("quarantine"), 0);
}

TEST(ExportJson, ASecondImportOfAnExportChangesNothing) {
  HistoryUnderTest first;
  add_run(first);
  const std::string text = exported(first);
  const Lines before = first.everything();
  const ImportReport report = first.import_json_text(text);
  EXPECT_EQ(told(report.runs), "1 0 0 1 0 0");
  EXPECT_EQ(told(report.executions), "3 0 0 3 0 0");
  EXPECT_EQ(first.everything(), before);
}

TEST(ExportJson, WritesOneElementALineAndInstantsWithZ) {
  HistoryUnderTest history;
  EXPECT_EQ(exported(history), "[\n]\n");
  add_run(history);
  const std::string text = exported(history);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_NE(text.find("\"start_time\":\"2026-05-01T03:00:00.000001Z\""), std::string::npos);
  EXPECT_EQ(text.find("+00"), std::string::npos);
}

TEST(ExportJson, ImportedLogsSurviveTheJourneyToo) {
  HistoryUnderTest first;
  first.import_log_text(logs::Format::apt,
                        "\nStart-Date: 2024-03-05  10:00:00\nCommandline: apt upgrade\n"
                        "Upgrade: a (1, 2)\nEnd-Date: 2024-03-05  10:00:10\n");
  HistoryUnderTest second;
  second.import_json_text(exported(first));
  EXPECT_EQ(second.everything(), first.everything());
}

TEST(ExportJson, AnElementThatBreaksARuleIsNamed) {
  HistoryUnderTest history;
  add_run(history);
  std::string text = exported(history);
  text.replace(text.find("\"seq\":1"), 7, "\"seq\":\"one\"");
  HistoryUnderTest other;
  const ImportReport report = other.import_json_text(text);
  ASSERT_EQ(report.rejects.size(), 1U);
  EXPECT_EQ(report.rejects[0].reason,
            "executions[0].steps[0].seq 'one' is refused: a whole number is needed");
  EXPECT_EQ(other.count("runs"), 0);
}

TEST(ExportTables, AreReadBackWithEqualCounts) {
  HistoryUnderTest history;
  add_run(history);
  add_the_rest(history);
  for (const auto format : {history::TableFormat::csv, history::TableFormat::parquet}) {
    const auto tables =
        history::export_tables(history.store().connection(), history.export_folder(), format);
    EXPECT_EQ(tables.size(), 6U);
    for (const history::ExportedTable& table : tables) {
      std::string from = table.file.string();
      from = "'" + from.replace(from.find('\''), 1, "''") + "'";
      // The reader's usual buffer is half of the store's memory.
      if (format == history::TableFormat::csv)
        from = "read_csv(" + from + ", buffer_size = 4000000)";
      EXPECT_EQ(table.rows, history.count(table.name));
      EXPECT_EQ(history.count(from), table.rows) << from;
    }
  }
}

}  // namespace
}  // namespace shelduck::interop
