#include "shelduck/history/records/record.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "shelduck/core/error.hpp"

namespace shelduck::history {
namespace {

ExecutionKey key() {
  return {ExecutionId{derived_uuid("e")}, RunId{derived_uuid("r")}, "host",
          Instant{Microseconds{7}}};
}

std::string field_refused(const auto& record) {
  try {
    validate(record);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_FALSE(error.detail().rule.empty());
    return error.detail().field;
  }
  return "";
}

TEST(Record, TakesNamesOfOneLineOnly) {
  for (const std::string name : {"two\nlines", "tab\t", "\x7f"}) {
    EXPECT_EQ(field_refused(ExecutionStarted{.key = key(), .plugin_name = name}), "plugin_name");
    EXPECT_EQ(field_refused(StepMeasured{.key = key(), .step_name = name}), "step_name");
  }
  EXPECT_EQ(field_refused(ExecutionStarted{.key = key(), .plugin_name = "pip \u00fc"}), "");
}

TEST(Record, RoundTripsEveryField) {
  StepMeasured step{.key = key(), .step_id = StepId{derived_uuid("s")}, .step_name = "update"};
  step.wall_clock_seconds = 1.5;
  step.memory_peak_bytes = std::int64_t{1} << 40;
  step.step_end = Instant{Microseconds{-5}};
  step.quality = R"({"memory_peak_bytes":"wait4"})";
  const std::string bytes = encode(step);
  const auto back = decode<StepMeasured>(bytes);
  EXPECT_EQ(encode(back), bytes);
  EXPECT_EQ(back.key.source, "host");
  EXPECT_EQ(back.memory_peak_bytes, std::int64_t{1} << 40);
  EXPECT_EQ(back.step_end, Instant{Microseconds{-5}});
  EXPECT_EQ(back.memory_avg_bytes, std::nullopt);
}

TEST(Record, SkipsFieldsOfANewerVersion) {
  FieldWriter extra;
  extra.write(900, "later");
  extra.write(901, 1.5);
  extra.write(902, derived_uuid("u"));
  const auto run = decode<RunStarted>(encode(RunStarted{.key = {.source = "h"}}) + extra.take());
  EXPECT_EQ(run.key.source, "h");
}

// What decode() skips may stand anywhere, and a field said twice counts as it was said last.
TEST(Record, ReadsFieldsInAnyOrder) {
  FieldWriter bytes;
  bytes.write(900, "later");
  bytes.write(6, "pip");
  bytes.write(6, "apt");
  bytes.write(901, std::int64_t{1});
  bytes.write(8, std::int64_t{3});
  bytes.write(3, "host");
  bytes.write(8, std::int64_t{2});
  bytes.write(902, 1.5);
  const auto started = decode<ExecutionStarted>(bytes.take());
  EXPECT_EQ(started.plugin_name, "apt");
  EXPECT_EQ(started.key.source, "host");
  EXPECT_EQ(started.attempt, 2);
  EXPECT_EQ(started.item, std::nullopt);
}

TEST(Record, RefusesCutBytes) {
  const std::string bytes = encode(ExecutionStarted{.key = key(), .plugin_name = "apt"});
  int refused = 0;
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    try {
      (void)decode<ExecutionStarted>(std::string_view(bytes).substr(0, cut));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 40);
}

TEST(Record, NamesTheFieldItRefuses) {
  EXPECT_EQ(field_refused(ExecutionStarted{.key = key(), .plugin_name = "apt"}), "");
  EXPECT_EQ(field_refused(ExecutionStarted{.key = key()}), "plugin_name");
  EXPECT_EQ(field_refused(ExecutionStarted{.key = key(), .plugin_name = "\xFF"}), "plugin_name");
  EXPECT_EQ(field_refused(ExecutionStarted{.key = key(), .plugin_name = "a", .attempt = 0}),
            "attempt");
  EXPECT_EQ(field_refused(RunStarted{.key = {.source = ""}}), "source");
  StepMeasured step{.key = key(), .step_name = "s"};
  step.wall_clock_seconds = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field_refused(step), "wall_clock_seconds");
  step.wall_clock_seconds = -1;
  EXPECT_EQ(field_refused(step), "wall_clock_seconds");
  ForecastIssued forecast{.target = "cpu_seconds", .model = "median"};
  EXPECT_EQ(field_refused(forecast), "");
  forecast.level = 1;
  EXPECT_EQ(field_refused(forecast), "level");
  forecast.level = 0.9;
  forecast.lower = 2;
  forecast.point = 1;
  EXPECT_EQ(field_refused(forecast), "lower");
}

TEST(Record, ReservesEndsForAFullDisk) {
  EXPECT_TRUE(is_reserved(RecordType::execution_ended));
  EXPECT_TRUE(is_reserved(RecordType::run_interrupted));
  EXPECT_FALSE(is_reserved(RecordType::execution_started));
}

RC_GTEST_PROP(Record, AnyBytesDecodeOrAreRefused, (const std::string& bytes)) {
  try {
    const auto record = decode<ExecutionEnded>(bytes);
    RC_ASSERT(encode(decode<ExecutionEnded>(encode(record))) == encode(record));
  } catch (const Error& error) {
    RC_ASSERT(error.kind() == ErrorKind::corrupt);
  }
}

RC_GTEST_PROP(Record, NumbersRoundTrip, (std::int64_t integer, double real)) {
  ForecastIssued forecast;
  forecast.n = integer;
  forecast.point = real;
  const auto back = decode<ForecastIssued>(encode(forecast));
  RC_ASSERT(back.n == integer);
  RC_ASSERT(std::bit_cast<std::uint64_t>(back.point) == std::bit_cast<std::uint64_t>(real));
}

}  // namespace
}  // namespace shelduck::history
