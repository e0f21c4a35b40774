#include "shelduck/interop/recorded_json.hpp"

#include <gtest/gtest.h>

namespace shelduck::interop {
namespace {

using history::Phase;
using history::Status;

// Version 7 of 2022-02-22T19:22:22.017Z.
const Uuid kClientId = parse_uuid("017f22e2-79b1-7000-8000-000000000001").value();
const std::string kParentText = "017f22e2-79b0-7000-8000-000000000001";

// "field: rule" of the refusal; "400" before it where the text cannot be read.
template <class Parse>
std::string refusal_of(const Parse& parse) {
  try {
    (void)parse();
  } catch (const UnreadableBody& error) {
    return "400 " + error.detail().field + ": " + error.detail().rule;
  } catch (const Error& error) {
    return error.detail().field + ": " + error.detail().rule;
  }
  return "taken";
}

std::string run_refusal(std::string_view body) {
  return refusal_of([&] { return parse_run(body, history::RunId{kClientId}); });
}

std::string end_refusal(std::string_view body) {
  return refusal_of([&] { return parse_execution_end(body, history::ExecutionId{kClientId}); });
}

std::string step_refusal(const std::string& members) {
  return refusal_of([&] {
    return parse_step(
        R"({"execution_id": ")" + kParentText + R"(", "step_name": "update")" + members + "}",
        history::StepId{kClientId});
  });
}

TEST(RecordedJson, AnEmptyRunBeginsAtTheTimeOfItsId) {
  const history::RunStarted run = parse_run("{}", history::RunId{kClientId});
  EXPECT_EQ(to_string(run.key.start_time), "2022-02-22T19:22:22.001Z");
  EXPECT_EQ(run.key.source, "") << "not said";
  EXPECT_EQ(run.origin, history::Origin::http);
}

TEST(RecordedJson, ReadsEveryMember) {
  const history::RunStarted run = parse_run(
      R"({"start_time": "2026-05-01T12:00:00+02:00", "source": "pi", "hostname": "pi.lan",
          "username": null, "utc_offset_minutes": -60})",
      history::RunId{kClientId});
  EXPECT_EQ(to_string(run.key.start_time), "2026-05-01T10:00:00Z");
  EXPECT_EQ(run.key.source, "pi");
  EXPECT_EQ(run.hostname, "pi.lan");
  EXPECT_EQ(run.username, std::nullopt);
  EXPECT_EQ(run.utc_offset_minutes, -60);
  const history::StepMeasured step =
      parse_step(R"({"execution_id": ")" + kParentText +
                     R"(", "step_name": "get", "phase": "download", "wall_clock_seconds": 1.5,
                        "memory_peak_bytes": 9007199254740993,
                        "quality": {"cpu_user_seconds": "wait4"}})",
                 history::StepId{kClientId});
  EXPECT_EQ(step.phase, Phase::download);
  EXPECT_EQ(step.wall_clock_seconds, 1.5);
  EXPECT_EQ(step.memory_peak_bytes, 9'007'199'254'740'993);
  EXPECT_EQ(step.quality, R"({"cpu_user_seconds":"wait4"})");
  const history::ExecutionEnding end = parse_execution_end(
      R"({"status": "timeout", "exit_code": 137})", history::ExecutionId{kClientId});
  EXPECT_EQ(end.record.status, Status::timeout);
  EXPECT_EQ(end.record.exit_code, 137);
  EXPECT_EQ(end.record.end_time, std::nullopt);
}

TEST(RecordedJson, WhatCannotBeReadIsToldApart) {
  EXPECT_EQ(run_refusal(""), "400 body: JSON in UTF-8");
  EXPECT_EQ(run_refusal("{"), "400 body: JSON in UTF-8");
  EXPECT_EQ(run_refusal("{} {}"), "400 body: JSON in UTF-8");
  EXPECT_EQ(run_refusal("{\"hostname\": \"\xff\"}"), "400 body: JSON in UTF-8");
  EXPECT_EQ(step_refusal(R"(, "wall_clock_seconds": NaN)"), "400 body: JSON in UTF-8");
  EXPECT_EQ(step_refusal(R"(, "wall_clock_seconds": 1e999)"),
            "400 body: JSON with numbers that are finite");
  EXPECT_EQ(run_refusal("[]"), "400 body: a JSON object");
  EXPECT_EQ(run_refusal(R"({"source": "a", "source": "b"})"),
            "400 source: each name stands there once");
  EXPECT_EQ(step_refusal(R"(, "quality": {"a": "b", "a": "c"})"),
            "400 a: each name stands there once");
  EXPECT_EQ(run_refusal(R"({"source": )" + std::string(100'000, '[')),
            "400 body: at most 5 levels deep");
}

TEST(RecordedJson, RulesNameTheField) {
  EXPECT_TRUE(run_refusal(R"({"wal": 1})").starts_with("wal: the members are start_time, source"));
  EXPECT_EQ(run_refusal(R"({"hostname": 5})"), "hostname: a text is needed");
  EXPECT_EQ(run_refusal(R"({"start_time": "today"})"),
            "start_time: the text is no RFC 3339 instant");
  EXPECT_EQ(end_refusal("{}"), "status: it is needed");
  EXPECT_EQ(end_refusal(R"({"status": "running"})"),
            "status: one of success, failed, skipped, timeout, interrupted");
  EXPECT_EQ(end_refusal(R"({"status": "success", "packages_updated": 1.5})"),
            "packages_updated: a whole number is needed");
  EXPECT_EQ(step_refusal(R"(, "phase": "WORK")"), "phase: one of CHECK, DOWNLOAD, EXECUTE");
  EXPECT_EQ(step_refusal(R"(, "seq": -1)"), "seq: an amount is not negative");
  EXPECT_EQ(step_refusal(R"(, "quality": {"a": 1})"), "quality: an object of texts is needed");
  EXPECT_EQ(refusal_of([] {
              return parse_execution(R"({"run_id": "x", "plugin_name": "apt"})",
                                     history::ExecutionId{kClientId});
            }),
            "run_id: the text is no UUID");
}

TEST(RecordedJson, TheSchemaSaysWhatIsTaken) {
  const std::string schema = to_json(schema_of(run_end_fields()));
  EXPECT_EQ(
      schema,
      R"({"type":"object","properties":{"status":{"type":"string","enum":["success","failed",)"
      R"("skipped","timeout","interrupted"],"description":"How it ended."},"end_time":)"
      R"({"type":"string","format":"date-time","description":)"
      R"("When it ended, not before its start; now."}},"additionalProperties":false,)"
      R"("required":["status"]})");
}

}  // namespace
}  // namespace shelduck::interop
