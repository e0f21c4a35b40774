// Any order and any split of records gives the same tables, and those that a plain in-memory model
// of the rules gives.
#include "shelduck/sensors/applier.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "shelduck/sensors/backends/sensors_fixture.hpp"

namespace shelduck::sensors {
namespace {

class SensorsApplier : public OnEveryBackend {};
class SensorsApplierProperty : public OnEveryBackend {};
INSTANTIATE_TEST_SUITE_P(Of, SensorsApplier, kEveryBackend, name_of_backend);
INSTANTIATE_TEST_SUITE_P(Of, SensorsApplierProperty, kEveryBackend, name_of_backend);

constexpr std::uint64_t kLarge = 18446744073709551615U;

Reading reading_at(std::int64_t timestamp, std::int16_t temperature = 2150,
                   std::uint64_t node = 7) {
  return {.node_address = node,
          .timestamp = timestamp,
          .temperature_centidegrees = temperature,
          .humidity_centipercent = 4800,
          .flags = 0,
          .received_at = timestamp + 1};
}

TEST_P(SensorsApplier, KeepsEachReadingOnceAndWhatFollowsFromThem) {
  SensorsFixture store{GetParam()};
  store.take({reading_at(120), reading_at(60, -5), reading_at(60, 1, kLarge)});
  store.take({reading_at(120), reading_at(30), reading_at(180, 0)});
  EXPECT_EQ(store.lines("SELECT " + store.shown("node_address") +
                        ", \"timestamp\", temperature_centidegrees "
                        "FROM readings ORDER BY node_address, \"timestamp\""),
            (std::vector<std::string>{"7|30|2150", "7|60|-5", "7|120|2150", "7|180|0",
                                      "18446744073709551615|60|1"}));
  EXPECT_EQ(store.lines("SELECT " + store.shown("address") +
                        ", total_readings, first_seen_at, "
                        "newest_timestamp, newest_temperature_centidegrees, newest_received_at "
                        "FROM nodes ORDER BY address"),
            (std::vector<std::string>{"7|4|30|180|0|181", "18446744073709551615|1|60|60|1|61"}));
  EXPECT_EQ(store.broken_rules(), std::vector<std::string>{});
}

TEST_P(SensorsApplier, TellsWhoWatchesOfEachNewReading) {
  SensorsFixture store{GetParam()};
  store.take({reading_at(60)});
  store.take({reading_at(60), reading_at(120, 0, kLarge)});
  ASSERT_EQ(store.events().size(), 1U);
  EXPECT_EQ(store.events()[0].type, "reading");
  EXPECT_EQ(store.events()[0].size, 1U);
  EXPECT_EQ(store.events()[0].subject(0), "18446744073709551615");
  EXPECT_EQ(store.events()[0].json(0),
            R"({"flags":0,"humidity_percent":48.0,"humidity_raw":4800,)"
            R"("node_address":"18446744073709551615","received_at":121,)"
            R"("temperature_celsius":0.0,"temperature_raw":0,"timestamp":120})");
}

TEST_P(SensorsApplier, OfTwoReadingsOfTwoProcessesOneStaysAndTheOtherIsKeptAside) {
  SensorsFixture store{GetParam()};
  store.take({reading_at(60, 1), reading_at(120)});
  store.take({reading_at(60, 2)});
  const auto forwards = store.content();
  EXPECT_EQ(store.lines("SELECT count(*) FROM refused_rows"), std::vector<std::string>{"1"});
  store.clear();
  store.take({reading_at(60, 2)});
  store.take({reading_at(120), reading_at(60, 1)});
  EXPECT_EQ(store.content(), forwards);
  EXPECT_EQ(store.broken_rules(), std::vector<std::string>{});
}

TEST_P(SensorsApplier, APruneRefusesWhatComesLater) {
  SensorsFixture store{GetParam()};
  store.take({reading_at(60), reading_at(120), reading_at(60, 1, 8)});
  store.apply({recorded(ReadingsPruned{100})});
  store.take({reading_at(99), reading_at(100)});
  EXPECT_EQ(store.lines("SELECT \"timestamp\" FROM readings ORDER BY 1"),
            (std::vector<std::string>{"100", "120"}));
  EXPECT_EQ(store.lines("SELECT " + store.shown("address") +
                        ", total_readings, first_seen_at FROM nodes"),
            std::vector<std::string>{"7|2|100"})
      << "a node without readings is none";
  EXPECT_EQ(store.broken_rules(), std::vector<std::string>{});
}

TEST_P(SensorsApplier, ARecordThatIsNoneGoesToQuarantineAndTheRestStays) {
  SensorsFixture store{GetParam()};
  store.apply({{1, "no record"}, recorded(ReadingsTaken{{reading_at(60)}})});
  EXPECT_EQ(store.lines("SELECT count(*) FROM quarantine"), std::vector<std::string>{"1"});
  EXPECT_EQ(store.lines("SELECT count(*) FROM readings"), std::vector<std::string>{"1"});
}

TEST_P(SensorsApplier, RefusedRowsAreOneHoweverOftenTheyComeAndGoWhenDropped) {
  SensorsFixture store{GetParam()};
  RefusedRow row{.at = 1000, .source = "http", .field = "flags", .reason = "0 to 255", .text = "x"};
  RefusedRow later = row;
  later.at = 2000;
  RefusedRow other = row;
  other.text = "y";
  store.apply({recorded(RowsRefused{{later, row, other}}), recorded(RowsRefused{{row}})});
  EXPECT_EQ(store.lines("SELECT \"at\", \"text\" FROM refused_rows ORDER BY 1"),
            (std::vector<std::string>{"1000|y", "2000|x"}));
  store.apply({recorded(RefusedDropped{1500})});
  store.apply({recorded(RowsRefused{{other}})});
  EXPECT_EQ(store.lines("SELECT \"text\" FROM refused_rows"), std::vector<std::string>{"x"});
}

TEST_P(SensorsApplier, ConflictsAreKeptHoweverOldTheirSecondIs) {
  Reading other = reading_at(60);
  other.flags += 1;
  const auto first = recorded(ReadingsTaken{{reading_at(60)}});
  const auto second = recorded(ReadingsTaken{{other}});
  SensorsFixture store{GetParam()};
  store.apply({recorded(RefusedDropped{1'800'000'000}), first, second});
  EXPECT_EQ(store.lines("SELECT reason FROM refused_rows"),
            std::vector<std::string>{std::string(kOtherReadingStays)});
  const auto content = store.content();
  store.clear();
  store.apply({second, first, recorded(RefusedDropped{1'800'000'000})});
  EXPECT_EQ(store.content(), content);
}

TEST_P(SensorsApplier, RowsThatWereDroppedByIdStayAwayUntilTheyComeAgain) {
  const RefusedRow row{.at = 1000, .source = "http", .field = "", .reason = "x", .text = "x"};
  RefusedRow later = row;
  later.at = 2000;
  RefusedRow other = row;
  other.text = "y";
  const auto kept = recorded(RowsRefused{{row, other}});
  const auto dropped = recorded(RefusedRowsDropped{{{row.id(), 1000}}});
  const auto again = recorded(RowsRefused{{later}});
  SensorsFixture store{GetParam()};
  store.apply({kept, dropped});
  store.apply({dropped});
  EXPECT_EQ(store.lines("SELECT \"text\" FROM refused_rows"), std::vector<std::string>{"y"});
  store.apply({again});
  const auto forwards = store.content();
  EXPECT_EQ(store.lines("SELECT \"at\", \"text\" FROM refused_rows ORDER BY 1"),
            (std::vector<std::string>{"1000|y", "2000|x"}));
  for (const auto& order : {std::vector{again, dropped, kept}, std::vector{dropped, kept, again}}) {
    store.clear();
    for (const auto& record : order) store.apply({record});
    EXPECT_EQ(store.content(), forwards);
    EXPECT_EQ(store.broken_rules(), std::vector<std::string>{});
  }
}

TEST_P(SensorsApplier, TheOldestRefusedRowsGoWhenThereAreTooMany) {
  SensorsFixture store{GetParam()};
  constexpr std::int64_t kRows = kRefusedRowsMax / 10;
  for (std::int64_t part = 10; part >= 0; --part) {
    RowsRefused record;
    for (std::int64_t i = 0; i < kRows; ++i) {
      record.rows.push_back({.at = part * kRows + i,
                             .source = "",
                             .field = "",
                             .reason = "",
                             .text = std::to_string(part * kRows + i)});
    }
    store.apply({recorded(record)});
  }
  EXPECT_EQ(store.lines("SELECT count(*), min(\"at\") FROM refused_rows"),
            std::vector<std::string>{"100000|10000"});
  EXPECT_EQ(store.lines("SELECT rows FROM refused_evicted"), std::vector<std::string>{"10000"});
}

// A small universe, so that keys, contents and edges meet each other often.
store::Record any_record() {
  const auto any_row = [] {
    Reading r = reading_at(60 * *rc::gen::inRange(0, 6), *rc::gen::inRange<std::int16_t>(0, 3),
                           *rc::gen::element<std::uint64_t>(7, 8, kLarge));
    r.received_at = *rc::gen::inRange(0, 3);
    return r;
  };
  switch (*rc::gen::inRange(0, 12)) {
    case 0:
      return recorded(ReadingsPruned{60 * *rc::gen::inRange(0, 4)});
    case 1:
      return recorded(NodeLabelled{*rc::gen::element<std::uint64_t>(7, 9),
                                   *rc::gen::element<std::string>("a", "b")});
    case 2:
      return recorded(RowsRefused{{{.at = *rc::gen::inRange(0, 9),
                                    .source = "",
                                    .field = "",
                                    .reason = "",
                                    .text = *rc::gen::element<std::string>("x", "y")}}});
    case 3:
      return recorded(RefusedDropped{*rc::gen::inRange(0, 7)});
    default:
      ReadingsTaken batch;
      const int rows = *rc::gen::inRange(1, 5);
      for (int i = 0; i < rows; ++i) batch.readings.push_back(any_row());
      return recorded(batch);
  }
}

// What the rules say of readings, in a map and without a database.
std::vector<std::string> model_of(const std::vector<store::Record>& records) {
  std::map<ReadingKey, Reading> kept;
  std::int64_t edge = 0;
  for (const store::Record& record : records) {
    if (record.type == static_cast<std::uint16_t>(RecordType::readings_pruned)) {
      edge = std::max(edge, decode<ReadingsPruned>(record.payload).edge);
    }
    if (record.type != static_cast<std::uint16_t>(RecordType::readings_taken)) continue;
    for (const Reading& r : decode<ReadingsTaken>(record.payload).readings) {
      const auto [at, is_new] = kept.emplace(r.key(), r);
      if (!is_new && rank_of(r) < rank_of(at->second)) at->second = r;
    }
  }
  std::erase_if(kept, [&](const auto& entry) { return entry.first.timestamp < edge; });
  std::vector<std::string> lines;
  for (const auto& [key, r] : kept) {
    lines.push_back(std::to_string(key.node_address) + "|" + std::to_string(key.timestamp) + "|" +
                    std::to_string(r.temperature_centidegrees) + "|" +
                    std::to_string(r.received_at));
  }
  return lines;
}

TEST_P(SensorsApplierProperty, AnyOrderAndSplitGivesTheModelsTable) {
  SensorsFixture store{GetParam()};
  const auto apply_split = [&](const std::vector<store::Record>& records) {
    store.clear();
    for (std::size_t from = 0; from < records.size();) {
      const std::size_t size = *rc::gen::inRange<std::size_t>(1, records.size() - from + 1);
      const auto first = records.begin() + static_cast<std::ptrdiff_t>(from);
      store.apply({first, first + static_cast<std::ptrdiff_t>(size)});
      from += size;
    }
  };
  const bool holds = rc::check([&] {
    std::vector<store::Record> records;
    const int count = *rc::gen::inRange(1, 10);
    for (int i = 0; i < count; ++i) records.push_back(any_record());
    apply_split(records);
    const auto once = store.content();
    RC_ASSERT(store.lines("SELECT " + store.shown("node_address") +
                          ", \"timestamp\", "
                          "temperature_centidegrees, received_at FROM readings "
                          "ORDER BY node_address, \"timestamp\"") == model_of(records));
    RC_ASSERT(store.broken_rules().empty());
    const int repeated = *rc::gen::inRange(0, count);
    records.push_back(records[static_cast<std::size_t>(repeated)]);
    for (std::size_t i = records.size(); i > 1; --i) {
      std::swap(records[i - 1], records[*rc::gen::inRange<std::size_t>(0, i)]);
    }
    apply_split(records);
    RC_ASSERT(store.content() == once);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace shelduck::sensors
