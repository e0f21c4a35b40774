#include "shelduck/store/recording_desk.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/testing/simulated_disk.hpp"
#include "shelduck/journal/writer.hpp"
#include "shelduck/store/replay.hpp"

namespace shelduck::store::detail {
namespace {

constexpr std::uint16_t kSaying = 1;
constexpr std::uint16_t kEnding = 2;  // reserved
constexpr Seconds kShort{0.02};

Uuid number_id(std::uint8_t number) { return Uuid{{number}}; }

// One record a fact: "4 twenty". Of two contents the first one said stays.
Record record_of(std::uint16_t kind, std::uint8_t number, const std::string& content) {
  return {kind, std::to_string(number) + " " + content};
}

Claim saying(std::uint8_t number, const std::string& content, std::uint16_t kind = kSaying) {
  const Fact fact{kind, number_id(number)};
  return {.judged_by = {fact}, .judge = [=](const KnownFacts& known) -> Judgement {
            const std::string* said = known.find(fact);
            if (said == nullptr) {
              return {.records = {record_of(kind, number, content)}, .says = {{fact, content}}};
            }
            if (*said == content) return {};
            return {.refusal = Error{ErrorKind::conflict, "said otherwise"}};
          }};
}

// The same, where somebody has said `parent` before.
Claim saying_under(std::uint8_t parent, std::uint8_t number, std::uint16_t kind = kSaying) {
  Claim claim = saying(number, "child", kind);
  const Fact above{kSaying, number_id(parent)};
  claim.judged_by.push_back(above);
  claim.judge = [above, own = claim.judge](const KnownFacts& known) -> Judgement {
    if (known.contains(above)) return own(known);
    return {.refusal = Error{ErrorKind::not_found, "nobody knows the parent"}, .may_come = true};
  };
  return claim;
}

// What became of a claim: "now", "before", or the kind of its failure.
class Told {
 public:
  [[nodiscard]] Recording of(Claim claim) {
    const auto said = std::make_shared<std::promise<std::string>>();
    answer_ = said->get_future();
    return {
        .claim = std::move(claim),
        .done = [said](Said when) { said->set_value(when == Said::now ? "now" : "before"); },
        .failed =
            [said](const Error& error) { said->set_value(std::string(to_string(error.kind()))); }};
  }
  [[nodiscard]] std::string get() { return answer_.get(); }
  [[nodiscard]] bool is_open() const {
    return answer_.wait_for(std::chrono::seconds{0}) == std::future_status::timeout;
  }

 private:
  std::future<std::string> answer_;
};

class RecordingDeskTest : public ::testing::Test {
 protected:
  RecordingDeskTest() {
    options_.is_reserved = [](std::uint16_t type) { return type == kEnding; };
    options_.wants_apply = [this] { ++wanted_; };
    options_.patience = Seconds{60};
  }

  RecordingDesk& desk() {
    if (!desk_) desk_.emplace(options_);
    return *desk_;
  }

  void open() {
    desk().open({.find = [this](std::span<const Fact>) { return database_; },
                 .append = [this](std::span<const Record> records) { append(records); }});
  }

  void append(std::span<const Record> records) {
    ++appends_;
    if (begun_) begun_->set_value();
    begun_.reset();
    if (gate_.valid()) gate_.get();
    if (refuse_) refuse_(records);
    for (const Record& record : records) journal_.push_back(record.payload);
  }

  Told take(Claim claim) {
    Told told;
    desk().take(told.of(std::move(claim)));
    return told;
  }

  std::string say(Claim claim) { return take(std::move(claim)).get(); }

  // The recording thread is writing until the promise is kept; what comes meanwhile is one group.
  std::promise<void> hold_in_append() {
    std::promise<void> gate;
    gate_ = gate.get_future();
    begun_.emplace();
    auto begun = begun_->get_future();
    held_ = take(saying(255, "held"));
    begun.get();
    return gate;
  }

  RecordingDeskOptions options_;
  KnownFacts database_;  // what find() sees
  std::vector<std::string> journal_;
  int appends_ = 0;
  std::function<void(std::span<const Record>)> refuse_;
  std::atomic<int> wanted_{0};
  std::future<void> gate_;
  std::optional<std::promise<void>> begun_;
  Told held_;
  std::optional<RecordingDesk> desk_;
};

TEST_F(RecordingDeskTest, TellsNewFromSameFromOther) {
  open();
  EXPECT_EQ(say(saying(4, "twenty")), "now");
  EXPECT_EQ(say(saying(4, "twenty")), "before") << "judged by what is not applied yet";
  EXPECT_EQ(say(saying(4, "thirty")), "conflict");
  EXPECT_EQ(journal_, std::vector<std::string>{"4 twenty"});
  EXPECT_EQ(desk().backlog(), 1U);
  database_[{kSaying, number_id(4)}] = "twenty";
  desk().applied(desk().mark());
  EXPECT_EQ(desk().backlog(), 0U);
  EXPECT_EQ(say(saying(4, "twenty")), "before") << "judged by the database";
  EXPECT_EQ(say(saying(4, "thirty")), "conflict");
}

TEST_F(RecordingDeskTest, ThoseWhoWaitTogetherShareOneSync) {
  open();
  std::promise<void> gate = hold_in_append();
  std::vector<Told> told;
  for (std::uint8_t i = 0; i < 64; ++i) told.push_back(take(saying(i, "x")));
  gate.set_value();
  EXPECT_EQ(held_.get(), "now");
  for (Told& one : told) EXPECT_EQ(one.get(), "now");
  EXPECT_EQ(appends_, 2);
  EXPECT_EQ(journal_.size(), 65U);
}

TEST_F(RecordingDeskTest, NothingIsAnsweredByARecordThatIsNotOnTheDisk) {
  open();
  std::promise<void> gate = hold_in_append();
  Told first = take(saying(1, "a"));
  Told same = take(saying(1, "a"));
  Told other = take(saying(1, "b"));
  Told below = take(saying_under(1, 2));
  Told apart = take(saying(255, "held"));
  refuse_ = [this](std::span<const Record>) {
    if (appends_ == 2) throw Error{ErrorKind::io, "the sync failed"};
  };
  gate.set_value();
  EXPECT_EQ(held_.get(), "now");
  for (Told* told : {&first, &same, &other, &below}) EXPECT_EQ(told->get(), "busy");
  EXPECT_EQ(apart.get(), "before") << "it needed nothing of what failed";
  EXPECT_EQ(say(saying(1, "b")), "now") << "the key is free again";
  EXPECT_EQ(say(saying(1, "a")), "conflict");
}

TEST_F(RecordingDeskTest, BelowTheFloorEndsAreStillTaken) {
  database_[{kSaying, number_id(1)}] = "before";
  open();
  std::promise<void> gate = hold_in_append();
  refuse_ = [](std::span<const Record> records) {
    for (const Record& record : records) {
      if (record.type == kSaying) throw Error{ErrorKind::exhausted, "below the floor"};
    }
  };
  Told start = take(saying(2, "a"));
  Told end = take(saying(1, "end", kEnding));
  Told end_of_refused = take(saying_under(2, 2, kEnding));
  gate.set_value();
  EXPECT_EQ(start.get(), "exhausted");
  EXPECT_EQ(end.get(), "now");
  EXPECT_EQ(end_of_refused.get(), "exhausted") << "its start was not taken";
  EXPECT_EQ(journal_, std::vector<std::string>{"1 end"}) << "the held one was refused too";
  EXPECT_EQ(held_.get(), "exhausted");
}

TEST_F(RecordingDeskTest, WhatIsMissingIsAwaitedForOneScan) {
  open();
  const RecordingDesk::Mark before = desk().mark();
  Told child = take(saying_under(7, 8));
  Told orphan = take(saying_under(9, 10));
  while (wanted_ == 0) std::this_thread::yield();
  desk().applied(before);
  EXPECT_TRUE(child.is_open()) << "that scan began before it came";
  const RecordingDesk::Mark mark = desk().mark();
  desk().close();
  database_[{kSaying, number_id(7)}] = "of another process";
  open();
  desk().applied(mark);
  EXPECT_EQ(child.get(), "now");
  EXPECT_EQ(orphan.get(), "not_found");
}

TEST_F(RecordingDeskTest, WhoWaitsTooLongOrComesTooLateIsToldSo) {
  options_.patience = kShort;
  options_.recordings_max = 2;
  Told first = take(saying(1, "a"));
  Told second = take(saying(2, "a"));
  Told third = take(saying(3, "a"));
  EXPECT_EQ(third.get(), "busy") << "two wait already";
  EXPECT_EQ(first.get(), "busy") << "no store is open";
  EXPECT_EQ(second.get(), "busy");
  open();
  EXPECT_EQ(say(saying(1, "a")), "now");
}

TEST_F(RecordingDeskTest, ALongBacklogIsAppliedFirst) {
  options_.backlog_min = 1;
  open();
  EXPECT_EQ(say(saying(1, "a")), "now");
  EXPECT_EQ(say(saying(2, "a")), "now");
  Told third = take(saying(3, "a"));
  EXPECT_TRUE(third.is_open());
  EXPECT_EQ(desk().backlog(), 2U);
  desk().applied(desk().mark());
  EXPECT_EQ(third.get(), "now");
}

TEST_F(RecordingDeskTest, AndSoIsALargeOne) {
  options_.backlog_bytes_max = 300;  // a fact counts with what keeping it costs
  open();
  EXPECT_EQ(say(saying(1, "a")), "now");
  EXPECT_EQ(say(saying(2, "a")), "now");
  Told third = take(saying(3, "a"));
  EXPECT_TRUE(third.is_open());
  desk().applied(desk().mark());
  EXPECT_EQ(third.get(), "now");
}

TEST_F(RecordingDeskTest, WhoeverHasTheStoreAloneMeetsNoRecording) {
  open();
  std::promise<void> gate = hold_in_append();
  auto closed = std::async(std::launch::async, [this] { desk().close(); });
  gate.set_value();
  closed.get();
  EXPECT_EQ(held_.get(), "now");
  Told waiting = take(saying(1, "a"));
  EXPECT_TRUE(waiting.is_open());
  open();
  EXPECT_EQ(waiting.get(), "now");
}

TEST_F(RecordingDeskTest, StopTellsThoseWhoWait) {
  Told waiting = take(saying(1, "a"));
  desk().stop();
  EXPECT_EQ(waiting.get(), "cancelled");
  EXPECT_EQ(say(saying(1, "a")), "cancelled");
}

TEST_F(RecordingDeskTest, ADatabaseThatFailsIsReported) {
  std::atomic<int> met{0};
  options_.met = [&](const Error& error) { met += error.kind() == ErrorKind::fatal ? 1 : 0; };
  desk().open({.find = [](std::span<const Fact>) -> KnownFacts {
                 throw Error{ErrorKind::fatal, "the engine is unusable"};
               },
               .append = [](std::span<const Record>) {}});
  EXPECT_EQ(say(saying(1, "a")), "fatal");
  desk().stop();
  EXPECT_EQ(met, 1);
}

// A server over a simulated disk: its journal, and rows that are what a replay of it finds.
class ServerOnDisk {
 public:
  explicit ServerOnDisk(journal::testing::SimulatedDisk& disk, std::int64_t process)
      : files_(disk, process), journal_(files_, writer_options()), desk_(desk_options()) {
    desk_.open({.find = [](std::span<const Fact>) { return KnownFacts{}; },
                .append =
                    [this](std::span<const Record> records) {
                      std::vector<journal::RecordView> views;
                      for (const Record& record : records) {
                        views.push_back({record.type, record.payload});
                      }
                      journal_.commit(journal_.append(views));
                    }});
  }

  std::string say(Claim claim) {
    Told told;
    desk_.take(told.of(std::move(claim)));
    return told.get();
  }

  // Two claims that are judged in one group, whatever the threads do.
  std::pair<std::string, std::string> say_together(Claim first, Claim second) {
    const auto append = [this](std::span<const Record> records) {
      std::vector<journal::RecordView> views;
      for (const Record& record : records) views.push_back({record.type, record.payload});
      journal_.commit(journal_.append(views));
    };
    desk_.close();
    Told one;
    Told two;
    desk_.take(one.of(std::move(first)));
    desk_.take(two.of(std::move(second)));
    desk_.open({.find = [](std::span<const Fact>) { return KnownFacts{}; }, .append = append});
    return {one.get(), two.get()};
  }

  static journal::WriterOptions writer_options() {
    return {.database = "/d/h.duckdb",
            .domain = "toy",
            .types = {{kSaying, RecordClass::ordinary}, {kEnding, RecordClass::reserved}},
            .clock = [] { return Instant{Microseconds{1'780'000'000'000'000}}; },
            .random =
                [number = std::make_shared<std::uint8_t>(0)](std::span<std::uint8_t> bytes) {
                  for (std::uint8_t& byte : bytes) byte = ++*number;
                }};
  }

 private:
  static RecordingDeskOptions desk_options() {
    return {.is_reserved = [](std::uint16_t type) { return type == kEnding; },
            .patience = Seconds{60}};
  }

  journal::testing::SimulatedProcess files_;
  journal::Writer journal_;
  RecordingDesk desk_;
};

class RowsOfReplay final : public Ledger {
 public:
  [[nodiscard]] Positions positions() override { return {}; }
  void store(std::span<const Frame> frames) override {
    for (const Frame& frame : frames) rows.emplace_back(frame.payload);
  }
  void store_damage(const journal::DamagedRange&) override { rows.emplace_back("damage"); }

  std::vector<std::string> rows;
};

std::vector<std::string> rows_after_restart(journal::testing::SimulatedDisk& disk) {
  journal::testing::SimulatedProcess owner{disk, 90};
  const auto identity = journal::read_identity(owner, "/d/h.duckdb.journal").value();
  journal::BacklogOptions options;
  options.directory = "/d/h.duckdb.journal";
  options.reader = {identity, {kSaying, kEnding}};
  journal::Backlog backlog{owner, std::move(options)};
  RowsOfReplay rows;
  EXPECT_EQ(Replay(backlog, rows, {}).run().waiting, 0U);
  return rows.rows;
}

// Sync k fails, two clients hold one key, one retries; then restart and look again.
TEST(RecordingOverAFailedSync, OneContentIsAcknowledgedAndFoundHoweverTheDiskFails) {
  using journal::testing::Fault;
  using journal::testing::Operation;
  for (int failing = 1; failing <= 6; ++failing) {
    for (const Fault fault : {Fault::error, Fault::partly}) {
      SCOPED_TRACE("sync " + std::to_string(failing));
      journal::testing::SimulatedDisk disk;
      disk.put("/d/", "");
      {
        journal::testing::SimulatedProcess maker{disk, 1};
        (void)journal::make_journal(maker, "/d/h.duckdb.journal", {Uuid{{1, 2, 3}}, "toy"});
      }
      std::string acknowledged;
      std::string retried;
      std::unique_ptr<journal::testing::SimulatedDisk> power_cut;
      {
        ServerOnDisk server{disk, 2};
        EXPECT_EQ(server.say(saying(1, "first")), "now");
        int syncs = 0;
        disk.fail_with([&](const journal::testing::Step& step) {
          return step.operation == Operation::sync_data && ++syncs == failing ? fault : Fault::none;
        });
        const auto [a, b] = server.say_together(saying(2, "a"), saying(2, "b"));
        if (a == "now") acknowledged = "a";
        EXPECT_EQ(b, a == "now" ? "conflict" : "busy") << "an error is never a verdict";
        retried = server.say(saying(2, "b"));
        if (retried == "now") acknowledged = "b";
        if (retried == "busy") retried = server.say(saying(2, "b"));
        if (retried == "now") acknowledged = "b";
        disk.fail_with({});
        power_cut = disk.after_power_cut(static_cast<std::uint64_t>(failing));
      }
      ASSERT_FALSE(acknowledged.empty()) << retried;
      const std::vector<std::string> expected{"1 first", "2 " + acknowledged};
      EXPECT_EQ(rows_after_restart(*power_cut), expected) << "the server died with the power";
      EXPECT_EQ(rows_after_restart(disk), expected) << "the server ended in order";
    }
  }
}

}  // namespace
}  // namespace shelduck::store::detail
