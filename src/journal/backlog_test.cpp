#include "shelduck/journal/backlog.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/archive.hpp"
#include "shelduck/journal/segment_header.hpp"
#include "shelduck/journal/test_journal.hpp"

namespace shelduck::journal {
namespace {

using testing::Fault;
using testing::Operation;
using testing::SimulatedProcess;
using testing::Step;

// Does something once, before the given step of the given process.
void before(TestJournal& journal, std::int64_t process, Operation operation,
            std::function<void()> action) {
  journal.disk.before_step([=, done = std::make_shared<bool>(false)](const Step& step) {
    if (*done || step.process != process || step.operation != operation) return;
    *done = true;
    action();
  });
}

TEST(Adoption, MakesAHandfulOfSegmentsOfThousandsOfShortWriters) {
  TestJournal journal;
  for (int i = 0; i < 2000; ++i) {
    SimulatedProcess process{journal.disk, 10 + i};
    WriterOptions options = journal.options();
    options.segment_bytes = 256U << 10;
    Writer writer(process, options);
    record(writer, "start " + std::to_string(i));
    record(writer, "end " + std::to_string(i), kEnd);
  }
  EXPECT_LE(segments(journal).size(), 3U);
  SimulatedProcess owner{journal.disk, 3};
  EXPECT_EQ(read_everything(owner, journal.backlog()).size(), 4000U);
}

TEST(Adoption, LeavesTheSegmentsOfImportsToThem) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 10};
  WriterOptions importing = journal.options();
  importing.shelf = Shelf::import;
  for (int i = 0; i < 2; ++i) {
    Writer writer(process, importing);
    record(writer, "imported");
  }
  Writer writer(process, journal.options());
  record(writer, "recorded");
  std::vector<Shelf> shelves;
  for (const SegmentFile& file : segments(journal)) shelves.push_back(file.shelf);
  EXPECT_EQ(shelves, (std::vector{Shelf::import, Shelf::import, Shelf::open}));
  SimulatedProcess owner{journal.disk, 3};
  EXPECT_EQ(read_everything(owner, journal.backlog()).size(), 3U);
}

TEST(Adoption, MakesAsManySegmentsAsThereWereWritersAtOnce) {
  TestJournal journal;
  for (int round = 0; round < 20; ++round) {
    SimulatedProcess a{journal.disk, 10};
    SimulatedProcess b{journal.disk, 11};
    SimulatedProcess c{journal.disk, 12};
    Writer writer_a(a, journal.options());
    Writer writer_b(b, journal.options());
    Writer writer_c(c, journal.options());
    record(writer_a, "a");
    record(writer_b, "b");
    record(writer_c, "c");
  }
  EXPECT_EQ(segments(journal).size(), 3U);
}

TEST(Adoption, LeavesASegmentWithARecordTypeThatItDoesNotKnow) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  WriterOptions newer = journal.options();
  newer.types.push_back({kNewerType});
  {
    Writer writer(process, newer);
    record(writer, "of a newer version", kNewerType);
  }
  Writer writer(process, journal.options());
  record(writer, "ours");
  EXPECT_EQ(segments(journal).size(), 2U);
}

TEST(Adoption, LeavesASegmentOfAnotherFormatVersion) {
  TestJournal journal;
  const Uuid id{{0xBB}};
  journal.disk.put(journal.path(id),
                   encode(SegmentHeader{kFormatVersion + 1, journal.identity, id}));
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  EXPECT_NE(record(writer, "ours").segment, id);
}

TEST(Adoption, LeavesASegmentWithATornTail) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Uuid id;
  {
    Writer writer(process, journal.options());
    id = record(writer, "one").segment;
  }
  journal.disk.put(journal.path(id), *journal.disk.content(journal.path(id)) + "torn");
  Writer writer(process, journal.options());
  EXPECT_NE(record(writer, "two").segment, id);
}

// The writer may have died between a sync that failed and the rename to X.closed.
TEST(Adoption, LeavesASegmentWhoseWriterWasKilled) {
  TestJournal journal;
  SimulatedProcess killed{journal.disk, 2};
  Writer writer(killed, journal.options());
  const Position first = record(writer, "one");
  killed.kill();
  SimulatedProcess process{journal.disk, 3};
  Writer next(process, journal.options());
  EXPECT_NE(record(next, "two").segment, first.segment);
}

TEST(Adoption, SyncsTheNamesOfAnEmptySegmentWhoseMakerWasKilled) {
  TestJournal journal;
  SimulatedProcess killed{journal.disk, 2};
  before(journal, 2, Operation::sync_directory, [&] { killed.kill(); });
  {
    Writer writer(killed, journal.options());
    EXPECT_THROW(record(writer, "never"), testing::ProcessDied);
  }
  journal.disk.before_step({});
  ASSERT_EQ(segments(journal).size(), 1U);
  SimulatedProcess process{journal.disk, 3};
  Writer next(process, journal.options());
  EXPECT_EQ(record(next, "adopted").segment, segments(journal)[0].id);
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto disk = journal.disk.after_power_cut(seed);
    SimulatedProcess owner{*disk, 4};
    EXPECT_EQ(read_everything(owner, journal.backlog()), (Payloads{"adopted"}));
  }
}

TEST(Race, OwnerTidiesBetweenAWritersCreateAndItsLock) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  SimulatedProcess owner{journal.disk, 3};
  std::size_t removed = 0;
  before(journal, 2, Operation::lock, [&] {
    Backlog backlog(owner, journal.backlog());
    removed = backlog.remove_leftovers();
  });
  Writer writer(process, journal.options());
  record(writer, "one");
  journal.disk.before_step({});
  EXPECT_EQ(removed, 1U);
  EXPECT_EQ(read_everything(owner, journal.backlog()), (Payloads{"one"}));
}

TEST(Race, OwnerHoldsTheNewFileWhileItsWriterWantsTheLock) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  SimulatedProcess owner{journal.disk, 3};
  std::unique_ptr<File> held;
  before(journal, 2, Operation::lock, [&] {
    held = owner.open(list_segments(owner, journal.directory)[0].path, Access::read);
    ASSERT_TRUE(held->try_lock());
  });
  Writer writer(process, journal.options());
  record(writer, "one");
  journal.disk.before_step({});
  EXPECT_EQ(read_everything(owner, journal.backlog()), (Payloads{"one"}));
}

TEST(Race, WriterEndsBetweenTheOwnersLastReadAndItsLock) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  SimulatedProcess owner{journal.disk, 3};
  auto writer = std::make_unique<Writer>(process, journal.options());
  record(*writer, "start");
  Backlog backlog(owner, journal.backlog());
  backlog.scan();
  SegmentReader& segment = *backlog.segments().front();
  EXPECT_EQ(payloads(segment), (Payloads{"start"}));
  before(journal, 3, Operation::lock, [&] {
    record(*writer, "end", kEnd);
    writer.reset();
  });
  ASSERT_TRUE(backlog.try_own(segment));
  journal.disk.before_step({});
  EXPECT_EQ(payloads(segment), (Payloads{"end"})) << "else the start counts as interrupted";
}

TEST(Race, OwnerArchivesBetweenAnAdoptersOpenAndItsLock) {
  TestJournal journal;
  SimulatedProcess first{journal.disk, 2};
  Uuid archived;
  {
    Writer writer(first, journal.options());
    archived = record(writer, "one").segment;
  }
  SimulatedProcess owner{journal.disk, 3};
  SimulatedProcess adopter{journal.disk, 4};
  before(journal, 4, Operation::lock, [&] {
    Backlog backlog(owner, journal.backlog());
    backlog.scan();
    ASSERT_TRUE(backlog.try_own(*backlog.segments().front()));
    ASSERT_TRUE(Archive(owner, journal.directory).keep(*backlog.segments().front()));
  });
  Writer writer(adopter, journal.options());
  EXPECT_NE(record(writer, "two").segment, archived);
  journal.disk.before_step({});
  EXPECT_EQ(read_everything(owner, journal.backlog(Include::archive_and_journal)),
            (Payloads{"one", "two"}));
}

TEST(Race, FailedSyncWhileAnotherProcessIsAboutToAdopt) {
  TestJournal journal;
  SimulatedProcess failing{journal.disk, 2};
  SimulatedProcess adopter{journal.disk, 4};
  auto writer = std::make_unique<Writer>(failing, journal.options());
  const Position good = record(*writer, "good");
  journal.disk.fail_with([done = false](const Step& step) mutable {
    if (done || step.process != 2 || step.operation != Operation::sync_data) return Fault::none;
    done = true;
    return Fault::error;
  });
  // The adopter has opened X.seg when its writer fails and ends.
  before(journal, 4, Operation::lock, [&] {
    EXPECT_THROW(record(*writer, "failed"), Error);
    writer.reset();
  });
  Writer next(adopter, journal.options());
  EXPECT_NE(record(next, "adopted").segment, good.segment);
  journal.disk.before_step({});
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto disk = journal.disk.after_power_cut(seed);
    SimulatedProcess owner{*disk, 5};
    Payloads read = read_everything(owner, journal.backlog());
    std::ranges::sort(read);
    EXPECT_EQ(read, (Payloads{"adopted", "good"})) << seed;
  }
}

// The notice is written before the lock is free, so it is there when the owner gets the lock.
TEST(Race, WriterFailsBetweenTheOwnersScanAndItsLock) {
  TestJournal journal;
  SimulatedProcess failing{journal.disk, 2};
  SimulatedProcess owner{journal.disk, 3};
  auto writer = std::make_unique<Writer>(failing, journal.options());
  const Position good = record(*writer, "good");
  journal.disk.fail_with([done = false](const Step& step) mutable {
    if (done || step.process != 2 || step.operation != Operation::sync_data) return Fault::none;
    done = true;
    return Fault::error;
  });
  Backlog backlog(owner, journal.backlog());
  backlog.scan();
  EXPECT_THROW(record(*writer, "failed"), Error);
  EXPECT_FALSE(backlog.try_own(*backlog.find(good.segment))) << "renamed: scan again";
  {
    Backlog late(owner, journal.backlog());
    late.scan();
    SegmentReader& closed = *late.find(good.segment);
    EXPECT_TRUE(late.try_own(closed));
    EXPECT_EQ(payloads(closed), (Payloads{"good"}));
  }
  backlog.scan();
  EXPECT_TRUE(backlog.try_own(*backlog.find(good.segment)));
  EXPECT_EQ(payloads(*backlog.find(good.segment)), (Payloads{"good"}));
}

TEST(Backlog, FindsANoticeInASegmentThatIsNewerThanItsScan) {
  TestJournal journal;
  SimulatedProcess failing{journal.disk, 2};
  SimulatedProcess owner{journal.disk, 3};
  auto writer = std::make_unique<Writer>(failing, journal.options());
  const Position good = record(*writer, "good");
  Backlog backlog(owner, journal.backlog());
  // The scan sees X.closed before there is the segment with the notice.
  journal.disk.fail_with([done = false](const Step& step) mutable {
    if (done || step.process != 2 || step.operation != Operation::sync_data) return Fault::none;
    done = true;
    return Fault::error;
  });
  before(journal, 2, Operation::create, [&] { backlog.scan(); });
  EXPECT_THROW(record(*writer, "failed"), Error);
  journal.disk.before_step({});
  ASSERT_EQ(backlog.segments().size(), 1U);
  SegmentReader& closed = *backlog.find(good.segment);
  ASSERT_TRUE(backlog.try_own(closed));
  EXPECT_EQ(payloads(closed), (Payloads{"good"}));
}

TEST(Backlog, FollowsASegmentThroughItsRename) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  SimulatedProcess owner{journal.disk, 3};
  Position first;
  {
    Writer writer(process, journal.options());
    first = record(writer, "one");
  }
  Backlog backlog(owner, journal.backlog());
  backlog.scan();
  SegmentReader* const before_rename = backlog.find(first.segment);
  owner.rename(journal.path(first.segment), journal.path(first.segment, Shelf::closed));
  EXPECT_FALSE(backlog.try_own(*before_rename));
  backlog.scan();
  EXPECT_EQ(backlog.find(first.segment), before_rename) << "its descriptor has seen every error";
  EXPECT_TRUE(backlog.try_own(*before_rename));
}

TEST(Backlog, ListsASegmentUnderTwoNamesOnce) {
  TestJournal journal;
  const Uuid id{{0xAA}};
  const std::string header = encode(SegmentHeader{.identity = journal.identity, .segment = id});
  journal.disk.put(journal.path(id), header);
  journal.disk.put(journal.path(id, Shelf::closed), header);
  ASSERT_EQ(segments(journal).size(), 1U);
  EXPECT_EQ(segments(journal)[0].shelf, Shelf::closed);
}

TEST(Backlog, ClosesASegmentThatEndsBeforeItsPosition) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Position first;
  {
    Writer writer(process, journal.options());
    first = record(writer, "one");
  }
  std::vector<std::string> said;
  BacklogOptions options = journal.backlog();
  options.log = [&](LogLevel, std::string_view message) { said.emplace_back(message); };
  Backlog backlog(process, options);
  backlog.scan();
  SegmentReader& segment = *backlog.find(first.segment);
  segment.seek(100);
  ASSERT_TRUE(backlog.try_own(segment));
  ASSERT_TRUE(segment.ends_before_position());
  backlog.close_beyond_end(segment);
  EXPECT_EQ(said.size(), 1U);
  segment.disown();
  Writer writer(process, journal.options());
  EXPECT_NE(record(writer, "two").segment, first.segment) << "closed segments are never adopted";
}

TEST(Backlog, RemovesNoUnfinishedSegmentThatIsBeingMade) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  SimulatedProcess owner{journal.disk, 3};
  const auto making = process.create(journal.path(Uuid{{1}}, Shelf::unfinished));
  ASSERT_TRUE(making->try_lock());
  journal.disk.put(journal.path(Uuid{{2}}, Shelf::unfinished), "left by a crash");
  Backlog backlog(owner, journal.backlog());
  EXPECT_EQ(backlog.remove_leftovers(), 1U);
  EXPECT_TRUE(owner.status(journal.path(Uuid{{1}}, Shelf::unfinished)));
}

}  // namespace
}  // namespace shelduck::journal
