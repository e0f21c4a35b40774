#include <gtest/gtest.h>

#include "shelduck/history/history_fixture.hpp"

namespace shelduck::history {
namespace {

using std::chrono::seconds;

const Instant kNoon = parse_instant("2026-05-01T12:00:00Z")->instant;

RunKey run_key(const std::string& name, Instant start = kNoon) {
  return {RunId{derived_uuid(name)}, "host", start};
}

ExecutionKey key(const std::string& name, Instant start = kNoon, const std::string& run = "run") {
  return {ExecutionId{derived_uuid(name)}, RunId{derived_uuid(run)}, "host", start};
}

ExecutionStarted started(const ExecutionKey& of, const std::string& plugin,
                         Origin origin = Origin::exec) {
  return {.key = of, .origin = origin, .plugin_name = plugin, .created_at = of.start_time};
}

ExecutionEnded ended(const ExecutionKey& of, int after_seconds, Status status = Status::success) {
  return {.key = of, .end_time = of.start_time + seconds{after_seconds}, .status = status};
}

StepMeasured step(const ExecutionKey& of, const std::string& name, double wall,
                  Phase phase = Phase::execute) {
  return {.key = of,
          .step_id = StepId{derived_uuid(name)},
          .step_name = name,
          .phase = phase,
          .step_start = of.start_time,
          .wall_clock_seconds = wall};
}

TEST(Applier, MergesStartAndEnd) {
  HistoryFixture history;
  history.apply_all(RunStarted{.key = run_key("run"), .created_at = kNoon},
                    started(key("e"), "apt"), ended(key("e"), 10));
  EXPECT_EQ(history.lines("SELECT plugin_name, status, wall_clock_seconds FROM executions"),
            (std::vector<std::string>{"apt|success|10"}));
  EXPECT_EQ(history.lines("SELECT count(*) FROM open_executions"), std::vector<std::string>{"0"});
}

TEST(Applier, ShowsAStartWithoutEndAsRunning) {
  HistoryFixture history;
  history.apply_all(started(key("e"), "apt"));
  EXPECT_EQ(history.lines("SELECT status, end_time FROM plugin_executions"),
            (std::vector<std::string>{"running|"}));
  history.apply_all(ended(key("e"), 3, Status::failed));
  EXPECT_EQ(history.lines("SELECT status FROM plugin_executions"),
            std::vector<std::string>{"failed"});
  EXPECT_EQ(history.lines("SELECT count(*) FROM open_executions"), std::vector<std::string>{"0"});
}

TEST(Applier, HoldsAnEndBeforeItsStartInAPlaceholder) {
  HistoryFixture history;
  history.apply_all(ended(key("e"), 10));
  EXPECT_EQ(history.lines("SELECT count(*) FROM executions"), std::vector<std::string>{"0"});
  EXPECT_EQ(history.lines("SELECT start_time IS NULL FROM runs"), std::vector<std::string>{"true"});
  history.apply_all(started(key("e"), "apt"));
  EXPECT_EQ(history.lines("SELECT plugin_name, status FROM executions"),
            std::vector<std::string>{"apt|success"});
  EXPECT_EQ(history.lines("SELECT count(*) FROM quarantine"), std::vector<std::string>{"0"});
}

TEST(Applier, KeepsOneRowOfARunThatOnlyAnOlderRecordNames) {
  HistoryFixture history;
  history.apply_all(RunStarted{.key = run_key("run"), .created_at = kNoon},
                    started(key("e"), "apt"));
  history.apply_all(ended(key("e", kNoon, "other run"), 10));
  EXPECT_EQ(history.lines("SELECT count(*), count(DISTINCT run_id) FROM runs"),
            std::vector<std::string>{"1|1"});
}

TEST(Applier, AppliesTheSameRecordOnce) {
  HistoryFixture history;
  for (int i = 0; i < 3; ++i) {
    history.apply_all(started(key("e"), "apt"), step(key("e"), "s", 2), ended(key("e"), 10));
  }
  EXPECT_EQ(history.lines("SELECT count(*) FROM plugin_executions"), std::vector<std::string>{"1"});
  EXPECT_EQ(history.lines("SELECT count(*) FROM step_metrics"), std::vector<std::string>{"1"});
  EXPECT_EQ(history.lines("SELECT count(*) FROM quarantine"), std::vector<std::string>{"0"});
}

TEST(Applier, KeepsTheContentWithTheLowerHashAndQuarantinesTheOther) {
  std::vector<std::vector<std::string>> outcomes;
  for (const bool is_swapped : {false, true}) {
    HistoryFixture history;
    const auto a = ended(key("e"), 10);
    const auto b = ended(key("e"), 20, Status::failed);
    history.apply_all(started(key("e"), "apt"), is_swapped ? b : a);
    history.apply_all(is_swapped ? a : b);
    auto lines = history.lines("SELECT status, end_time FROM plugin_executions");
    const auto refused = history.lines("SELECT id, record, reason FROM quarantine");
    EXPECT_EQ(refused.size(), 1U);
    lines.insert(lines.end(), refused.begin(), refused.end());
    outcomes.push_back(lines);
  }
  EXPECT_EQ(outcomes[0], outcomes[1]);
}

TEST(Applier, KeepsTheEarlierOfTwoEndsOfARun) {
  for (const bool is_swapped : {false, true}) {
    for (const auto first_status : {Status::success, Status::failed}) {
      HistoryFixture history;
      const auto other = first_status == Status::success ? Status::failed : Status::success;
      const RunEnded first{
          .key = run_key("run"), .end_time = kNoon + seconds{10}, .status = first_status};
      const RunEnded second{
          .key = run_key("run"), .end_time = kNoon + seconds{20}, .status = other};
      history.apply_all(RunStarted{.key = run_key("run"), .created_at = kNoon},
                        is_swapped ? second : first);
      history.apply_all(is_swapped ? first : second);
      EXPECT_EQ(history.lines("SELECT status FROM runs"),
                std::vector<std::string>{std::string(to_string(first_status))});
      EXPECT_EQ(history.lines("SELECT source FROM quarantine"), std::vector<std::string>{"host"});
    }
  }
}

TEST(Applier, QuarantinesARecordThatBreaksARuleAndGoesOn) {
  HistoryFixture history;
  StepMeasured bad = step(key("e"), "bad", -1);
  history.apply({to_journal(bad),
                 to_journal(started(key("e"), "apt")),
                 {static_cast<std::uint16_t>(RecordType::run_started), "\x07"}});
  EXPECT_EQ(history.lines("SELECT count(*) FROM plugin_executions"), std::vector<std::string>{"1"});
  const auto reasons = history.lines("SELECT reason FROM quarantine ORDER BY reason");
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_NE((reasons[0] + reasons[1]).find("wall_clock_seconds"), std::string::npos);
}

TEST(Applier, DeletesARunWithEverythingBelowItForEver) {
  HistoryFixture history;
  const EntityDeleted deletion{Entity::run, derived_uuid("run")};
  history.apply_all(RunStarted{.key = run_key("run"), .created_at = kNoon},
                    started(key("e"), "apt"), step(key("e"), "s", 2));
  history.apply_all(deletion);
  history.apply_all(step(key("e"), "late", 3), ended(key("e"), 10));
  for (const char* table : {"runs", "plugin_executions", "step_metrics", "open_executions"}) {
    EXPECT_EQ(history.lines("SELECT count(*) FROM " + std::string(table)),
              std::vector<std::string>{"0"})
        << table;
  }
}

TEST(Applier, PrunesASourceAndRefusesWhatComesLater) {
  HistoryFixture history;
  history.apply_all(started(key("old", kNoon - seconds{100}), "apt"), started(key("new"), "apt"));
  history.apply_all(SourcePruned{"host", kNoon});
  history.apply_all(ended(key("old", kNoon - seconds{100}), 5));
  EXPECT_EQ(history.lines("SELECT start_time FROM plugin_executions"),
            std::vector<std::string>{"2026-05-01T12:00:00Z"});
}

TEST(Applier, LetsTheHighestVersionOfAFieldWin) {
  const auto update = [](const char* value, int version) {
    return FieldUpdated{Entity::execution, key("e").execution_id.uuid, "error_message", value,
                        new_uuid(Instant{seconds{version}}, [](auto bytes) {
                          std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
                        })};
  };
  HistoryFixture history;
  history.apply_all(update("second", 2));
  history.apply_all(started(key("e"), "apt"), ended(key("e"), 10));
  EXPECT_EQ(history.lines("SELECT error_message FROM plugin_executions"),
            std::vector<std::string>{"second"});
  history.apply_all(update("first", 1));
  EXPECT_EQ(history.lines("SELECT error_message FROM plugin_executions"),
            std::vector<std::string>{"second"});
  history.apply_all(update("third", 3));
  EXPECT_EQ(history.lines("SELECT error_message FROM plugin_executions"),
            std::vector<std::string>{"third"});
  history.apply_all(ended(key("e"), 10));
  EXPECT_EQ(history.lines("SELECT count(*) FROM quarantine"), std::vector<std::string>{"0"});
}

TEST(Applier, AnIdThatTwoEntitiesShareMixesNothingUp) {
  HistoryFixture history;
  const ExecutionKey of = key("shared");
  StepMeasured measured = step(of, "shared", 2);
  const FieldUpdated update{Entity::step, measured.step_id.uuid, "wall_clock_seconds", "7",
                            derived_uuid("a version")};
  history.apply_all(started(of, "apt"), measured);
  history.apply_all(update);
  history.apply_all(ended(of, 10));
  EXPECT_EQ(history.lines("SELECT status FROM plugin_executions"),
            std::vector<std::string>{"success"});
  EXPECT_EQ(history.lines("SELECT wall_clock_seconds FROM step_metrics"),
            std::vector<std::string>{"7"});
  EXPECT_EQ(history.lines("SELECT count(*) FROM quarantine"), std::vector<std::string>{"0"});
}

TEST(Applier, LeavesCoveredWorkOutOfStatisticsWhateverTheOrder) {
  const auto apt = key("apt", kNoon, "r1");
  const auto dpkg = key("dpkg", kNoon + seconds{10}, "r2");
  const auto wrapped = key("exec", kNoon - seconds{1}, "r3");
  const std::vector<EncodedRecord> records{to_journal(started(dpkg, "dpkg", Origin::dpkg)),
                                           to_journal(ended(dpkg, 20)),
                                           to_journal(started(apt, "apt", Origin::apt)),
                                           to_journal(ended(apt, 60)),
                                           to_journal(started(wrapped, "apt")),
                                           to_journal(ended(wrapped, 70))};
  for (const bool is_reversed : {false, true}) {
    HistoryFixture history;
    for (std::size_t i = 0; i < records.size(); ++i) {
      history.apply({records[is_reversed ? records.size() - 1 - i : i]});
    }
    EXPECT_EQ(history.lines("SELECT origin, covered_by IS NOT NULL FROM plugin_executions "
                            "ORDER BY start_time"),
              (std::vector<std::string>{"exec|false", "apt|true", "dpkg|true"}));
    EXPECT_EQ(history.lines("SELECT plugin_name, executions FROM plugin_performance_summary"),
              std::vector<std::string>{"apt|1"});
  }
}

TEST(Applier, ScoresAForecastByTheFirstSuccessAfterIt) {
  HistoryFixture history;
  history.apply_all(ForecastIssued{.forecast_id = ForecastId{derived_uuid("f")},
                                   .issued_at = kNoon,
                                   .plugin_name = "apt",
                                   .target = "wall_clock_seconds",
                                   .model = "median",
                                   .point = 10,
                                   .n = 5,
                                   .inputs = "{}"});
  const auto later = key("later", kNoon + seconds{500});
  history.apply_all(started(later, "apt"), ended(later, 42));
  EXPECT_EQ(history.lines("SELECT actual, scored_at FROM forecasts"),
            std::vector<std::string>{"42|2026-05-01T12:08:20Z"});
  const auto failed = key("failed", kNoon + seconds{50});
  history.apply_all(started(failed, "apt"), ended(failed, 7, Status::failed));
  const auto first = key("first", kNoon + seconds{100});
  history.apply_all(started(first, "apt"), ended(first, 13));
  EXPECT_EQ(history.lines("SELECT actual FROM forecasts"), std::vector<std::string>{"13"});
}

TEST(Applier, ScoresATotalByTheRunThatHoldsAllItsPlugins) {
  HistoryFixture history;
  history.apply_all(ForecastIssued{.forecast_id = ForecastId{derived_uuid("f")},
                                   .issued_at = kNoon,
                                   .plan = "sequential",
                                   .total_of = "apt\nsnap",
                                   .target = "wall_clock_seconds",
                                   .model = "median",
                                   .point = 10,
                                   .n = 5,
                                   .inputs = "{}"});
  const auto lonely = key("lonely", kNoon + seconds{10}, "r1");
  const auto apt = key("apt", kNoon + seconds{100}, "r2");
  const auto snap = key("snap", kNoon + seconds{200}, "r2");
  history.apply_all(started(lonely, "apt"), ended(lonely, 5), started(apt, "apt"), ended(apt, 30),
                    started(snap, "snap"), ended(snap, 12));
  EXPECT_EQ(history.lines("SELECT actual FROM forecasts"), std::vector<std::string>{"42"});
}

TEST(Applier, ShowsARenamedPluginUnderItsNewName) {
  HistoryFixture history;
  history.apply_all(started(key("e"), "youtube-dl"), ended(key("e"), 3),
                    PluginAliased{"youtube-dl", "yt-dlp", derived_uuid("v")});
  EXPECT_EQ(history.lines("SELECT plugin_name FROM executions"),
            std::vector<std::string>{"yt-dlp"});
}

// What the engine handles wrongly: an UPDATE beside a foreign key fails, rows deleted below an
// index keep their room, and of two equal keys in one ON CONFLICT statement one is lost without a
// word.
TEST(Tables, HaveNoForeignKeyIndexOrUniqueKey) {
  HistoryFixture history;
  EXPECT_TRUE(history.lines("SELECT table_name, index_name FROM duckdb_indexes()").empty());
  EXPECT_TRUE(history
                  .lines("SELECT table_name, constraint_text FROM duckdb_constraints() WHERE "
                         "constraint_type IN ('FOREIGN KEY', 'PRIMARY KEY', 'UNIQUE')")
                  .empty());
}

TEST(Applier, KeepsItsOwnRules) {
  HistoryFixture history;
  history.apply_all(RunStarted{.key = run_key("run"), .created_at = kNoon},
                    started(key("e"), "apt"), step(key("e"), "s", 2), ended(key("x"), 4));
  for (const store::CheckRule& rule : history.history().rules) {
    const auto exceptions = history.lines(rule.sql);
    if (rule.severity == store::CheckRule::Severity::broken) {
      EXPECT_TRUE(exceptions.empty()) << rule.name;
    }
  }
}

}  // namespace
}  // namespace shelduck::history
