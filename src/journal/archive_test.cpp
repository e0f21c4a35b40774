#include "shelduck/journal/archive.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/test_journal.hpp"

namespace shelduck::journal {
namespace {

using testing::Fault;
using testing::Operation;
using testing::ProcessDied;
using testing::SimulatedProcess;
using testing::Step;

// A journal with `count` segments of one record each, their writers gone.
Payloads fill(TestJournal& journal, int count) {
  WriterOptions options = journal.options();
  options.segment_bytes = 100;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, options);
  Payloads written;
  for (int i = 0; i < count; ++i) {
    written.push_back("record " + std::to_string(i));
    record(writer, written.back());
  }
  return written;
}

void keep_all(FileSystem& files, TestJournal& journal) {
  Backlog backlog(files, journal.backlog());
  Archive archive(files, journal.directory);
  backlog.scan();
  for (SegmentReader* const segment : backlog.segments()) {
    ASSERT_TRUE(backlog.try_own(*segment));
    EXPECT_TRUE(archive.keep(*segment));
  }
  archive.sync();
}

Payloads everything(FileSystem& files, TestJournal& journal) {
  return read_everything(files, journal.backlog(Include::archive_and_journal));
}

TEST(Archive, KeepsSegmentsReadable) {
  TestJournal journal;
  const Payloads written = fill(journal, 3);
  SimulatedProcess owner{journal.disk, 3};
  keep_all(owner, journal);
  EXPECT_EQ(everything(owner, journal), written);
  EXPECT_TRUE(read_everything(owner, journal.backlog()).empty());
  const Archive archive(owner, journal.directory);
  EXPECT_EQ(archive.list().size(), 3U);
  EXPECT_GT(archive.bytes(), 0U);
}

TEST(Archive, RefusesASegmentThatIsNotOwned) {
  TestJournal journal;
  fill(journal, 1);
  SimulatedProcess owner{journal.disk, 3};
  Backlog backlog(owner, journal.backlog());
  backlog.scan();
  Archive archive(owner, journal.directory);
  EXPECT_THROW((void)archive.keep(*backlog.segments().front()), Error);
}

TEST(Archive, RefusesASegmentOfANewerVersion) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  WriterOptions newer = journal.options();
  newer.types.push_back({kNewerType});
  {
    Writer writer(process, newer);
    record(writer, "of a newer version", kNewerType);
  }
  Backlog backlog(process, journal.backlog());
  backlog.scan();
  ASSERT_TRUE(backlog.try_own(*backlog.segments().front()));
  Archive archive(process, journal.directory);
  EXPECT_THROW((void)archive.keep(*backlog.segments().front()), Error);
}

TEST(Archive, PacksManyFilesIntoOne) {
  TestJournal journal;
  const Payloads written = fill(journal, 5);
  SimulatedProcess owner{journal.disk, 3};
  keep_all(owner, journal);
  Archive archive(owner, journal.directory);
  archive.pack(archive.list(), journal.clock, journal.random);
  ASSERT_EQ(archive.list().size(), 1U);
  EXPECT_EQ(archive.list()[0].segments.size(), 5U);
  EXPECT_EQ(everything(owner, journal), written);
  archive.pack(archive.list(), journal.clock, journal.random);
  EXPECT_EQ(archive.list().size(), 1U) << "one file is not packed again";
}

TEST(Archive, RemovesAPackOnlyWhenAllOfItIsCovered) {
  TestJournal journal;
  fill(journal, 3);
  SimulatedProcess owner{journal.disk, 3};
  keep_all(owner, journal);
  Archive archive(owner, journal.directory);
  archive.pack(archive.list(), journal.clock, journal.random);
  const ArchivedFile pack = archive.list().front();
  std::vector<Uuid> ids;
  for (const SegmentFile& segment : pack.segments) ids.push_back(segment.id);
  EXPECT_TRUE(archive.remove(std::span(ids).first(2)).empty());
  EXPECT_EQ(archive.list().size(), 1U);
  EXPECT_EQ(archive.remove(ids), ids);
  EXPECT_TRUE(archive.list().empty());
}

// The notice is all that keeps readers of the journal from what is void.
TEST(Archive, KeepsANoticeInTheJournalAsLongAsTheSegmentThatItIsAbout) {
  TestJournal journal;
  {
    SimulatedProcess process{journal.disk, 2};
    Writer writer(process, journal.options());
    record(writer, "good");
    journal.disk.fail_with([done = false](const Step& step) mutable {
      if (done || step.operation != Operation::sync_data) return Fault::none;
      done = true;
      return Fault::error;
    });
    EXPECT_THROW(record(writer, "failed"), Error);
  }
  SimulatedProcess owner{journal.disk, 3};
  Backlog backlog(owner, journal.backlog());
  backlog.scan();
  const std::vector<SegmentReader*> both = backlog.segments();
  ASSERT_EQ(both.size(), 2U);
  for (SegmentReader* const segment : both) ASSERT_TRUE(backlog.try_own(*segment));
  Archive archive(owner, journal.directory);
  EXPECT_FALSE(archive.keep(*both[1]));
  EXPECT_TRUE(archive.keep(*both[0]));
  EXPECT_TRUE(archive.keep(*both[1]));
  EXPECT_EQ(everything(owner, journal), (Payloads{"good"}));
}

TEST(Archive, RemembersWhereAVoidSegmentCountsNoMore) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  {
    Writer writer(process, journal.options());
    record(writer, "good");
    journal.disk.fail_with([done = false](const Step& step) mutable {
      if (done || step.operation != Operation::sync_data) return Fault::none;
      done = true;
      return Fault::error;
    });
    EXPECT_THROW(record(writer, "failed"), Error);
  }
  SimulatedProcess owner{journal.disk, 3};
  keep_all(owner, journal);
  Archive archive(owner, journal.directory);
  // Without the segment that carries the notice.
  const auto files = archive.list();
  const auto noticing = std::ranges::find_if(
      files, [](const ArchivedFile& file) { return !file.segments[0].void_after; });
  ASSERT_NE(noticing, files.end());
  archive.remove({&noticing->segments[0].id, 1});
  EXPECT_EQ(everything(owner, journal), (Payloads{"good"}));
}

TEST(Archive, PacksOfAVoidSegmentWhatCounts) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  {
    Writer writer(process, journal.options());
    record(writer, "good");
    journal.disk.fail_with([done = false](const Step& step) mutable {
      if (done || step.operation != Operation::sync_data) return Fault::none;
      done = true;
      return Fault::error;
    });
    EXPECT_THROW(record(writer, "failed"), Error);
  }
  SimulatedProcess owner{journal.disk, 3};
  keep_all(owner, journal);
  Archive archive(owner, journal.directory);
  archive.pack(archive.list(), journal.clock, journal.random);
  ASSERT_EQ(archive.list().size(), 1U);
  EXPECT_EQ(everything(owner, journal), (Payloads{"good"}));
}

TEST(Archive, KeepsDamagedSegmentsApartUntilTheyAreReleased) {
  TestJournal journal;
  const Payloads written = fill(journal, 1);
  SimulatedProcess owner{journal.disk, 3};
  Backlog backlog(owner, journal.backlog());
  backlog.scan();
  SegmentReader& segment = *backlog.segments().front();
  ASSERT_TRUE(backlog.try_own(segment));
  Archive archive(owner, journal.directory);
  EXPECT_TRUE(archive.keep_damaged(segment));
  ASSERT_EQ(archive.list_damaged().size(), 1U);
  EXPECT_TRUE(archive.list().empty());
  EXPECT_EQ(everything(owner, journal), written);
  archive.release_damaged(segment.file().id);
  EXPECT_TRUE(archive.list_damaged().empty());
  EXPECT_EQ(archive.list().size(), 1U);
}

TEST(Archive, ADamagedPackTableIsCorrupt) {
  TestJournal journal;
  fill(journal, 2);
  SimulatedProcess owner{journal.disk, 3};
  keep_all(owner, journal);
  Archive archive(owner, journal.directory);
  archive.pack(archive.list(), journal.clock, journal.random);
  const std::string path = archive.list()[0].path;
  const std::string whole = *journal.disk.content(path);
  for (std::size_t at = 0; at < 16 + 2 * 32 + 4; ++at) {
    journal.disk.put(path, whole);
    journal.disk.flip_bit(path, at);
    EXPECT_THROW(static_cast<void>(archive.list()), Error) << at;
  }
}

// Archiving, packing and tidying, killed before any of their steps and then without power.
TEST(Archive, LosesNothingAndRepeatsNothingWhereverItIsCutShort) {
  bool cut_short = true;
  for (int at = 0; cut_short; ++at) {
    TestJournal journal;
    const Payloads written = fill(journal, 4);
    auto owner = std::make_unique<SimulatedProcess>(journal.disk, 3);
    journal.disk.before_step([&, step_number = 0](const Step& step) mutable {
      if (step.process == 3 && step_number++ == at) owner->kill();
    });
    cut_short = false;
    try {
      keep_all(*owner, journal);
      Archive archive(*owner, journal.directory);
      archive.pack(archive.list(), journal.clock, journal.random);
      archive.tidy();
    } catch (const ProcessDied&) {
      cut_short = true;
    }
    journal.disk.before_step({});
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      const auto disk = journal.disk.after_power_cut(seed);
      SimulatedProcess next{*disk, 4};
      ASSERT_EQ(everything(next, journal), written) << "step " << at << " seed " << seed;
      Archive archive(next, journal.directory);
      archive.tidy();
      ASSERT_EQ(everything(next, journal), written) << "tidied: step " << at << " seed " << seed;
    }
  }
}

TEST(Archive, APackIsReadThroughOneDescriptor) {
  TestJournal journal;
  const Payloads written = fill(journal, 30);
  SimulatedProcess owner{journal.disk, 3};
  keep_all(owner, journal);
  Archive archive(owner, journal.directory);
  archive.pack(archive.list(), journal.clock, journal.random);
  int opened = 0;
  journal.disk.before_step([&](const Step& step) {
    opened += step.operation == Operation::open && step.path.ends_with(".pack") ? 1 : 0;
  });
  Backlog backlog(owner, journal.backlog(Include::archive_and_journal));
  backlog.scan();
  ASSERT_EQ(backlog.segments().size(), 30U);
  EXPECT_EQ(opened, 2) << "once for its table, once for all that is in it";
  Payloads found;
  for (SegmentReader* const segment : backlog.segments()) {
    ASSERT_TRUE(backlog.try_own(*segment));
    for (std::string& payload : payloads(*segment)) found.push_back(std::move(payload));
  }
  EXPECT_EQ(found, written);
}

}  // namespace
}  // namespace shelduck::journal
