#include "shelduck/journal/writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/restore_intent.hpp"
#include "shelduck/journal/test_journal.hpp"

namespace shelduck::journal {
namespace {

using testing::Fault;
using testing::Operation;
using testing::SimulatedProcess;
using testing::Step;

// Lets the nth step of this kind, counted from here, fail once.
void fail_once(TestJournal& journal, Operation operation, Fault fault) {
  journal.disk.fail_with([operation, fault, done = false](const Step& step) mutable {
    if (done || step.operation != operation) return Fault::none;
    done = true;
    return fault;
  });
}

TEST(Writer, MakesACommittedRecordSurviveAnyPowerCut) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  record(writer, "one");
  record(writer, "two");
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto disk = journal.disk.after_power_cut(seed);
    SimulatedProcess owner{*disk, 3};
    EXPECT_EQ(read_everything(owner, journal.backlog()), (Payloads{"one", "two"})) << seed;
  }
}

// What follows the sync is the marker by which readers without the lock know of it.
TEST(Writer, CommitIsOneWriteOneSyncAndAMarkerBehindIt) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  record(writer, "makes the segment");
  std::vector<Operation> steps;
  journal.disk.before_step([&](const Step& step) { steps.push_back(step.operation); });
  record(writer, "measured");
  journal.disk.before_step({});
  EXPECT_EQ(steps, (std::vector{Operation::write, Operation::sync_data, Operation::write}));
}

TEST(Writer, WhatWasWrittenSharesTheSyncOfTheNextCommit) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  record(writer, "makes the segment");
  int syncs = 0;
  journal.disk.before_step(
      [&](const Step& step) { syncs += step.operation == Operation::sync_data ? 1 : 0; });
  const Ticket start = append(writer, "start");
  writer.write(start);
  EXPECT_EQ(syncs, 0);
  const Ticket end = append(writer, "end", kEnd);
  writer.commit(end);
  writer.commit(start);
  journal.disk.before_step({});
  EXPECT_EQ(syncs, 1);
  EXPECT_EQ(writer.position(end).sequence, writer.position(start).sequence + 1);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto disk = journal.disk.after_power_cut(seed);
    SimulatedProcess owner{*disk, 3};
    EXPECT_EQ(read_everything(owner, journal.backlog()),
              (Payloads{"makes the segment", "start", "end"}))
        << seed;
  }
}

TEST(Writer, WhatWasWrittenOutlivesItsProcess) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  writer.write(append(writer, "start"));
  process.kill();
  SimulatedProcess owner{journal.disk, 3};
  EXPECT_EQ(read_everything(owner, journal.backlog()), (Payloads{"start"}));
}

TEST(Writer, SyncsInItsDestructorWhatWasOnlyWritten) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  {
    Writer writer(process, journal.options());
    writer.write(append(writer, "start"));
  }
  const auto disk = journal.disk.after_power_cut(1);
  SimulatedProcess owner{*disk, 3};
  EXPECT_EQ(read_everything(owner, journal.backlog()), (Payloads{"start"}));
}

TEST(Writer, AFailedSyncFailsAllThatWasWrittenBefore) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  record(writer, "good");
  const Ticket start = append(writer, "start");
  writer.write(start);
  fail_once(journal, Operation::sync_data, Fault::error);
  EXPECT_EQ(kind_of([&] { record(writer, "end", kEnd); }), ErrorKind::io);
  EXPECT_EQ(kind_of([&] { writer.commit(start); }), ErrorKind::io);
  SimulatedProcess owner{journal.disk, 3};
  EXPECT_EQ(read_everything(owner, journal.backlog()), (Payloads{"good"}));
}

TEST(Writer, SyncsWhatWasWrittenBeforeItTakesAnotherSegment) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  WriterOptions options = journal.options();
  options.segment_bytes = 1000;
  Writer writer(process, options);
  const Ticket start = append(writer, std::string(500, 's'));
  writer.write(start);
  const Position end = record(writer, std::string(500, 'e'));
  writer.commit(start);
  EXPECT_NE(writer.position(start).segment, end.segment);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto disk = journal.disk.after_power_cut(seed);
    SimulatedProcess owner{*disk, 3};
    EXPECT_EQ(read_everything(owner, journal.backlog()).size(), 2U) << seed;
  }
}

TEST(Writer, SharesOneSyncAmongAppendsThatWait) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  record(writer, "makes the segment");
  int syncs = 0;
  journal.disk.before_step(
      [&](const Step& step) { syncs += step.operation == Operation::sync_data ? 1 : 0; });
  const Ticket first = append(writer, "a");
  const Ticket second = append(writer, "b");
  writer.commit(second);
  writer.commit(first);
  journal.disk.before_step({});
  EXPECT_EQ(syncs, 1);
  EXPECT_EQ(writer.position(second).sequence, writer.position(first).sequence + 1);
}

TEST(Writer, KeepsTheRecordsOfOneAppendTogether) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  const std::vector<RecordView> records{{kStart, "x1"}, {kStart, "x2"}, {kEnd, "x3"}};
  const Ticket ticket = writer.append(records);
  const Ticket other = append(writer, "y");
  writer.commit(ticket);
  EXPECT_EQ(writer.position(other).sequence, writer.position(ticket).sequence + 1);
  EXPECT_EQ(read_everything(process, journal.backlog()), (Payloads{"x1", "x2", "x3", "y"}));
}

TEST(Writer, CommitsInItsDestructorWhatNobodyCommitted) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  {
    Writer writer(process, journal.options());
    static_cast<void>(append(writer, "left behind"));
  }
  EXPECT_EQ(read_everything(process, journal.backlog()), (Payloads{"left behind"}));
}

TEST(Writer, RefusesRecordTypesThatItWasNotToldOf) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  EXPECT_EQ(kind_of([&] { static_cast<void>(append(writer, "x", kNewerType)); }), ErrorKind::bug);
}

TEST(Writer, RefusesARecordThatIsTooLarge) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  const std::string large(kPayloadBytesMax + 1, 'x');
  EXPECT_EQ(kind_of([&] { static_cast<void>(append(writer, large)); }), ErrorKind::invalid_input);
}

TEST(Writer, AForkedCopyNeverAppends) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  std::optional<Writer> writer(std::in_place, process, journal.options());
  const Ticket ticket = append(*writer, "the parent's");
  process.become(77);
  EXPECT_EQ(kind_of([&] { static_cast<void>(append(*writer, "x")); }), ErrorKind::bug);
  EXPECT_EQ(kind_of([&] { writer->commit(ticket); }), ErrorKind::bug);
  writer.reset();
  EXPECT_EQ(segments(journal).size(), 0U);
}

TEST(Writer, RefusesAJournalOfAnotherDomain) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  WriterOptions options = journal.options();
  options.domain = "sensors";
  EXPECT_EQ(kind_of([&] { Writer(process, options); }), ErrorKind::conflict);
}

TEST(Writer, BelowTheDiskFloorTakesReservedRecordsOnly) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  journal.disk.set_free_bytes(63'999'999);
  EXPECT_EQ(kind_of([&] { static_cast<void>(append(writer, "new", kStart)); }),
            ErrorKind::exhausted);
  const std::vector<RecordView> mixed{{kEnd, "end"}, {kStart, "new"}};
  EXPECT_EQ(kind_of([&] { static_cast<void>(writer.append(mixed)); }), ErrorKind::exhausted);
  record(writer, "end", kEnd);
  journal.disk.set_free_bytes(64'000'000);
  record(writer, "room again", kStart);
  EXPECT_EQ(read_everything(process, journal.backlog()), (Payloads{"end", "room again"}));
}

TEST(Writer, OnAFullDiskFailsAsExhaustedAndGoesOnWhenThereIsRoom) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  record(writer, "before");
  journal.disk.set_free_bytes(30);
  EXPECT_EQ(kind_of([&] { record(writer, "does not fit", kEnd); }), ErrorKind::exhausted);
  EXPECT_EQ(kind_of([&] { record(writer, "nor this", kEnd); }), ErrorKind::exhausted);
  journal.disk.set_free_bytes(100'000'000);
  record(writer, "after");
  SimulatedProcess owner{journal.disk, 3};
  EXPECT_EQ(read_everything(owner, journal.backlog()), (Payloads{"before", "after"}));
}

class WriterFault : public ::testing::TestWithParam<std::pair<Operation, Fault>> {};

// A failed or short write or sync is final.
TEST_P(WriterFault, ClosesTheSegmentForGoodAndDeclaresItsRestVoid) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  const Position good = record(writer, "good");
  const auto [operation, fault] = GetParam();
  fail_once(journal, operation, fault);
  EXPECT_EQ(kind_of([&] { record(writer, "failed"); }), ErrorKind::io);
  journal.disk.fail_with({});
  record(writer, "retried");

  const std::vector<SegmentFile> files = segments(journal);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].shelf, Shelf::closed);
  EXPECT_EQ(files[1].shelf, Shelf::open);
  SimulatedProcess owner{journal.disk, 3};
  SegmentReader next(owner, files[1], journal.reader());
  EXPECT_EQ(next.void_notices(),
            (std::vector{VoidNotice{.segment = good.segment, .last_synced = good.sequence}}));
  EXPECT_EQ(read_everything(owner, journal.backlog()), (Payloads{"good", "retried"}));
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto disk = journal.disk.after_power_cut(seed);
    SimulatedProcess later{*disk, 4};
    EXPECT_EQ(read_everything(later, journal.backlog()), (Payloads{"good", "retried"})) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Every, WriterFault,
                         ::testing::Values(std::pair{Operation::write, Fault::error},
                                           std::pair{Operation::write, Fault::partly},
                                           std::pair{Operation::sync_data, Fault::error},
                                           std::pair{Operation::sync_data, Fault::partly}));

TEST(Writer, NeverTriesAFailedSyncAgain) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  const Position good = record(writer, "good");
  fail_once(journal, Operation::sync_data, Fault::error);
  EXPECT_EQ(kind_of([&] { record(writer, "failed"); }), ErrorKind::io);
  int syncs_of_failed = 0;
  journal.disk.before_step([&](const Step& step) {
    const bool same = step.path.find(to_string(good.segment)) != std::string::npos;
    syncs_of_failed += same && step.operation == Operation::sync_data ? 1 : 0;
  });
  record(writer, "next");
  journal.disk.before_step({});
  EXPECT_EQ(syncs_of_failed, 0);
}

TEST(Writer, FailedSegmentIsClosedBeforeItsLockIsFree) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  SimulatedProcess other{journal.disk, 3};
  Writer writer(process, journal.options());
  const Position good = record(writer, "good");
  fail_once(journal, Operation::sync_data, Fault::error);
  int looks = 0;
  // From the failure until the notice is written nobody gets the lock, under either name.
  journal.disk.before_step([&](const Step& step) {
    if (step.process != 2 || step.operation != Operation::write) return;
    for (const Shelf shelf : {Shelf::open, Shelf::closed}) {
      const auto file = other.open(journal.path(good.segment, shelf), Access::read);
      if (!file) continue;
      ++looks;
      EXPECT_FALSE(file->try_lock());
    }
  });
  EXPECT_EQ(kind_of([&] { record(writer, "failed"); }), ErrorKind::io);
  journal.disk.before_step({});
  EXPECT_GE(looks, 3);
  const auto closed = other.open(journal.path(good.segment, Shelf::closed), Access::read);
  ASSERT_TRUE(closed);
  EXPECT_TRUE(closed->try_lock());
}

TEST(Writer, TakesAnotherSegmentAtItsLimit) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  WriterOptions options = journal.options();
  options.segment_bytes = 2000;
  Writer writer(process, options);
  Payloads expected;
  for (int i = 0; i < 40; ++i) {
    expected.push_back(std::to_string(i) + std::string(100, 'x'));
    record(writer, expected.back());
  }
  EXPECT_GE(segments(journal).size(), 3U);
  SimulatedProcess owner{journal.disk, 3};
  EXPECT_EQ(read_everything(owner, journal.backlog()), expected);
  for (const SegmentFile& file : segments(journal)) {
    EXPECT_LE(journal.disk.content(file.path)->size(), 2000U);
  }
}

TEST(Writer, ARecordLargerThanASegmentGetsOneOfItsOwn) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  WriterOptions options = journal.options();
  options.segment_bytes = 1000;
  Writer writer(process, options);
  const std::string large(5000, 'x');
  record(writer, "small");
  record(writer, large);
  record(writer, "small again");
  SimulatedProcess owner{journal.disk, 3};
  // The small ones share a segment, which was adopted again.
  EXPECT_TRUE(read_everything(owner, journal.backlog()) ==
              (Payloads{"small", "small again", large}));
  EXPECT_EQ(segments(journal).size(), 2U);
}

TEST(Writer, KeepsTheLockOfASegmentWithAnOpenStart) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  WriterOptions options = journal.options();
  options.segment_bytes = 1000;
  Writer writer(process, options);
  Ticket ticket = append(writer, "start");
  OpenStart open = writer.hold(ticket);
  writer.commit(ticket);
  const Uuid held = writer.position(ticket).segment;
  ticket = {};
  while (record(writer, std::string(200, 'x')).segment == held) {
  }
  SimulatedProcess owner{journal.disk, 3};
  SegmentReader reader(owner, {.id = held, .path = journal.path(held)}, journal.reader());
  EXPECT_FALSE(reader.try_own());
  open.release();
  EXPECT_TRUE(reader.try_own());
}

TEST(Writer, KnowsHowFarItsOwnSegmentsAreSynced) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  const Position first = record(writer, "one");
  EXPECT_EQ(writer.synced_upto(first.segment), first.sequence);
  EXPECT_EQ(writer.synced_upto(Uuid{{1}}), std::nullopt);
  BacklogOptions options = journal.backlog();
  options.synced_by_own_writer = [&](const Uuid& id) { return writer.synced_upto(id); };
  Backlog backlog(process, options);
  std::optional<std::vector<std::string>> seen;
  journal.disk.before_step([&](const Step& step) {
    if (step.operation != Operation::sync_data || seen) return;
    backlog.scan();
    seen = payloads(*backlog.segments().front());
  });
  record(writer, "two");
  journal.disk.before_step({});
  EXPECT_EQ(seen, (Payloads{"one"}));
  backlog.scan();
  EXPECT_EQ(payloads(*backlog.segments().front()), (Payloads{"two"}));
}

TEST(Writer, WaitsWhileARestoreStands) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  write_intent(process, journal.database, "plan");
  WriterOptions options = journal.options();
  EXPECT_EQ(kind_of([&] {
              Writer impatient(process, options);
              record(impatient, "x");
            }),
            ErrorKind::busy);
  int waits = 0;
  options.wait_for_restore = [&] {
    if (++waits == 3) remove_intent(process, journal.database);
    return true;
  };
  Writer writer(process, options);
  record(writer, "after the restore");
  EXPECT_EQ(waits, 3);
}

// Whatever step the restore begins at, either it sees the writer's lock or the writer sees it.
TEST(Writer, AndARestoreNeverBothBegin) {
  for (int at = 0; at < 40; ++at) {
    TestJournal journal;
    SimulatedProcess process{journal.disk, 2};
    SimulatedProcess restorer{journal.disk, 3};
    Writer writer(process, journal.options());
    std::vector<std::unique_ptr<File>> locks;
    bool restoring = false;
    journal.disk.before_step([&, step_number = 0](const Step&) mutable {
      if (step_number++ != at) return;
      write_intent(restorer, journal.database, "plan");
      try {
        locks = lock_every_segment(restorer, journal.directory);
        restoring = true;
      } catch (const Error&) {
        remove_intent(restorer, journal.database);
      }
    });
    bool recorded = false;
    try {
      record(writer, "x");
      recorded = true;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::busy) << error.what();
    }
    journal.disk.before_step({});
    EXPECT_NE(recorded, restoring) << at;
  }
}

}  // namespace
}  // namespace shelduck::journal
