#include "shelduck/sensors/claim.hpp"

#include <gtest/gtest.h>

#include "shelduck/sensors/backends/sensors_fixture.hpp"
#include "shelduck/sensors/facts.hpp"

namespace shelduck::sensors {
namespace {

class SensorsClaim : public OnEveryBackend {};
INSTANTIATE_TEST_SUITE_P(Of, SensorsClaim, kEveryBackend, name_of_backend);

const Instant kNow = parse_instant("2026-05-01T12:00:00Z")->instant;

IncomingRow row_at(std::int64_t timestamp, std::int16_t temperature = 2150,
                   std::uint64_t node = 7) {
  return {.reading = {.node_address = node,
                      .timestamp = timestamp,
                      .temperature_centidegrees = temperature,
                      .humidity_centipercent = 4800,
                      .flags = 0,
                      .received_at = 100},
          .text = "a row"};
}

// Whoever receives: what is not applied is judged as pending.
class ReadingReceiver {
 public:
  explicit ReadingReceiver(store::Backend backend) : store_(backend) {}

  Verdict take(std::vector<IncomingRow> rows, std::int64_t nodes_max = 100) {
    const auto verdict = std::make_shared<Verdict>();
    const store::Claim claim =
        claim_of(std::move(rows), {.now = kNow, .source = "http", .nodes_max = nodes_max}, verdict);
    store::KnownFacts known = pending_;
    known.merge(store_.sensors().facts_finder()(store_.connection(), claim.judged_by));
    const store::Judgement judgement = claim.judge(known);
    EXPECT_FALSE(judgement.refusal.has_value());
    for (const store::SaidFact& said : judgement.says) pending_[said.fact] = said.content;
    records_.insert(records_.end(), judgement.records.begin(), judgement.records.end());
    return *verdict;
  }

  void apply() {
    store_.apply(records_);
    records_.clear();
    pending_.clear();
  }

  [[nodiscard]] SensorsFixture& store() { return store_; }
  [[nodiscard]] const std::vector<store::Record>& records() const { return records_; }

 private:
  SensorsFixture store_;
  store::KnownFacts pending_;
  std::vector<store::Record> records_;
};

std::string counts(const Verdict& verdict) {
  return std::to_string(verdict.inserted) + " new, " + std::to_string(verdict.duplicates) +
         " the same, " + std::to_string(verdict.conflicts) + " other, " +
         std::to_string(verdict.rejected_count) + " rejected";
}

TEST_P(SensorsClaim, TellsNewFromSameFromOtherPendingAndStored) {
  ReadingReceiver receiver{GetParam()};
  EXPECT_EQ(counts(receiver.take({row_at(60), row_at(120)})),
            "2 new, 0 the same, 0 other, 0 rejected");
  for (int round = 0; round < 2; ++round) {
    const Verdict verdict = receiver.take({row_at(120), row_at(60, 1), row_at(60)});
    EXPECT_EQ(counts(verdict), "0 new, 2 the same, 1 other, 0 rejected") << "round " << round;
    EXPECT_EQ(verdict.conflicting, std::vector<std::size_t>{1});
    receiver.apply();
  }
  EXPECT_EQ(receiver.store().lines("SELECT \"timestamp\", temperature_centidegrees FROM readings "
                                   "ORDER BY 1"),
            (std::vector<std::string>{"60|2150", "120|2150"}));
  EXPECT_EQ(receiver.store().lines("SELECT " + receiver.store().shown("node_address") +
                                   ", \"timestamp\", reason, \"text\" "
                                   "FROM refused_rows"),
            std::vector<std::string>{
                "7|60|another reading of this node and second says otherwise|a row"});
}

TEST_P(SensorsClaim, JudgesARowByTheRowsBeforeItInTheSameBody) {
  ReadingReceiver receiver{GetParam()};
  const Verdict verdict = receiver.take({row_at(60), row_at(60), row_at(60, 1), row_at(60)});
  EXPECT_EQ(counts(verdict), "1 new, 2 the same, 1 other, 0 rejected");
}

TEST_P(SensorsClaim, ARepeatWritesNothing) {
  ReadingReceiver receiver{GetParam()};
  (void)receiver.take({row_at(60)});
  receiver.apply();
  (void)receiver.take({row_at(60), row_at(60)});
  EXPECT_TRUE(receiver.records().empty());
}

TEST_P(SensorsClaim, AnotherReceptionIsNoOtherReading) {
  ReadingReceiver receiver{GetParam()};
  (void)receiver.take({row_at(60)});
  IncomingRow later = row_at(60);
  later.reading.received_at = 200;
  EXPECT_EQ(receiver.take({later}).duplicates, 1);
}

TEST_P(SensorsClaim, RejectedRowsAreNamedAndKeptAndTheRestIsStored) {
  ReadingReceiver receiver{GetParam()};
  const Refusal refusal{
      .field = "flags", .reason = "0 to 255", .value = "256", .node_address = 9, .timestamp = 60};
  const IncomingRow broken{.refusal = refusal, .text = "{x"};
  const Verdict verdict = receiver.take({row_at(60), broken, row_at(120)});
  EXPECT_EQ(counts(verdict), "2 new, 0 the same, 0 other, 1 rejected");
  EXPECT_EQ(verdict.rejected, (std::vector<Verdict::Rejected>{{1, refusal}}));
  receiver.apply();
  EXPECT_EQ(receiver.store().lines("SELECT \"at\", source, field, " +
                                   receiver.store().shown("node_address") +
                                   ", \"timestamp\", \"text\" FROM refused_rows"),
            std::vector<std::string>{"1777636800|http|flags|9|60|{x"});
}

TEST_P(SensorsClaim, AReadingThatCameAsNumbersIsKeptAsThese) {
  ReadingReceiver receiver{GetParam()};
  std::vector<IncomingRow> rows{row_at(60), row_at(60, 1), row_at(60, 2), row_at(60, 1)};
  for (IncomingRow& row : rows) row.text = {};
  EXPECT_EQ(receiver.take(rows).conflicts, 3);
  receiver.apply();
  const auto text = [](int temperature) {
    return "\"node_address 7, timestamp 60, temperature_raw " + std::to_string(temperature) +
           ", humidity_raw 4800, flags 0, received_at 100\"";
  };
  EXPECT_EQ(receiver.store().lines("SELECT \"text\" FROM refused_rows ORDER BY 1"),
            (std::vector<std::string>{text(1), text(2)}));
}

TEST_P(SensorsClaim, ListsAThousandAndCountsAll) {
  ReadingReceiver receiver{GetParam()};
  std::vector<IncomingRow> rows;
  for (int i = 0; i < 1500; ++i) {
    rows.push_back({.refusal = Refusal{.field = "", .reason = "no JSON object"}, .text = "x"});
  }
  (void)receiver.take({row_at(60)});
  for (int i = 0; i < 1200; ++i) rows.push_back(row_at(60, 1));
  const Verdict verdict = receiver.take(std::move(rows));
  EXPECT_EQ(counts(verdict), "0 new, 0 the same, 1200 other, 1500 rejected");
  EXPECT_EQ(verdict.rejected.size(), Verdict::kListedMax);
  EXPECT_EQ(verdict.conflicting.size(), Verdict::kListedMax);
  EXPECT_EQ(verdict.conflicting.front(), 1500U);
}

TEST_P(SensorsClaim, AnAddressBelongsToTheNodeThatHadItFirst) {
  ReadingReceiver receiver{GetParam()};
  const auto labelled = [](std::int64_t timestamp, const std::string& label) {
    IncomingRow row = row_at(timestamp);
    row.label = label;
    return row;
  };
  EXPECT_EQ(receiver.take({labelled(60, "cellar/1")}).inserted, 1);
  for (int round = 0; round < 2; ++round) {
    const Verdict verdict =
        receiver.take({labelled(120 + round, "cellar/1"), labelled(180, "attic"), row_at(240)});
    EXPECT_EQ(counts(verdict), "1 new, 0 the same, 0 other, 2 rejected");
    EXPECT_EQ(verdict.rejected[0].refusal.field, "node_address");
    EXPECT_EQ(verdict.rejected[0].refusal.reason, "the address 7 belongs to the node 'cellar/1'");
    receiver.apply();
  }
  (void)receiver.take({row_at(60, 1, 9)});
  IncomingRow taken = row_at(120, 1, 9);
  taken.label = "shed";
  EXPECT_EQ(receiver.take({taken}).rejected[0].refusal.reason,
            "the address 9 is a node's number already");
  EXPECT_EQ(
      receiver.store().lines("SELECT " + receiver.store().shown("address") + ", label FROM nodes"),
      std::vector<std::string>{"7|cellar/1"});
}

TEST_P(SensorsClaim, BeyondTheLimitOfNodesRowsOfNewOnesAreRejected) {
  ReadingReceiver receiver{GetParam()};
  for (int round = 0; round < 2; ++round) {
    const Verdict verdict =
        receiver.take({row_at(60 + round, 1, 1), row_at(60 + round, 1, 2), row_at(60, 1, 3)}, 2);
    EXPECT_EQ(counts(verdict), "2 new, 0 the same, 0 other, 1 rejected");
    EXPECT_EQ(verdict.rejected[0].refusal, (Refusal{.field = "node_address",
                                                    .reason = "there are 2 nodes, the most allowed",
                                                    .value = "3"}));
    receiver.apply();
  }
}

TEST_P(SensorsClaim, WhatIsOlderThanTheEdgeIsRejected) {
  ReadingReceiver receiver{GetParam()};
  receiver.store().apply({recorded(ReadingsPruned{100})});
  const Verdict verdict = receiver.take({row_at(99), row_at(100)});
  EXPECT_EQ(counts(verdict), "1 new, 0 the same, 0 other, 1 rejected");
  EXPECT_EQ(verdict.rejected[0].refusal.field, "timestamp");
}

TEST_P(SensorsClaim, FindsReadingsFarApartInTime) {
  ReadingReceiver receiver{GetParam()};
  std::vector<IncomingRow> rows;
  for (std::int64_t day = 0; day < 40; ++day) {
    rows.push_back(row_at(day * 200'000));
    rows.push_back(row_at(day * 200'000, 1, 18446744073709551615U));
  }
  (void)receiver.take(rows);
  receiver.apply();
  EXPECT_EQ(receiver.take(rows).duplicates, 80);
}

}  // namespace
}  // namespace shelduck::sensors
