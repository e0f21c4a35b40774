#include "shelduck/wire/serial_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shelduck/wire/serial_cutter.hpp"

namespace shelduck::wire {
namespace {

constexpr std::int64_t kSerialNow = 1700001000;

struct Heard {
  std::vector<SerialRow> rows;
  std::vector<TornMessage> torn;
  std::vector<std::string> answers;
};

void hear(SerialLines& lines, std::string_view line, Heard& heard, std::int64_t now = kSerialNow) {
  for (const SerialEvent& event : lines.feed(line, now)) {
    if (const auto* const row = std::get_if<SerialRow>(&event)) heard.rows.push_back(*row);
    if (const auto* const torn = std::get_if<TornMessage>(&event)) heard.torn.push_back(*torn);
    if (const auto* const end = std::get_if<BatchEnd>(&event)) {
      heard.answers.push_back(acknowledgement(*end, true));
    }
  }
}

Heard heard_of(const std::vector<std::string>& text, SerialKey key = SerialKey::address) {
  SerialLines lines{key};
  Heard heard;
  for (const std::string& line : text) hear(lines, line, heard);
  return heard;
}

using Answers = std::vector<std::string>;

TEST(SerialLines, AnswersAWholeBatch) {
  const Heard heard = heard_of({"SENSOR_BATCH 2 2", "SENSOR_RECORD 2 1700000000 -150 4875 3",
                                "SENSOR_RECORD 2 1700000060 2151 4876 0", "BATCH_COMPLETE 2 2"});
  ASSERT_EQ(heard.rows.size(), 2U);
  EXPECT_EQ(heard.rows[0].reading, (sensors::Reading{2, 1700000000, -150, 4875, 3, kSerialNow}));
  EXPECT_EQ(heard.rows[0].source, "SENSOR_RECORD 2 1700000000 -150 4875 3");
  EXPECT_EQ(heard.answers, Answers{"BATCH_ACK 2 2 0"});
  EXPECT_TRUE(heard.torn.empty());
}

TEST(SerialLines, AnswersWithOneWhereStoringFailed) {
  EXPECT_EQ(acknowledgement({.address = 2, .count = 3, .is_whole = true}, true), "BATCH_ACK 2 3 0");
  EXPECT_EQ(acknowledgement({.address = 2, .count = 3, .is_whole = true}, false),
            "BATCH_ACK 2 3 1");
  EXPECT_EQ(acknowledgement({.address = 2, .count = 3, .is_whole = false}, true),
            "BATCH_ACK 2 3 1");
}

TEST(SerialLines, NamesNodesByDeviceOrAddress) {
  const std::vector<std::string> text{"SENSOR_BATCH 2 16045690981097406464 1",
                                      "SENSOR_RECORD 2 16045690981097406464 5 1 2 0",
                                      "BATCH_COMPLETE 2 16045690981097406464 1"};
  const Heard by_device = heard_of(text, SerialKey::device);
  EXPECT_EQ(by_device.rows.at(0).reading.node_address, 16045690981097406464U);
  EXPECT_EQ(by_device.answers, Answers{"BATCH_ACK 2 1 0"});
  EXPECT_EQ(heard_of(text).rows.at(0).reading.node_address, 2U);
}

TEST(SerialLines, StoresNothingUnderAKeyThatIsMissing) {
  const Heard heard = heard_of(
      {"SENSOR_BATCH 2 1", "SENSOR_RECORD 2 5 1 2 0", "BATCH_COMPLETE 2 1"}, SerialKey::device);
  EXPECT_TRUE(heard.rows.empty());
  EXPECT_EQ(heard.torn.at(0).reason,
            "the message names no device, only an address, as older hubs do: --key address");
  EXPECT_EQ(heard.answers, Answers{"BATCH_ACK 2 0 1"});
}

TEST(SerialLines, RefusesADeviceThatTheHubDoesNotKnow) {
  const Heard heard =
      heard_of({"SENSOR_BATCH 2 0 1", "SENSOR_RECORD 2 0 5 1 2 0", "BATCH_COMPLETE 2 0 1"},
               SerialKey::device);
  EXPECT_EQ(heard.rows.at(0).refusal->field, "device_id");
  EXPECT_EQ(heard.answers, Answers{"BATCH_ACK 2 1 0"});
}

TEST(SerialLines, CountsABadValueAsThere) {
  const Heard heard = heard_of({"SENSOR_BATCH 2 4", "SENSOR_RECORD 2 99999999999999999999 1 1 0",
                                "SENSOR_RECORD 2 5 32768 1 0", "SENSOR_RECORD 2 5 1 -1 0",
                                "SENSOR_RECORD 2 5 1 1 256", "BATCH_COMPLETE 2 4"});
  ASSERT_EQ(heard.rows.size(), 4U);
  EXPECT_EQ(heard.rows[0].refusal->field, "timestamp");
  EXPECT_EQ(heard.rows[1].refusal->field, "temperature_raw");
  EXPECT_EQ(heard.rows[1].refusal->reason,
            "a whole number of hundredths from -32768 to 32767 is needed");
  EXPECT_EQ(heard.rows[1].refusal->value, "32768");
  EXPECT_EQ(heard.rows[2].refusal->field, "humidity_raw");
  EXPECT_EQ(heard.rows[3].refusal->field, "flags");
  EXPECT_EQ(heard.answers, Answers{"BATCH_ACK 2 4 0"});
}

TEST(SerialLines, CountsATornRecordAsMissing) {
  for (const std::string& torn :
       {std::string("SENSOR_RECORD 2 5 1 2"), std::string("SENSOR_RECORD 2 5 1 2 0 0 0"),
        std::string("SENSOR_RECORD 2 5 1 2x 0"), std::string("SENSOR_RECORD 2 5 1 - 0"),
        std::string("SENSOR_RECORD z 5 1 2 0"), std::string("SENSOR_RECORD -2 5 1 2 0"),
        std::string("SENSOR_RECORD 2 5 1 2 0 0"), "SENSOR_RECORD 2 " + std::string(2000, '1')}) {
    const Heard heard = heard_of({"SENSOR_BATCH 2 1", torn, "BATCH_COMPLETE 2 1"});
    EXPECT_EQ(heard.torn.size(), 1U) << torn;
    EXPECT_TRUE(heard.rows.empty()) << torn;
    EXPECT_EQ(heard.answers, Answers{"BATCH_ACK 2 0 1"}) << torn;
  }
}

TEST(SerialLines, TakesNoDeviceForATimestamp) {
  // The last word is lost, which leaves as many as an older hub sends.
  const Heard heard = heard_of(
      {"SENSOR_BATCH 2 77 1", "SENSOR_RECORD 2 77 1700000000 21 48", "BATCH_COMPLETE 2 77 1"});
  EXPECT_TRUE(heard.rows.empty());
  EXPECT_EQ(heard.torn.at(0).reason, "the batch is another device's");
  EXPECT_EQ(heard.answers, Answers{"BATCH_ACK 2 0 1"});
}

TEST(SerialLines, NeedsAnnouncementAndEndToAgree) {
  const std::string record = "SENSOR_RECORD 2 5 1 2 0";
  EXPECT_EQ(heard_of({"SENSOR_BATCH 2 2", record, "BATCH_COMPLETE 2 1"}).answers,
            Answers{"BATCH_ACK 2 1 1"});
  EXPECT_EQ(heard_of({"SENSOR_BATCH 2 1", record, "BATCH_COMPLETE 2 2"}).answers,
            Answers{"BATCH_ACK 2 1 1"});
  EXPECT_EQ(heard_of({record, "BATCH_COMPLETE 2 1"}).answers, Answers{"BATCH_ACK 2 1 0"});
  EXPECT_EQ(heard_of({"BATCH_COMPLETE 2 1"}).answers, Answers{"BATCH_ACK 2 0 1"});
  EXPECT_EQ(heard_of({"BATCH_COMPLETE 2 0"}).answers, Answers{"BATCH_ACK 2 0 0"});
  EXPECT_EQ(heard_of({"SENSOR_BATCH 2 1", record, "BATCH_COMPLETE 2 7 1"}).answers,
            Answers{"BATCH_ACK 2 1 1"});
  EXPECT_EQ(heard_of({"SENSOR_BATCH 2 1001"}).torn.size(), 1U);
}

TEST(SerialLines, KeepsBatchesOfDifferentNodesApart) {
  const Heard heard = heard_of({"SENSOR_BATCH 2 1", "SENSOR_BATCH 3 2", "SENSOR_RECORD 3 5 1 2 0",
                                "SENSOR_RECORD 2 5 1 2 0", "BATCH_COMPLETE 2 1",
                                "SENSOR_RECORD 3 6 1 2 0", "BATCH_COMPLETE 3 2"});
  EXPECT_EQ(heard.rows.size(), 3U);
  EXPECT_EQ(heard.answers, (Answers{"BATCH_ACK 2 1 0", "BATCH_ACK 3 2 0"}));
}

TEST(SerialLines, BeginsABatchAgain) {
  EXPECT_EQ(heard_of({"SENSOR_BATCH 2 2", "SENSOR_RECORD 2 5 1 2 0", "SENSOR_BATCH 2 2",
                      "SENSOR_RECORD 2 5 1 2 0", "BATCH_COMPLETE 2 2"})
                .answers,
            Answers{"BATCH_ACK 2 1 1"});
}

TEST(SerialLines, ADoubledLineHidesNoLostOne) {
  const std::vector<std::string> doubled{"SENSOR_BATCH 2 2", "SENSOR_RECORD 2 5 1 2 0",
                                         "SENSOR_RECORD 2 5 1 2 0", "BATCH_COMPLETE 2 2"};
  EXPECT_EQ(heard_of(doubled).answers, Answers{"BATCH_ACK 2 1 1"});
  // Beside all that were announced it harms nobody.
  EXPECT_EQ(heard_of({"SENSOR_BATCH 2 1", "SENSOR_RECORD 2 5 1 2 0", "SENSOR_RECORD 2 5 1 2 0",
                      "BATCH_COMPLETE 2 1"})
                .answers,
            Answers{"BATCH_ACK 2 1 0"});
  // A node whose clock stands still sends equal records; it shall not send them for ever.
  std::vector<std::string> again = doubled;
  again.insert(again.end(), doubled.begin(), doubled.end());
  again.insert(again.end(), doubled.begin(), doubled.end());
  EXPECT_EQ(heard_of(again).answers,
            (Answers{"BATCH_ACK 2 1 1", "BATCH_ACK 2 2 0", "BATCH_ACK 2 1 1"}));
}

TEST(SerialLines, AnswersADoubledEndAsTheFirst) {
  const std::vector<std::string> whole{"SENSOR_BATCH 2 1", "SENSOR_RECORD 2 5 1 2 0",
                                       "BATCH_COMPLETE 2 1"};
  const auto answers = [&](const std::vector<std::string>& more, std::int64_t later = 0) {
    SerialLines lines{SerialKey::address};
    Heard heard;
    for (const std::string& line : whole) hear(lines, line, heard);
    for (const std::string& line : more) hear(lines, line, heard, kSerialNow + later);
    return heard.answers;
  };
  const std::string good = "BATCH_ACK 2 1 0";
  EXPECT_EQ(answers({whole.back(), whole.back()}), (Answers{good, good, good}));
  EXPECT_EQ(answers({"boot: v1.2", whole.back()}), (Answers{good, good}));
  // Of another batch nothing may be acknowledged that was not heard.
  EXPECT_EQ(answers({"SENSOR_RECORD 2 6 1 2", whole.back()}), (Answers{good, "BATCH_ACK 2 0 1"}));
  EXPECT_EQ(answers({"SENSOR_BATCH 3 1", whole.back()}), (Answers{good, "BATCH_ACK 2 0 1"}));
  EXPECT_EQ(answers({"BATCH_COMPLETE 2 2"}), (Answers{good, "BATCH_ACK 2 0 1"}));
  EXPECT_EQ(answers({whole.back()}, SerialLines::kHalfSeconds + 1),
            (Answers{good, "BATCH_ACK 2 0 1"}));
  EXPECT_EQ(heard_of({"SENSOR_BATCH 2 2", "SENSOR_RECORD 2 5 1 2 0", "BATCH_COMPLETE 2 2",
                      "BATCH_COMPLETE 2 2"})
                .answers,
            (Answers{"BATCH_ACK 2 1 1", "BATCH_ACK 2 1 1"}));
}

TEST(SerialLines, SplitsMergedLines) {
  const Heard heard = heard_of({"[hub] upSENSOR_BATCH 2 2SENSOR_RECORD 2 5 1 2 0SENSOR_RECORD 2 17",
                                "SENSOR_RECORD 2 6 1 2 0BATCH_COMPLETE 2 2\r"});
  EXPECT_EQ(heard.rows.size(), 2U);
  EXPECT_EQ(heard.torn.size(), 1U);
  EXPECT_EQ(heard.torn[0].source, "SENSOR_RECORD 2 17");
  EXPECT_EQ(heard.answers, Answers{"BATCH_ACK 2 2 0"});
}

TEST(SerialLines, CountsTextOfOthers) {
  SerialLines lines{SerialKey::address};
  for (const std::string_view line :
       {"HEARTBEAT 2 7 90 0 -80 5", "GET_DATETIME", "", "SENSOR_BATCH", "sensor_batch 2 1"}) {
    EXPECT_TRUE(lines.feed(line, kSerialNow).empty()) << line;
  }
  EXPECT_EQ(lines.ignored(), 5U);
}

TEST(SerialLines, MakesOneReadingOfTwoHalves) {
  SerialLines lines{SerialKey::address};
  Heard heard;
  hear(lines, "SENSOR_DATA 2 TEMP 0", heard, 100);
  hear(lines, "SENSOR_DATA 3 TEMP 5", heard, 100);
  hear(lines, "SENSOR_DATA 2 TEMP 0", heard, 101);
  hear(lines, "SENSOR_DATA 2 9 HUM 4875", heard, 110);
  ASSERT_EQ(heard.rows.size(), 1U);
  EXPECT_FALSE(heard.rows[0].refusal);
  EXPECT_EQ(heard.rows[0].reading, (sensors::Reading{2, 110, 0, 4875, 0, 110}));
  hear(lines, "SENSOR_DATA 3 HUM 1", heard, 111);
  EXPECT_EQ(heard.rows.at(1).refusal->field, "humidity_raw");
  EXPECT_EQ(heard.rows.at(1).source, "SENSOR_DATA 3 TEMP 5");
  hear(lines, "SENSOR_DATA 3 HUM 2", heard, 112);
  EXPECT_EQ(heard.rows.at(2).refusal->field, "temperature_raw");
  hear(lines, "SENSOR_DATA 3 TEMP 40000", heard, 112);
  EXPECT_EQ(heard.rows.at(3).refusal->field, "temperature_raw");
  hear(lines, "SENSOR_DATA 3 TEMP -1", heard, 113);
  EXPECT_EQ(heard.rows.at(4).reading, (sensors::Reading{3, 113, -1, 2, 0, 113}));
  hear(lines, "SENSOR_DATA 3 VOLT 1", heard, 113);
  EXPECT_EQ(heard.torn.size(), 1U);
}

TEST(SerialLines, HoldsABoundedNumberOfNodes) {
  SerialLines lines{SerialKey::address};
  Heard heard;
  for (std::size_t node = 0; node <= SerialLines::kNodesMax; ++node) {
    hear(lines, "SENSOR_BATCH " + std::to_string(node) + " 0", heard);
    hear(lines, "SENSOR_DATA " + std::to_string(node) + " TEMP 1", heard);
  }
  // The first announcement is forgotten; what it said of the count would not agree.
  hear(lines, "BATCH_COMPLETE 1 1", heard);
  EXPECT_EQ(heard.answers, Answers{"BATCH_ACK 1 0 1"});
}

TEST(SerialCutter, CutsPiecesIntoLines) {
  SerialCutter cutter;
  EXPECT_EQ(cutter.cut("SENSOR_BA"), std::vector<std::string>{});
  EXPECT_EQ(cutter.cut("TCH 2 1\r\n\nSENSOR"), std::vector<std::string>{"SENSOR_BATCH 2 1"});
  EXPECT_EQ(cutter.cut("_\nx\ry"), (std::vector<std::string>{"SENSOR_", "x"}));
  EXPECT_EQ(cutter.cut("\n"), std::vector<std::string>{"y"});
}

TEST(SerialCutter, DropsALineWithoutAnEnd) {
  SerialCutter cutter;
  const std::string noise(SerialLines::kLineBytesMax, 'x');
  EXPECT_EQ(cutter.cut(noise + "\n").size(), 1U);
  EXPECT_TRUE(cutter.cut(noise).empty());
  EXPECT_TRUE(cutter.cut(noise).empty());
  EXPECT_TRUE(cutter.cut(noise).empty());
  EXPECT_EQ(cutter.cut("x\nnext\n"), std::vector<std::string>{"next"});
  EXPECT_EQ(cutter.dropped(), 1U);
}

TEST(SerialLines, ARefusedRecordSaysWhatItIsAboutAndWhatStoodThere) {
  const Heard heard = heard_of({"SENSOR_RECORD 2 1700000000 99999 4875 3",
                                "SENSOR_RECORD 2 -1 1 4875 3", "SENSOR_DATA 2 TEMP 40000"});
  ASSERT_EQ(heard.rows.size(), 3U);
  EXPECT_EQ(heard.rows[0].refusal->value, "99999");
  EXPECT_EQ(heard.rows[0].refusal->node_address, 2U);
  EXPECT_EQ(heard.rows[0].refusal->timestamp, 1700000000);
  EXPECT_EQ(heard.rows[1].refusal->value, "-1");
  EXPECT_EQ(heard.rows[1].refusal->timestamp, std::nullopt);
  EXPECT_EQ(heard.rows[2].refusal->node_address, 2U);
  const Heard nobody = heard_of({"SENSOR_RECORD 2 0 5 1 2 0"}, SerialKey::device);
  EXPECT_EQ(nobody.rows.at(0).refusal->node_address, std::nullopt);
  EXPECT_EQ(nobody.rows.at(0).refusal->timestamp, 5);
}

}  // namespace
}  // namespace shelduck::wire
