#include "shelduck/journal/identity.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/test_journal.hpp"

namespace shelduck::journal {
namespace {

using testing::ProcessDied;
using testing::SimulatedDisk;
using testing::SimulatedProcess;
using testing::Step;

struct EmptyFolder {
  EmptyFolder() { disk.put("/d/", ""); }

  Identity open(FileSystem& files, std::string_view domain = "history") const {
    return open_or_create_journal(files, "/d/h.duckdb", {domain, clock, random});
  }

  SimulatedDisk disk;
  Clock clock = ticking_clock();
  RandomSource random = seeded_random(1);
};

TEST(Identity, IsMadeOnceAndThenRead) {
  EmptyFolder folder;
  SimulatedProcess process{folder.disk, 1};
  const Identity first = folder.open(process);
  EXPECT_EQ(first.domain, "history");
  EXPECT_EQ(folder.open(process), first);
  EXPECT_EQ(read_identity(process, "/d/h.duckdb.journal"), first);
}

TEST(Identity, OfOneThatCameFirstWins) {
  EmptyFolder folder;
  SimulatedProcess late{folder.disk, 1};
  SimulatedProcess early{folder.disk, 2};
  Identity first;
  folder.disk.before_step([&, done = false](const Step& step) mutable {
    if (done || step.process != 1 || step.operation != testing::Operation::sync_data) return;
    done = true;
    first = folder.open(early);
  });
  EXPECT_EQ(folder.open(late), first);
  folder.disk.before_step({});
  EXPECT_EQ(late.list("/d/h.duckdb.journal"), (std::vector<std::string>{"identity"}));
}

TEST(Identity, IsNotInventedWhereADatabaseStandsWithoutItsJournal) {
  EmptyFolder folder;
  folder.disk.put("/d/h.duckdb", "a database");
  SimulatedProcess process{folder.disk, 1};
  EXPECT_EQ(kind_of([&] { folder.open(process); }), ErrorKind::not_found);
  EXPECT_FALSE(process.status("/d/h.duckdb.journal"));
  // The engine knows the identity: it stands in the database.
  const Identity stored{Uuid{{5}}, "history"};
  EXPECT_EQ(make_journal(process, "/d/h.duckdb.journal", stored), stored);
  EXPECT_EQ(folder.open(process), stored);
}

TEST(Identity, OfAnotherDomainIsRefused) {
  EmptyFolder folder;
  SimulatedProcess process{folder.disk, 1};
  folder.open(process);
  EXPECT_EQ(kind_of([&] { folder.open(process, "sensors"); }), ErrorKind::conflict);
}

TEST(Identity, WithAnyByteChangedIsRefused) {
  EmptyFolder folder;
  SimulatedProcess process{folder.disk, 1};
  folder.open(process);
  const std::string path = "/d/h.duckdb.journal/identity";
  const std::string whole = *folder.disk.content(path);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    folder.disk.put(path, whole);
    folder.disk.flip_bit(path, at);
    EXPECT_THROW(folder.open(process), Error) << at;
  }
  for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
    folder.disk.put(path, whole.substr(0, length));
    EXPECT_EQ(kind_of([&] { folder.open(process); }), ErrorKind::corrupt) << length;
  }
}

TEST(Identity, OfANewerVersionIsRefusedAndNotCalledDamaged) {
  EmptyFolder folder;
  folder.disk.put("/d/h.duckdb.journal/identity", "shelduck journal 2\nwhatever\n");
  SimulatedProcess process{folder.disk, 1};
  EXPECT_EQ(kind_of([&] { folder.open(process); }), ErrorKind::refused);
}

// Killed before any step and then without power: the next one opens a whole journal or makes one.
TEST(Identity, IsWholeOrAbsentAfterAnyCrash) {
  for (int at = 0; at < 20; ++at) {
    EmptyFolder folder;
    auto maker = std::make_unique<SimulatedProcess>(folder.disk, 1);
    folder.disk.before_step([&, step_number = 0](const Step&) mutable {
      if (step_number++ == at) maker->kill();
    });
    try {
      folder.open(*maker);
    } catch (const ProcessDied&) {
      EXPECT_TRUE(maker->is_dead());
    }
    folder.disk.before_step({});
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto disk = folder.disk.after_power_cut(seed);
      SimulatedProcess next{*disk, 2};
      EXPECT_EQ(folder.open(next).domain, "history");
    }
  }
}

TEST(Identity, SurvivesAPowerCutOnceItWasReturned) {
  EmptyFolder folder;
  SimulatedProcess process{folder.disk, 1};
  const Identity made = folder.open(process);
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto disk = folder.disk.after_power_cut(seed);
    SimulatedProcess next{*disk, 2};
    EXPECT_EQ(read_identity(next, "/d/h.duckdb.journal"), made);
  }
}

}  // namespace
}  // namespace shelduck::journal
