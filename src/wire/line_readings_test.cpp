#include "shelduck/wire/line_readings.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace shelduck::wire {
namespace {

constexpr std::int64_t kLineNow = 1700000009;

struct Lines {
  std::vector<LineRow> rows;
  std::uint64_t unmapped = 0;
};

Lines lines_of(std::string_view body, Precision precision = Precision::seconds,
               std::string_view preset = "default") {
  const auto mappings = line_preset(preset).value();
  LineReadings readings{body, {precision, kLineNow, mappings}};
  Lines lines;
  while (auto row = readings.next()) lines.rows.push_back(*row);
  lines.unmapped = readings.unmapped();
  return lines;
}

LineRow only_line(std::string_view body, Precision precision = Precision::seconds,
                  std::string_view preset = "default") {
  const Lines lines = lines_of(body, precision, preset);
  EXPECT_EQ(lines.rows.size(), 1U) << body;
  return lines.rows.at(0);
}

void expect_bad(std::string_view body, std::string_view field, std::string_view reason) {
  const LineRow row = only_line(body);
  ASSERT_TRUE(row.refusal) << body;
  EXPECT_EQ(row.refusal->field, field) << body;
  const bool has_value = row.refusal->reason.ends_with(" is needed") && !row.refusal->value.empty();
  const std::string value = has_value ? ", not " + row.refusal->value : "";
  EXPECT_EQ(row.refusal->reason + value, reason) << body;
}

constexpr std::string_view kGood =
    "sensor_data,node_address=7 temperature_celsius=21.505,humidity_percent=48.75,flags=3i "
    "1700000000";

TEST(LineReadings, MapsAPoint) {
  const LineRow row = only_line(kGood);
  EXPECT_FALSE(row.refusal);
  EXPECT_EQ(row.reading, (sensors::Reading{7, 1700000000, 2151, 4875, 3, kLineNow}));
  EXPECT_EQ(row.label, "");
  EXPECT_EQ(row.line, 1U);
  EXPECT_EQ(row.source, kGood);
}

TEST(LineReadings, TakesTheMomentGivenAndEveryFormOfANumber) {
  const LineRow row = only_line(
      "sensor_data,a=b,node_address=18446744073709551615,z=\"x "
      "note=\"a, \\\"b\\\" "
      "\\\\\",humidity_percent=48u,ok=TRUE,temperature_celsius=-5i,flags=255.0");
  EXPECT_FALSE(row.refusal);
  EXPECT_EQ(row.reading,
            (sensors::Reading{18446744073709551615U, kLineNow, -500, 4800, 255, kLineNow}));
  EXPECT_EQ(only_line("sensor_data,node_address=007 humidity_percent=.5e1,temperature_celsius=-2.")
                .reading,
            (sensors::Reading{7, kLineNow, -200, 500, 0, kLineNow}));
}

TEST(LineReadings, TakesTimesDownToSeconds) {
  const std::string point = "sensor_data,node_address=7 temperature_celsius=1,humidity_percent=1 ";
  const auto seconds = [&](std::string_view stamp, std::string_view precision) {
    return only_line(point + std::string(stamp), parse_precision(precision).value())
        .reading.timestamp;
  };
  EXPECT_EQ(seconds("1700000000999999999", "n"), 1700000000);
  EXPECT_EQ(seconds("1700000000999999999", "ns"), 1700000000);
  EXPECT_EQ(seconds("1700000000999999", "u"), 1700000000);
  EXPECT_EQ(seconds("1700000000999999", "us"), 1700000000);
  EXPECT_EQ(seconds("1700000000999", "ms"), 1700000000);
  EXPECT_EQ(seconds("1700000000", "s"), 1700000000);
  EXPECT_EQ(seconds("28333333", "m"), 1699999980);
  EXPECT_EQ(seconds("472222", "h"), 1699999200);
  EXPECT_EQ(parse_precision("d"), std::nullopt);
  EXPECT_EQ(parse_precision(""), std::nullopt);
}

TEST(LineReadings, RefusesTimesOutOfRange) {
  const std::string point = "sensor_data,node_address=7 temperature_celsius=1,humidity_percent=1 ";
  for (const std::string_view word : {"ns", "us", "ms", "s", "m", "h"}) {
    const auto precision = parse_precision(word).value();
    EXPECT_EQ(only_line(point + "-1", precision).refusal->field, "timestamp") << word;
    if (word == "ns" || word == "us") continue;
    EXPECT_EQ(only_line(point + "9223372036854775807", precision).refusal->field, "timestamp");
    EXPECT_EQ(only_line(point + "-9223372036854775808", precision).refusal->field, "timestamp");
  }
}

TEST(LineReadings, CountsEveryLineAndKeepsTheGoodOnes) {
  const std::string good{kGood};
  const std::string body = "# comment \"\n\n" + good + "\r\n  \nnonsense\n  " + good +
                           "\ncpu,host=a load=1 5\n#" + good + "\n" + good;
  const Lines lines = lines_of(body);
  ASSERT_EQ(lines.rows.size(), 4U);
  EXPECT_EQ(lines.rows[0].line, 3U);
  EXPECT_FALSE(lines.rows[0].refusal);
  EXPECT_EQ(lines.rows[1].line, 5U);
  EXPECT_EQ(lines.rows[1].refusal->reason, "a point has a field");
  EXPECT_EQ(lines.rows[1].refusal->field, "field");
  EXPECT_EQ(lines.rows[1].source, "nonsense");
  EXPECT_EQ(lines.rows[2].line, 6U);
  EXPECT_EQ(lines.rows[2].source, kGood);
  EXPECT_EQ(lines.rows[3].line, 9U);
  EXPECT_EQ(lines.unmapped, 1U);
}

TEST(LineReadings, KeepsLineBreaksWithinStrings) {
  const std::string good{kGood};
  const Lines lines =
      lines_of("sensor_data,node_address=1 note=\"one\n" + good + "\n\\\" two\\\\\"," +
               "temperature_celsius=1,humidity_percent=2 5\n" + good + "\n");
  ASSERT_EQ(lines.rows.size(), 2U);
  EXPECT_EQ(lines.rows[0].reading, (sensors::Reading{1, 5, 100, 200, 0, kLineNow}));
  EXPECT_EQ(lines.rows[0].line, 1U);
  EXPECT_EQ(lines.rows[1].line, 4U);
}

TEST(LineReadings, TakesNoLineOutOfABadLinesString) {
  const std::string good{kGood};
  const Lines lines =
      lines_of("m a=bad,note=\"x\n" + good + "\n\" 5\n" + good + "\nm a=\"\n" + good);
  ASSERT_EQ(lines.rows.size(), 3U);
  EXPECT_TRUE(lines.rows[0].refusal);
  EXPECT_EQ(lines.rows[1].line, 4U);
  EXPECT_FALSE(lines.rows[1].refusal);
  EXPECT_EQ(lines.rows[2].line, 5U);
  EXPECT_EQ(lines.rows[2].refusal->reason, "a string ends with a quote");
}

TEST(LineReadings, LeavesOutPointsThatAreNoReadings) {
  const Lines lines = lines_of(
      "sensor_data,node_address=7 temperature_celsius=21\n"
      "sensor_data,node_address=7 humidity_percent=21\n"
      "sensor_data,node=7 temperature_celsius=21,humidity_percent=1\n"
      "Sensor_data,node_address=7 temperature_celsius=21,humidity_percent=1\n");
  EXPECT_TRUE(lines.rows.empty());
  EXPECT_EQ(lines.unmapped, 4U);
}

TEST(LineReadings, RefusesValuesByName) {
  const std::string node = "sensor_data,node_address=7 ";
  expect_bad(node + "temperature_celsius=327.675,humidity_percent=1", "temperature_celsius",
             "a number from -327.68 to 327.67 is needed, not 327.675");
  expect_bad(node + "temperature_celsius=1,humidity_percent=-1i", "humidity_percent",
             "a number from 0 to 655.35 is needed, not -1");
  expect_bad(node + "temperature_celsius=1,humidity_percent=\"wet\"", "humidity_percent",
             "a number from 0 to 655.35 is needed, not \"wet\"");
  expect_bad(node + "temperature_celsius=t,humidity_percent=1", "temperature_celsius",
             "a number from -327.68 to 327.67 is needed, not t");
  expect_bad(node + "temperature_celsius=1,humidity_percent=1,flags=1.5", "flags",
             "a whole number from 0 to 255 is needed, not 1.5");
  expect_bad(node + "temperature_celsius=1,humidity_percent=1,flags=256i", "flags",
             "a whole number from 0 to 255 is needed, not 256");
  expect_bad(node + "temperature_celsius=1,humidity_percent=1,humidity_percent=2",
             "humidity_percent", "the field stands there twice");
  expect_bad("sensor_data,node_address=7,node_address=8 temperature_celsius=1,humidity_percent=1",
             "node_address", "the tag stands there twice");
  expect_bad("sensor_data,node_address=" + std::string(1025, 'x') +
                 " temperature_celsius=1,humidity_percent=1",
             "node", "the node's label is longer than 1024 bytes");
}

TEST(LineReadings, RefusesLinesThatAreNoPoints) {
  for (const std::string_view line : {",a=b c=1",
                                      "m,=b c=1",
                                      "m,a c=1",
                                      "m,a= c=1",
                                      "m,a=b=c d=1",
                                      "m,a=b",
                                      "m ",
                                      "m c",
                                      "m c=",
                                      "m =1",
                                      "m c=1,",
                                      "m c=1 x",
                                      "m c=1 5 6",
                                      "m c=1 5.5",
                                      "m c=NaN",
                                      "m c=inf",
                                      "m c=1x",
                                      "m c=1.5i",
                                      "m c=-1u",
                                      "m c=9223372036854775808i",
                                      "m c=18446744073709551616u",
                                      "m c=+1",
                                      "m c=.",
                                      "m c=-",
                                      "m c=1e",
                                      "m c=1e+",
                                      "m c=tRUE",
                                      "m c=i",
                                      "m c=\"x\"y",
                                      "m c=\"x",
                                      "m c=1\xff",
                                      "m c=1 99999999999999999999"}) {
    const LineRow row = only_line(line);
    ASSERT_TRUE(row.refusal) << line;
    EXPECT_FALSE(row.refusal->field.empty()) << line;
    EXPECT_FALSE(row.refusal->reason.empty()) << line;
  }
}

TEST(LineReadings, ALineThatIsNoPointSaysWhichPartOfItIsNone) {
  const auto part_of = [](std::string_view line) {
    const sensors::Refusal refusal = only_line(line).refusal.value();
    return refusal.field + "|" + refusal.value;
  };
  EXPECT_EQ(part_of("m,room=attic,floor= t=1 5"), "floor|");
  EXPECT_EQ(part_of("m,room=a=b,floor=1 t=1 5"), "room|a=b");
  EXPECT_EQ(part_of("m,attic,floor=1 t=1 5"), "tag|attic");
  EXPECT_EQ(part_of("m t=1,h=2x,f=1 5"), "h|2x");
  EXPECT_EQ(part_of("m t=1,h=\"open 5"), "h|\"open");
  EXPECT_EQ(part_of("m t=1,humidity 5"), "field|humidity");
  EXPECT_EQ(part_of("m t=1 soon 5"), "timestamp|soon 5");
  EXPECT_EQ(part_of(",t=1"), "measurement|");
  EXPECT_EQ(part_of("m t=" + std::string(90, 'x')), "t|" + std::string(40, 'x') + "...");
  EXPECT_TRUE(part_of("m t=1\xff").starts_with("line|m t=1"));
}

TEST(LineReadings, LimitsPartsOfAPoint) {
  std::string tags = "m";
  std::string fields = " ";
  for (int i = 0; i <= 1024; ++i) {
    tags += ",a=b";
    fields += "a=1,";
  }
  expect_bad(tags + " a=1", "tag", "a point has at most 1024 tags");
  expect_bad("m" + fields + "a=1", "field", "a point has at most 1024 fields");
}

TEST(LineReadings, CannotTakeAnEmptyBody) {
  EXPECT_THROW(static_cast<void>(lines_of("")), UnreadableBody);
  EXPECT_THROW(static_cast<void>(lines_of(" \r\n\n")), UnreadableBody);
  EXPECT_TRUE(lines_of("# nothing").rows.empty());
}

TEST(LineReadings, LabelsNodesByTheirParts) {
  const std::string values = " temperature_C=21.500000,humidity=48.000000 1700000000";
  const auto rtl = [&](const std::string& head) {
    return only_line(head + values, Precision::seconds, "rtl_433");
  };
  const LineRow row = rtl("Acurite-Tower,id=1234,channel=A,mic=CHECKSUM");
  EXPECT_EQ(row.label, "Acurite-Tower/1234/A");
  EXPECT_EQ(row.reading,
            (sensors::Reading{label_address(row.label), 1700000000, 2150, 4800, 0, kLineNow}));
  EXPECT_EQ(rtl("Acurite-Tower,channel=A").label, "Acurite-Tower/A");
  EXPECT_EQ(rtl("a\\,b\\ c\\=d,id=x\\=y\\,z\\ \\q").label, "a,b c\\=d/x=y,z \\q");
  EXPECT_EQ(rtl("1234").label, "");
  EXPECT_EQ(rtl("1234").reading.node_address, 1234U);
  EXPECT_EQ(rtl("12,id=34").label, "12/34");
  EXPECT_EQ(rtl("18446744073709551616").label, "18446744073709551616");
}

TEST(LineReadings, ConvertsFahrenheit) {
  const LineRow row = only_line("Acurite-606TX,id=5 temperature_F=70.7,humidity=40 5",
                                Precision::seconds, "rtl_433");
  EXPECT_EQ(row.reading.temperature_centidegrees, 2150);
  EXPECT_EQ(only_line("m,id=5 temperature_F=1e9,humidity=40 5", Precision::seconds, "rtl_433")
                .refusal->reason,
            "a number of degrees Fahrenheit that is from -327.68 to 327.67 in Celsius is needed");
}

TEST(LineMapping, HasTheAddressesOfFnv1a) {
  EXPECT_EQ(label_address(""), 14695981039346656037U);
  EXPECT_EQ(label_address("a"), 0xAF63DC4C8601EC8CU);
  EXPECT_EQ(label_address("foobar"), 0x85944171F73967E8U);
}

TEST(LineMapping, ReadsItsWords) {
  const LineMapping mapping = parse_mapping({.measurement = "weather",
                                             .node = {"measurement", "tag:place"},
                                             .temperature = "field:t",
                                             .unit = "fahrenheit",
                                             .humidity = "field:rh",
                                             .flags = "field:bits"});
  LineReadings readings{"weather,place=roof t=32,rh=1i,bits=2 7",
                        {Precision::seconds, kLineNow, {&mapping, 1}}};
  const auto row = readings.next();
  EXPECT_EQ(row->label, "weather/roof");
  EXPECT_EQ(row->reading.values(), (sensors::ReadingValues{0, 100, 2}));
  EXPECT_FALSE(line_preset("other"));
}

TEST(LineMapping, RefusesOtherWords) {
  const LineMappingWords good{
      .measurement = "*", .node = {"tag:id"}, .temperature = "field:t", .humidity = "field:h"};
  static_cast<void>(parse_mapping(good));
  const auto refused = [](const LineMappingWords& words) {
    try {
      static_cast<void>(parse_mapping(words));
      return std::string("taken");
    } catch (const Error& error) {
      return error.detail().field;
    }
  };
  LineMappingWords words = good;
  words.measurement.clear();
  EXPECT_EQ(refused(words), "measurement");
  words = good, words.node = {"id"};
  EXPECT_EQ(refused(words), "node");
  words = good, words.node.clear();
  EXPECT_EQ(refused(words), "node");
  words = good, words.temperature = "tag:t";
  EXPECT_EQ(refused(words), "temperature");
  words = good, words.humidity.clear();
  EXPECT_EQ(refused(words), "humidity");
  words = good, words.flags = "field:";
  EXPECT_EQ(refused(words), "flags");
  words = good, words.unit = "kelvin";
  EXPECT_EQ(refused(words), "unit");
}

TEST(LineReadings, ARefusedPointSaysWhatItIsAboutAndWhatStoodThere) {
  const auto mappings = line_preset("default").value();
  const auto refused = [&](std::string_view line) {
    LineReadings rows{line, {.precision = Precision::seconds, .now = 9, .mappings = mappings}};
    return rows.next().value().refusal.value();
  };
  const auto hot =
      refused("sensor_data,node_address=7 temperature_celsius=400,humidity_percent=1 5");
  EXPECT_EQ(hot.value, "400");
  EXPECT_EQ(hot.node_address, 7U);
  EXPECT_EQ(hot.timestamp, 5);
  const auto early =
      refused("sensor_data,node_address=roof temperature_celsius=4,humidity_percent=1 -5");
  EXPECT_EQ(early.value, "-5");
  EXPECT_EQ(early.node_address, label_address("roof"));
  EXPECT_EQ(early.timestamp, std::nullopt);
  const auto both = refused(
      "sensor_data,node_address=7,node_address=8 temperature_celsius=4,humidity_percent=1 5");
  EXPECT_EQ(both.value, "7");
  EXPECT_EQ(both.node_address, std::nullopt);
  EXPECT_EQ(refused("sensor_data,node_address=7").timestamp, std::nullopt);
}

}  // namespace
}  // namespace shelduck::wire
