#include "shelduck/journal/restore_intent.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/test_journal.hpp"

namespace shelduck::journal {
namespace {

using testing::SimulatedProcess;

TEST(RestoreIntent, StandsUntilItIsRemovedThroughEveryPowerCut) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  EXPECT_EQ(read_intent(process, journal.database), std::nullopt);
  write_intent(process, journal.database, "swap in\nfile 7");
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto disk = journal.disk.after_power_cut(seed);
    SimulatedProcess next{*disk, 3};
    EXPECT_EQ(read_intent(next, journal.database), "swap in\nfile 7");
  }
  remove_intent(process, journal.database);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto disk = journal.disk.after_power_cut(seed);
    SimulatedProcess next{*disk, 3};
    EXPECT_FALSE(intent_stands(next, journal.database));
  }
}

TEST(RestoreIntent, ThatIsDamagedIsReported) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  write_intent(process, journal.database, "plan");
  const std::string path = intent_path(journal.database);
  ASSERT_TRUE(journal.disk.flip_bit(path, journal.disk.content(path)->size() - 1));
  EXPECT_THROW(static_cast<void>(read_intent(process, journal.database)), Error);
}

TEST(RestoreIntent, CannotLockWhileAWriterHoldsASegment) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  SimulatedProcess restorer{journal.disk, 3};
  {
    Writer writer(process, journal.options());
    record(writer, "x");
    EXPECT_THROW(static_cast<void>(lock_every_segment(restorer, journal.directory)), Error);
  }
  EXPECT_EQ(lock_every_segment(restorer, journal.directory).size(), 1U);
}

// The new journal has a new identity: a writer that was there before takes it over.
TEST(RestoreIntent, WritersFollowIntoTheJournalThatWasSwappedIn) {
  TestJournal journal;
  SimulatedProcess process{journal.disk, 2};
  Writer writer(process, journal.options());
  SimulatedProcess restorer{journal.disk, 3};
  restorer.rename(journal.directory, "/d/aside");
  journal.identity = make_journal(restorer, journal.directory, {Uuid{{9}}, "history"});
  record(writer, "after the restore");
  EXPECT_EQ(read_everything(restorer, journal.backlog()), (Payloads{"after the restore"}));
}

}  // namespace
}  // namespace shelduck::journal
