#include "shelduck/wire/json_readings.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace shelduck::wire {
namespace {

constexpr std::int64_t kNow = 1700000009;

std::vector<JsonRow> rows_of(std::string_view body, JsonForm form = JsonForm::document) {
  JsonReadings readings{body, form, kNow};
  std::vector<JsonRow> rows;
  while (auto row = readings.next()) rows.push_back(*row);
  return rows;
}

JsonRow only(std::string_view body) {
  const auto rows = rows_of(body);
  EXPECT_EQ(rows.size(), 1U) << body;
  return rows.at(0);
}

// A good row but for the members given: `name` is left out, `text` is added.
std::string row_with(std::string_view name, std::string_view text) {
  std::string row = "{";
  const auto add = [&](std::string_view member, std::string_view value) {
    if (member != name) row += '"' + std::string(member) + "\":" + std::string(value) + ",";
  };
  add("node_address", "7"), add("timestamp", "1700000000"), add("temperature_raw", "2150");
  add("humidity_raw", "4875");
  row += text;
  if (row.ends_with(',')) row.pop_back();
  return row + "}";
}

void expect_refused(std::string_view body, std::string_view field, std::string_view reason) {
  const JsonRow row = only(body);
  ASSERT_TRUE(row.refusal) << body;
  EXPECT_EQ(row.refusal->field, field) << body;
  const bool has_value = row.refusal->reason.ends_with(" is needed") && !row.refusal->value.empty();
  const std::string value = has_value ? ", not " + row.refusal->value : "";
  EXPECT_EQ(row.refusal->reason + value, reason) << body;
}

TEST(JsonReadings, TakesOneObject) {
  const std::string body = R"( {"node_address": 7, "timestamp": 1700000000,
      "temperature_celsius": 21.5, "humidity_percent": 48.75, "flags": 3, "received_at": 5} )";
  JsonReadings readings{body, JsonForm::document, kNow};
  const auto row = readings.next();
  EXPECT_TRUE(readings.is_one());
  EXPECT_FALSE(readings.next());
  EXPECT_EQ(row->reading, (sensors::Reading{7, 1700000000, 2150, 4875, 3, 5}));
  EXPECT_TRUE(row->source.starts_with('{') && row->source.ends_with('}'));
}

TEST(JsonReadings, FillsInFlagsAndTheMomentOfReceipt) {
  const sensors::Reading expected{7, 1700000000, 2150, 4875, 0, kNow};
  EXPECT_EQ(only(row_with("", "")).reading, expected);
  EXPECT_EQ(only(row_with("", R"("flags":null,"received_at":null,"note":[{"a":[1]},"x"])")).reading,
            expected);
}

TEST(JsonReadings, CountsRowsOfAnArray) {
  const std::string body = "[" + row_with("", "") + ", 5 ," + row_with("", R"("flags":300)") + "]";
  const auto rows = rows_of(body);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_FALSE(rows[0].refusal);
  EXPECT_EQ(rows[1].refusal->field, "");
  EXPECT_EQ(rows[1].refusal->reason, "a reading is a JSON object");
  EXPECT_EQ(rows[1].source, "5");
  EXPECT_EQ(rows[2].index, 2U);
  EXPECT_EQ(rows[2].refusal->field, "flags");
  EXPECT_TRUE(rows_of(" [ ] ").empty());
}

TEST(JsonReadings, TakesAddressesOf64BitsAsNumberOrText) {
  for (const std::string_view number : {"0", "9007199254740992", "18446744073709551615"}) {
    const std::string plain = R"("node_address":)" + std::string(number);
    const std::string quoted = R"("node_address":")" + std::string(number) + '"';
    EXPECT_EQ(std::to_string(only(row_with("node_address", plain)).reading.node_address), number);
    EXPECT_EQ(std::to_string(only(row_with("node_address", quoted)).reading.node_address), number);
  }
  EXPECT_EQ(only(row_with("node_address", R"("node_address":"\u0031\u0032")")).reading.node_address,
            12U);
}

TEST(JsonReadings, RefusesOtherAddresses) {
  const std::string rule =
      "a whole number from 0 to 18446744073709551615, or a string of its digits is needed, not ";
  for (const std::string_view value :
       {"-1", "18446744073709551616", "7.0", "7e0", "true", R"("")", R"("-1")", R"("abc")",
        R"("18446744073709551616")", R"(" 7")", "NaN", "Infinity", "-Infinity"}) {
    expect_refused(row_with("node_address", R"("node_address":)" + std::string(value)),
                   "node_address", rule + std::string(value));
  }
  expect_refused(row_with("node_address", R"("node_address":[7])"), "node_address",
                 rule + "a list or an object");
}

TEST(JsonReadings, RefusesWhatIsOutOfRange) {
  struct Case {
    std::string_view member;
    std::string_view value;
    std::string_view rule;
  };
  for (const Case& each : {
           Case{"timestamp", "-1", "a whole number of Unix seconds from 0 to 253402300799"},
           Case{"timestamp", "253402300800",
                "a whole number of Unix seconds from 0 to 253402300799"},
           Case{"timestamp", "1700000000.5",
                "a whole number of Unix seconds from 0 to 253402300799"},
           Case{"temperature_raw", "32768", "a whole number of hundredths from -32768 to 32767"},
           Case{"temperature_raw", "-32769", "a whole number of hundredths from -32768 to 32767"},
           Case{"temperature_raw", "99999999999999999999",
                "a whole number of hundredths from -32768 to 32767"},
           Case{"humidity_raw", "-1", "a whole number of hundredths from 0 to 65535"},
           Case{"humidity_raw", "65536", "a whole number of hundredths from 0 to 65535"},
           Case{"flags", "256", "a whole number from 0 to 255"},
           Case{"flags", "\"1\"", "a whole number from 0 to 255"},
           Case{"received_at", "-1", "a whole number of Unix seconds from 0 to 253402300799"},
       }) {
    const std::string member = '"' + std::string(each.member) + "\":" + std::string(each.value);
    expect_refused(row_with(each.member, member), each.member,
                   std::string(each.rule) + " is needed, not " + std::string(each.value));
  }
}

TEST(JsonReadings, TakesTheEndsOfEveryRange) {
  const auto reading = only(R"({"node_address":0,"timestamp":253402300799,"temperature_raw":-32768,
      "humidity_percent":655.35,"flags":255,"received_at":0})")
                           .reading;
  EXPECT_EQ(reading, (sensors::Reading{0, 253402300799, -32768, 65535, 255, 0}));
}

TEST(JsonReadings, RoundsDegreesFromTheirText) {
  const auto celsius = [](std::string_view value) {
    return row_with("temperature_raw", R"("temperature_celsius":)" + std::string(value));
  };
  EXPECT_EQ(only(celsius("0.285")).reading.temperature_centidegrees, 29);
  EXPECT_EQ(only(celsius("-0.285")).reading.temperature_centidegrees, -29);
  EXPECT_EQ(only(celsius("327.6749")).reading.temperature_centidegrees, 32767);
  EXPECT_EQ(only(celsius("-3.2768e2")).reading.temperature_centidegrees, -32768);
  expect_refused(celsius("327.675"), "temperature_celsius",
                 "a number from -327.68 to 327.67 is needed, not 327.675");
  expect_refused(celsius("NaN"), "temperature_celsius",
                 "a number from -327.68 to 327.67 is needed, not NaN");
  expect_refused(celsius("\"21.5\""), "temperature_celsius",
                 "a number from -327.68 to 327.67 is needed, not \"21.5\"");
}

TEST(JsonReadings, NeedsBothValues) {
  expect_refused(row_with("node_address", ""), "node_address", "a value is needed");
  expect_refused(row_with("timestamp", R"("timestamp":null)"), "timestamp", "a value is needed");
  expect_refused(row_with("temperature_raw", R"("temperature_celsius":null)"),
                 "temperature_celsius", "a value is needed, here or in temperature_raw");
  expect_refused(row_with("humidity_raw", ""), "humidity_percent",
                 "a value is needed, here or in humidity_raw");
}

TEST(JsonReadings, ComparesTheTwoWaysToSayAValue) {
  EXPECT_FALSE(only(row_with("", R"("temperature_celsius":21.504)")).refusal);
  expect_refused(row_with("", R"("temperature_celsius":21.51)"), "temperature_celsius",
                 "the value disagrees with temperature_raw");
  expect_refused(row_with("", R"("humidity_percent":0)"), "humidity_percent",
                 "the value disagrees with humidity_raw");
}

TEST(JsonReadings, RefusesANameThatStandsThereTwice) {
  expect_refused(row_with("", R"("flags":1,"flags":1)"), "flags", "the name stands there twice");
  expect_refused(row_with("", R"("\u0074imestamp":1700000000)"), "timestamp",
                 "the name stands there twice");
  EXPECT_FALSE(only(row_with("", R"("note":1,"note":2)")).refusal);
}

TEST(JsonReadings, CannotTakeABodyThatIsNoJson) {
  const std::string good = row_with("", "");
  for (const std::string& body : {std::string(),
                                  std::string(" \n"),
                                  std::string("5"),
                                  std::string("\"x\""),
                                  std::string("{"),
                                  std::string("[") + good,
                                  "[" + good + ",]",
                                  "[" + good + "] x",
                                  good + "\n" + good,
                                  std::string("[01]"),
                                  std::string("[1.]"),
                                  std::string("[tru]"),
                                  std::string("[\"\\x\"]"),
                                  std::string("[\"\n\"]"),
                                  std::string("[nan]"),
                                  std::string("{\"a\" 1}"),
                                  std::string("[\"\xff\"]"),
                                  std::string("{\"a\":1,}"),
                                  std::string("]"),
                                  std::string("[1 2]"),
                                  std::string("[] []"),
                                  std::string("[\"\\ud8\"]")}) {
    EXPECT_THROW(static_cast<void>(rows_of(body)), UnreadableBody) << body;
  }
}

TEST(JsonReadings, LimitsDepth) {
  const auto nested = [](int depth) {
    const auto size = static_cast<std::size_t>(depth);
    return row_with("", "\"x\":" + std::string(size, '[') + std::string(size, ']'));
  };
  EXPECT_FALSE(only(nested(JsonScanner::kDepthMax)).refusal);
  EXPECT_THROW(static_cast<void>(rows_of(nested(JsonScanner::kDepthMax + 1))), UnreadableBody);
  const std::string deep(1'000'000, '[');
  EXPECT_THROW(static_cast<void>(rows_of(deep)), UnreadableBody);
}

TEST(JsonReadings, TakesLinesOneByOne) {
  const std::string good = row_with("", "");
  const std::string body = "\n" + good + "\r\n \t\n{\"node_address\": 7, \"timest\n[" + good +
                           "]\n" + good + good + "\n\"\xff\"\n" + good;
  const auto rows = rows_of(body, JsonForm::lines);
  ASSERT_EQ(rows.size(), 6U);
  for (const std::size_t index : {0U, 5U}) {
    EXPECT_FALSE(rows[index].refusal);
    EXPECT_EQ(rows[index].source, good);
  }
  EXPECT_EQ(rows[1].refusal->reason, "the line is not one JSON value");
  EXPECT_EQ(rows[1].refusal->field, "");
  EXPECT_EQ(rows[1].source, "{\"node_address\": 7, \"timest");
  EXPECT_EQ(rows[2].refusal->reason, "a reading is a JSON object");
  EXPECT_EQ(rows[3].refusal->reason, "the line is not one JSON value");
  EXPECT_EQ(rows[4].refusal->reason, "the line is not UTF-8");
  EXPECT_EQ(rows[5].index, 5U);
  EXPECT_TRUE(rows_of("", JsonForm::lines).empty());
}

TEST(JsonReadings, ARefusedRowSaysWhatItIsAboutAndWhatStoodThere) {
  constexpr std::string_view kBody =
      R"([{"node_address": 7, "timestamp": 5, "temperature_celsius": "warm", "humidity_raw": 1},)"
      R"({"node_address": -1, "timestamp": 5, "temperature_raw": 1, "humidity_raw": 1},)"
      R"({"node_address": 7, "timestamp": -5, "temperature_raw": 1, "humidity_raw": 1},)"
      R"({"node_address": 7, "node_address": 8, "timestamp": 5},)"
      R"({"node_address": 7, "timestamp": 5, "temperature_raw": 1, "temperature_celsius": 1,)"
      R"( "humidity_raw": 1}, 3])";
  JsonReadings rows{kBody, JsonForm::document, 0};
  const auto next = [&] { return rows.next().value().refusal.value(); };
  using Address = std::optional<std::uint64_t>;
  using Second = std::optional<std::int64_t>;
  const auto expect = [&](std::string_view value, Address address, Second second) {
    const sensors::Refusal refusal = next();
    EXPECT_EQ(refusal.value, value) << refusal.reason;
    EXPECT_EQ(refusal.node_address, address) << refusal.reason;
    EXPECT_EQ(refusal.timestamp, second) << refusal.reason;
  };
  expect("\"warm\"", 7, 5);
  expect("-1", std::nullopt, 5);
  expect("-5", 7, std::nullopt);
  expect("", std::nullopt, 5);
  expect("1 beside 1", 7, 5);
  expect("", std::nullopt, std::nullopt);
}

}  // namespace
}  // namespace shelduck::wire
