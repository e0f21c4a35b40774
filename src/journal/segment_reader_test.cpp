#include "shelduck/journal/segment_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/segment_header.hpp"
#include "shelduck/journal/test_journal.hpp"

namespace shelduck::journal {
namespace {

using testing::Fault;
using testing::Operation;
using testing::SimulatedProcess;
using testing::Step;

// One segment whose frames a test writes itself, so that it can be wrong in every way.
class Forged {
 public:
  explicit Forged(TestJournal& journal, std::uint32_t version = kFormatVersion)
      : journal_(journal), codec_(id) {
    bytes = encode(SegmentHeader{version, journal.identity, id});
  }

  Forged& marker(bool previous_synced) {
    const std::string payload =
        encode(Marker{.previous_synced = previous_synced, .offset = bytes.size()});
    return frame({.kind = FrameKind::marker, .payload = payload});
  }

  Forged& record(std::string_view payload, std::uint16_t type = kStart) {
    return frame({.type = type, .payload = payload});
  }

  Forged& notice(const VoidNotice& notice) {
    const std::string payload = encode(notice);
    return frame({.kind = FrameKind::void_notice, .payload = payload});
  }

  // A frame's worth of bytes that are none.
  Forged& garbage() {
    bytes.append(40, '\x55');
    ++sequence_;
    return *this;
  }

  SegmentReader& reader() {
    journal_.disk.put(journal_.path(id), bytes);
    reader_ = std::make_unique<SegmentReader>(
        process_, SegmentFile{.id = id, .path = journal_.path(id)}, journal_.reader());
    return *reader_;
  }

  const Uuid id{{0xAA}};
  std::string bytes;

 private:
  Forged& frame(Frame frame) {
    frame.sequence = ++sequence_;
    if (frame.kind == FrameKind::marker) ++batch_;
    frame.batch = batch_;
    codec_.append_to(bytes, frame);
    return *this;
  }

  TestJournal& journal_;
  SimulatedProcess process_{journal_.disk, 50};
  FrameCodec codec_;
  std::uint64_t sequence_ = 0;
  std::uint32_t batch_ = 0;
  std::unique_ptr<SegmentReader> reader_;
};

TEST(SegmentReader, ReadsAfterTheGivenSequenceOnly) {
  TestJournal journal;
  Forged forged(journal);
  SegmentReader& reader = forged.marker(false).record("a").record("b").record("c").reader();
  ASSERT_TRUE(reader.try_own());
  reader.seek(3);
  EXPECT_EQ(payloads(reader), (Payloads{"c"}));
  reader.seek(0);
  EXPECT_EQ(payloads(reader), (Payloads{"a", "b", "c"}));
  EXPECT_EQ(reader.last_sequence(), 4U);
  EXPECT_EQ(reader.last_record(), 4U);
}

TEST(SegmentReader, SeesWhatAWriterAddsWhileItIsLive) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  const Position first = record(writer, "one");
  SimulatedProcess owner{journal.disk, 3};
  SegmentReader reader(owner, {.id = first.segment, .path = journal.path(first.segment)},
                       journal.reader());
  EXPECT_EQ(payloads(reader), (Payloads{"one"}));
  EXPECT_FALSE(reader.try_own());
  EXPECT_EQ(reader.end(), SegmentEnd::live);
  record(writer, "two");
  EXPECT_EQ(payloads(reader), Payloads{}) << "not surveyed yet";
  reader.survey();
  EXPECT_EQ(payloads(reader), (Payloads{"two"}));
}

TEST(SegmentReader, ABadFrameBeforeASyncedMarkerIsCorruptionAndReadingGoesOnAfterIt) {
  TestJournal journal;
  Forged forged(journal);
  forged.marker(false).record("a");
  const std::size_t damaged_at = forged.bytes.size();
  forged.garbage().marker(true).record("b");
  SegmentReader& reader = forged.reader();
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(payloads(reader), (Payloads{"a", "b"}));
  ASSERT_EQ(reader.damaged().size(), 1U);
  EXPECT_EQ(reader.damaged()[0].segment, forged.id);
  EXPECT_EQ(reader.damaged()[0].offset, damaged_at);
  EXPECT_EQ(reader.damaged()[0].bytes, 40U);
  EXPECT_EQ(reader.damaged()[0].frames, 1U);
  EXPECT_EQ(reader.end(), SegmentEnd::clean);
}

TEST(SegmentReader, CorruptionIsFoundThroughALaterSyncedMarkerToo) {
  TestJournal journal;
  Forged forged(journal);
  SegmentReader& reader = forged.marker(false)
                              .record("a")
                              .garbage()
                              .marker(false)
                              .record("b")
                              .marker(true)
                              .record("c")
                              .reader();
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(payloads(reader), (Payloads{"a", "b", "c"}));
  EXPECT_EQ(reader.damaged().size(), 1U);
}

TEST(SegmentReader, ABadFrameWithoutASyncedMarkerBehindItIsATornTail) {
  TestJournal journal;
  Forged forged(journal);
  forged.marker(false).record("a");
  const std::size_t torn_at = forged.bytes.size();
  forged.garbage().record("lost").marker(false).record("b").record("c");
  SegmentReader& reader = forged.reader();
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(payloads(reader), (Payloads{"a"}));
  EXPECT_EQ(reader.end(), SegmentEnd::torn);
  EXPECT_EQ(reader.torn_tail().offset, torn_at);
  EXPECT_EQ(reader.torn_tail().bytes, forged.bytes.size() - torn_at);
  EXPECT_EQ(reader.torn_tail().records, 2U) << "whole records behind the next marker";
  EXPECT_TRUE(reader.damaged().empty());
}

TEST(SegmentReader, NothingIsJudgedWithoutTheLock) {
  TestJournal journal;
  Forged forged(journal);
  SegmentReader& reader =
      forged.marker(false).record("a").marker(true).garbage().marker(true).record("b").reader();
  SimulatedProcess writer{journal.disk, 60};
  const auto held = writer.open(journal.path(forged.id), Access::write);
  ASSERT_TRUE(held->try_lock());
  EXPECT_FALSE(reader.try_own());
  reader.survey();
  EXPECT_EQ(payloads(reader), (Payloads{"a"}));
  EXPECT_TRUE(reader.damaged().empty());
  EXPECT_EQ(reader.end(), SegmentEnd::live);
}

TEST(SegmentReader, OfALiveSegmentHandsOutWhatAMarkerSaysIsOnTheDisk) {
  TestJournal journal;
  Forged forged(journal);
  SegmentReader& reader = forged.marker(false).record("a").marker(true).record("in doubt").reader();
  EXPECT_EQ(payloads(reader), (Payloads{"a"}));
  EXPECT_EQ(reader.last_sequence(), 2U);
  EXPECT_THROW(reader.make_durable(4), Error) << "its writer may be about to declare it void";
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(payloads(reader), (Payloads{"in doubt"}));
}

TEST(SegmentReader, AnyBitFlippedInSyncedBytesIsReportedAndNeverServed) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Uuid id;
  Payloads written;
  {
    Writer writer(process, journal.options());
    for (int i = 0; i < 4; ++i) {
      written.push_back("payload " + std::to_string(i));
      id = record(writer, written.back()).segment;
    }
  }
  const std::string whole = *journal.disk.content(journal.path(id));
  // The last two markers, one after the last sync and the closing one, were never synced; the
  // header's last four bytes say nothing.
  for (std::size_t at = 0; at < whole.size() - 66; ++at) {
    if (at >= kSegmentHeaderBytes - 4 && at < kSegmentHeaderBytes) continue;
    journal.disk.put(journal.path(id), whole);
    journal.disk.flip_bit(journal.path(id), at);
    SegmentReader reader(process, {.id = id, .path = journal.path(id)}, journal.reader());
    ASSERT_TRUE(reader.try_own());
    ASSERT_EQ(reader.damaged().size(), 1U) << at;
    const Payloads read = payloads(reader);
    EXPECT_GE(read.size() + 1, written.size()) << at;
    for (const std::string& payload : read) {
      EXPECT_NE(std::ranges::find(written, payload), written.end()) << at;
    }
  }
}

TEST(SegmentReader, ARecordTypeOfANewerVersionStopsTheSegment) {
  TestJournal journal;
  Forged forged(journal);
  SegmentReader& reader =
      forged.marker(false).record("a").record("new", kNewerType).record("b").reader();
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(payloads(reader), (Payloads{"a"}));
  EXPECT_EQ(reader.end(), SegmentEnd::newer);
  EXPECT_TRUE(reader.damaged().empty());
}

TEST(SegmentReader, AHeaderOfANewerVersionStopsTheSegmentBeforeItsFirstFrame) {
  TestJournal journal;
  Forged forged(journal, kFormatVersion + 1);
  SegmentReader& reader = forged.marker(false).record("a").reader();
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(payloads(reader), Payloads{});
  EXPECT_EQ(reader.end(), SegmentEnd::newer);
}

TEST(SegmentReader, ReadsNothingOfAnotherDatabase) {
  TestJournal journal;
  Forged forged(journal);
  forged.marker(false).record("a");
  journal.identity.uuid = Uuid{{0x77}};
  SegmentReader& reader = forged.reader();
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(payloads(reader), Payloads{});
  EXPECT_EQ(reader.end(), SegmentEnd::foreign);
}

TEST(SegmentReader, AMarkerInsideAPayloadIsNoMarker) {
  TestJournal journal;
  Forged forged(journal);
  forged.marker(false).record("a");
  const std::string copied = forged.bytes.substr(kSegmentHeaderBytes);
  std::string marker;
  FrameCodec(forged.id).append_to(
      marker, {.sequence = 9,
               .batch = 4,
               .kind = FrameKind::marker,
               .payload = encode(Marker{.previous_synced = true, .offset = 72})});
  forged.garbage().record("x" + copied + marker + "x");
  SegmentReader& reader = forged.reader();
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(reader.end(), SegmentEnd::torn);
  EXPECT_TRUE(reader.damaged().empty());
}

TEST(SegmentReader, KnowsFromALaterMarkerWhatIsOnTheDisk) {
  TestJournal journal;
  Forged forged(journal);
  SegmentReader& reader =
      forged.marker(false).record("a").marker(true).record("b").marker(false).record("c").reader();
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(reader.synced_upto(), 2U);
  int syncs = 0;
  journal.disk.before_step(
      [&](const Step& step) { syncs += step.operation == Operation::sync_data ? 1 : 0; });
  reader.make_durable(2);
  EXPECT_EQ(syncs, 0);
  reader.make_durable(4);
  EXPECT_EQ(syncs, 1);
  EXPECT_EQ(reader.synced_upto(), 6U);
  journal.disk.before_step({});
}

// A segment whose writer was killed when it had written a batch and not synced it.
Position leave_unsynced(TestJournal& journal) {
  SimulatedProcess killed{journal.disk, 2};
  Writer writer(killed, journal.options());
  const Position first = record(writer, "synced");
  writer.write(append(writer, "in doubt"));
  killed.kill();
  return first;
}

Fault no_sync(const Step& step) {
  return step.operation == Operation::sync_data ? Fault::error : Fault::none;
}

TEST(SegmentReader, AfterAFailedSyncNothingMoreIsDeclaredDurable) {
  TestJournal journal;
  const Position first = leave_unsynced(journal);
  SimulatedProcess owner{journal.disk, 3};
  SegmentReader reader(owner, {.id = first.segment, .path = journal.path(first.segment)},
                       journal.reader());
  ASSERT_TRUE(reader.try_own());
  ASSERT_EQ(payloads(reader), (Payloads{"synced", "in doubt"}));
  journal.disk.fail_with(no_sync);
  EXPECT_THROW(reader.make_durable(reader.last_record()), Error);
  journal.disk.fail_with({});
  EXPECT_THROW(reader.make_durable(reader.last_record()), Error);
  EXPECT_EQ(reader.synced_upto(), first.sequence);
}

// The kernel forgets which pages it could not write: a second sync of them succeeds and means
// nothing, in this process or the next.
TEST(SegmentReader, WritesAnewWhatAnEarlierSyncMayHaveDropped) {
  for (const bool failed_in_owner : {false, true}) {
    TestJournal journal;
    Position first;
    if (failed_in_owner) {
      first = leave_unsynced(journal);
      SimulatedProcess earlier{journal.disk, 4};
      SegmentReader reader(earlier, {.id = first.segment, .path = journal.path(first.segment)},
                           journal.reader());
      ASSERT_TRUE(reader.try_own());
      journal.disk.fail_with(no_sync);
      EXPECT_THROW(reader.make_durable(reader.last_record()), Error);
    } else {
      SimulatedProcess killed{journal.disk, 2};
      Writer writer(killed, journal.options());
      first = record(writer, "synced");
      journal.disk.fail_with(no_sync);
      journal.disk.before_step([&](const Step& step) {
        if (step.operation == Operation::rename) killed.kill();
      });
      EXPECT_THROW(record(writer, "in doubt"), Error);
      ASSERT_TRUE(killed.is_dead());
    }
    journal.disk.fail_with({});
    journal.disk.before_step({});
    SimulatedProcess owner{journal.disk, 3};
    SegmentReader reader(owner, {.id = first.segment, .path = journal.path(first.segment)},
                         journal.reader());
    ASSERT_TRUE(reader.try_own());
    ASSERT_EQ(payloads(reader), (Payloads{"synced", "in doubt"}));
    reader.make_durable(reader.last_record());
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      const auto disk = journal.disk.after_power_cut(seed);
      SimulatedProcess later{*disk, 5};
      EXPECT_EQ(read_everything(later, journal.backlog()), (Payloads{"synced", "in doubt"}));
    }
  }
}

TEST(SegmentReader, HandsOutNothingThatItsWriterIsAboutToDeclareVoid) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  const Position first = record(writer, "one");
  SimulatedProcess owner{journal.disk, 3};
  std::unique_ptr<SegmentReader> reader;
  journal.disk.fail_with([&, done = false](const Step& step) mutable {
    if (done || step.operation != Operation::sync_data) return Fault::none;
    done = true;
    return Fault::error;
  });
  // Opened after the failure, before the rename: its own sync would succeed and mean nothing.
  journal.disk.before_step([&](const Step& step) {
    if (step.operation != Operation::rename || reader) return;
    reader = std::make_unique<SegmentReader>(
        owner, SegmentFile{.id = first.segment, .path = journal.path(first.segment)},
        journal.reader());
  });
  EXPECT_THROW(record(writer, "failed"), Error);
  journal.disk.before_step({});
  ASSERT_TRUE(reader);
  EXPECT_EQ(payloads(*reader), (Payloads{"one"}));
}

TEST(SegmentReader, EndingBeforeThePositionMeansTheDiskLied) {
  TestJournal journal;
  Forged forged(journal);
  SegmentReader& reader = forged.marker(false).record("a").reader();
  reader.seek(2);
  ASSERT_TRUE(reader.try_own());
  EXPECT_FALSE(reader.ends_before_position());
  reader.seek(3);
  EXPECT_TRUE(reader.ends_before_position());
  reader.disown();
  EXPECT_FALSE(reader.ends_before_position()) << "not judged without the lock";
}

TEST(SegmentReader, FramesAfterAVoidNoticeDoNotCount) {
  TestJournal journal;
  Forged forged(journal);
  SegmentReader& reader =
      forged.marker(false).record("a").marker(true).record("in doubt").garbage().reader();
  ASSERT_TRUE(reader.try_own());
  reader.obey_void_after(2);
  EXPECT_EQ(payloads(reader), (Payloads{"a"}));
  EXPECT_EQ(reader.last_record(), 2U);
  EXPECT_EQ(reader.end(), SegmentEnd::void_after);
  EXPECT_TRUE(reader.damaged().empty());
}

TEST(SegmentReader, ABadFrameBeforeTheVoidIsCorruptionBecauseItsWriterHadSyncedIt) {
  TestJournal journal;
  Forged forged(journal);
  SegmentReader& reader = forged.marker(false).record("a").garbage().reader();
  reader.obey_void_after(3);
  ASSERT_TRUE(reader.try_own());
  EXPECT_EQ(payloads(reader), (Payloads{"a"}));
  EXPECT_EQ(reader.damaged().size(), 1U);
}

TEST(SegmentReader, OfAFileThatIsGoneSaysSo) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  try {
    SegmentReader reader(process, {.id = Uuid{{1}}, .path = journal.path(Uuid{{1}})},
                         journal.reader());
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
}

TEST(SegmentReader, IsSettledUntilItGrowsOrIsRenamed) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  SimulatedProcess owner{journal.disk, 3};
  {
    Writer writer(process, journal.options());
    record(writer, "one");
  }
  SegmentReader reader(owner, segments(journal).front(), journal.reader());
  reader.settle();
  EXPECT_FALSE(reader.is_settled()) << "a live one is in doubt";
  ASSERT_TRUE(reader.try_own());
  reader.settle();
  reader.disown();
  EXPECT_TRUE(reader.is_settled());
  reader.moved_to(reader.file());
  EXPECT_FALSE(reader.is_settled());
  ASSERT_TRUE(reader.try_own());
  reader.settle();
  reader.disown();
  Writer writer(process, journal.options());
  EXPECT_TRUE(reader.is_settled()) << "who only looks for a segment changes nothing";
  record(writer, "two");
  EXPECT_FALSE(reader.is_settled());
}

}  // namespace
}  // namespace shelduck::journal
