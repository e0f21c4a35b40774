#include "shelduck/sensors/records/record.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "shelduck/core/encoding.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::sensors {
namespace {

Reading any_reading() {
  const std::uint64_t far = *rc::gen::arbitrary<std::uint64_t>();
  return {.node_address = *rc::gen::element<std::uint64_t>(7, 8, far),
          .timestamp = *rc::gen::inRange<std::int64_t>(0, kTimestampMax + 1),
          .temperature_centidegrees = *rc::gen::arbitrary<std::int16_t>(),
          .humidity_centipercent = *rc::gen::arbitrary<std::uint16_t>(),
          .flags = *rc::gen::arbitrary<std::uint8_t>(),
          .received_at = *rc::gen::inRange<std::int64_t>(0, kTimestampMax + 1)};
}

RC_GTEST_PROP(ReadingRecord, ComesBackAsItWasInItsOrder, ()) {
  ReadingsTaken batch;
  const int rows = *rc::gen::inRange(1, 40);
  for (int i = 0; i < rows; ++i) batch.readings.push_back(any_reading());
  RC_ASSERT(decode<ReadingsTaken>(encode(batch)).readings == batch.readings);
}

RC_GTEST_PROP(ReadingRecord, DamagedBytesAreRefusedOrReadAsReadings, (const std::string& noise)) {
  std::string bytes = encode(ReadingsTaken{{any_reading(), any_reading()}});
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes.replace(at, noise.size(), noise);
  try {
    for (const Reading& r : decode<ReadingsTaken>(bytes).readings) {
      RC_ASSERT(is_timestamp(r.timestamp));
    }
  } catch (const Error& error) {
    RC_ASSERT(error.kind() == ErrorKind::corrupt);
  }
}

TEST(ReadingRecord, AMinuteOfANodeTakesFiveBytes) {
  ReadingsTaken batch;
  for (int i = 0; i < 1000; ++i) {
    batch.readings.push_back({.node_address = 7,
                              .timestamp = 1700000000 + 60 * i,
                              .temperature_centidegrees = static_cast<std::int16_t>(2150 + i % 50),
                              .humidity_centipercent = static_cast<std::uint16_t>(4800 - i % 60),
                              .flags = 0,
                              .received_at = 1700070000});
  }
  EXPECT_LT(encode(batch).size(), 5100U);
}

TEST(ReadingRecord, AFieldOfANewerWriterIsSkipped) {
  const ReadingsTaken batch{{Reading{.node_address = 7, .timestamp = 60}}};
  FieldWriter extra;
  extra.write(31, std::int64_t{4});
  EXPECT_EQ(decode<ReadingsTaken>(encode(batch) + extra.take()).readings, batch.readings);
}

TEST(ReadingRecord, RefusedRowsComeBackAndAreOneHoweverOftenTheyCome) {
  RefusedRow row{.at = 1700000000,
                 .source = "http",
                 .field = "humidity_percent",
                 .reason = "0 to 655.35",
                 .node_address = 18446744073709551615U,
                 .timestamp = std::nullopt,
                 .text = "{}"};
  const auto read = decode<RowsRefused>(encode(RowsRefused{{row, row}}));
  EXPECT_EQ(read.rows, (std::vector{row, row}));
  const Uuid id = row.id();
  row.at += 60;
  EXPECT_EQ(row.id(), id);
  row.text = "{ }";
  EXPECT_NE(row.id(), id);
}

TEST(ReadingRecord, LabelsEdgesAndDropsComeBack) {
  const auto labelled = decode<NodeLabelled>(encode(NodeLabelled{18446744073709551615U, "a/b"}));
  EXPECT_EQ(labelled.node_address, 18446744073709551615U);
  EXPECT_EQ(labelled.label, "a/b");
  EXPECT_EQ(decode<ReadingsPruned>(encode(ReadingsPruned{1700000000})).edge, 1700000000);
  EXPECT_EQ(decode<RefusedDropped>(encode(RefusedDropped{1700000000})).before, 1700000000);
  const RefusedRowsDropped some{{{derived_uuid("a"), 1700000000}, {derived_uuid("b"), 0}}};
  EXPECT_EQ(decode<RefusedRowsDropped>(encode(some)).rows, some.rows);
}

TEST(ReadingRecord, RankIsOfWhatIsSaidThenOfWhoCameFirst) {
  Reading reading{.node_address = 7, .timestamp = 60, .received_at = 70};
  const ReadingRank first = rank_of(reading);
  reading.received_at = 71;
  EXPECT_LT(first, rank_of(reading));
  EXPECT_EQ(first.hash, rank_of(reading).hash);
  reading.flags = 1;
  EXPECT_NE(first.hash, rank_of(reading).hash);
}

}  // namespace
}  // namespace shelduck::sensors
