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

const std::string kJournalOfEdges = "/d/h.duckdb.journal";

TEST(Identity, KeepsAnEdgeThatNeverGoesBack) {
  EmptyFolder folder;
  SimulatedProcess process{folder.disk, 1};
  EXPECT_EQ(read_edge(process, kJournalOfEdges), std::nullopt);
  EXPECT_EQ(kind_of([&] { advance_edge(process, kJournalOfEdges, 1); }), ErrorKind::not_found);
  const Identity made = folder.open(process);
  EXPECT_EQ(read_edge(process, kJournalOfEdges), std::nullopt);
  const std::string without = *folder.disk.content(kJournalOfEdges + "/identity");
  for (const auto& [moved, kept] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{-5, -5}, {70, 70}, {60, 70}}) {
    advance_edge(process, kJournalOfEdges, moved);
    EXPECT_EQ(read_edge(process, kJournalOfEdges), kept);
    EXPECT_EQ(folder.open(process), made);
  }
  // As builds wrote it that knew of no edge.
  folder.disk.put(kJournalOfEdges + "/identity", without);
  EXPECT_EQ(read_edge(process, kJournalOfEdges), std::nullopt);
  EXPECT_EQ(process.list(kJournalOfEdges), (std::vector<std::string>{"identity"}));
}

TEST(Identity, OfAJournalThatFollowsAnotherBeginsWithItsEdge) {
  EmptyFolder folder;
  SimulatedProcess process{folder.disk, 1};
  make_journal(process, kJournalOfEdges, {Uuid{{5}}, "history"}, {.edge = 1'700'000'000});
  EXPECT_EQ(read_edge(process, kJournalOfEdges), 1'700'000'000);
}

TEST(Identity, KeepsTheWordForAnEngineBesideItsEdge) {
  EmptyFolder folder;
  SimulatedProcess process{folder.disk, 1};
  EXPECT_EQ(read_engine(process, kJournalOfEdges), std::nullopt);
  EXPECT_EQ(kind_of([&] { note_engine(process, kJournalOfEdges, "sqlite"); }),
            ErrorKind::not_found);
  const Identity made = folder.open(process);
  EXPECT_EQ(read_engine(process, kJournalOfEdges), std::nullopt);
  note_engine(process, kJournalOfEdges, "sqlite");
  advance_edge(process, kJournalOfEdges, 70);
  EXPECT_EQ(read_engine(process, kJournalOfEdges), "sqlite");
  note_engine(process, kJournalOfEdges, "duckdb");
  EXPECT_EQ(read_engine(process, kJournalOfEdges), "duckdb");
  EXPECT_EQ(read_edge(process, kJournalOfEdges), 70);
  EXPECT_EQ(folder.open(process), made);
  EXPECT_EQ(kind_of([&] { note_engine(process, kJournalOfEdges, "of two\nlines"); }),
            ErrorKind::bug);
}

TEST(Identity, OfANewJournalHasTheWordThatIsWanted) {
  EmptyFolder folder;
  SimulatedProcess process{folder.disk, 1};
  for (const char* wanted : {"sqlite", "duckdb"}) {
    open_or_create_journal(process, "/d/h.duckdb",
                           {"history", folder.clock, folder.random, std::string(wanted)});
    EXPECT_EQ(read_engine(process, kJournalOfEdges), "sqlite") << "the first one";
  }
}

TEST(Identity, WithAnyByteOfItsEdgeChangedIsRefused) {
  EmptyFolder folder;
  SimulatedProcess process{folder.disk, 1};
  folder.open(process);
  advance_edge(process, kJournalOfEdges, 1'700'000'000);
  const std::string path = kJournalOfEdges + "/identity";
  const std::string whole = *folder.disk.content(path);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    folder.disk.put(path, whole);
    folder.disk.flip_bit(path, at);
    EXPECT_THROW(static_cast<void>(read_edge(process, kJournalOfEdges)), Error) << at;
  }
}

// Killed before any step and then without power: the edge is the old one or the new one, and the
// new one once advance_edge() returned.
TEST(Identity, HasOneOfBothEdgesAfterAnyCrash) {
  bool is_returned = false;
  for (int at = 0; !is_returned; ++at) {
    EmptyFolder folder;
    SimulatedProcess first{folder.disk, 1};
    folder.open(first);
    advance_edge(first, kJournalOfEdges, 10);
    SimulatedProcess second{folder.disk, 2};
    folder.disk.before_step([&, step_number = 0](const Step&) mutable {
      if (step_number++ == at) second.kill();
    });
    try {
      advance_edge(second, kJournalOfEdges, 20);
      is_returned = true;
    } catch (const ProcessDied&) {
      EXPECT_TRUE(second.is_dead());
    }
    folder.disk.before_step({});
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto disk = folder.disk.after_power_cut(seed);
      SimulatedProcess next{*disk, 3};
      const std::int64_t edge = read_edge(next, kJournalOfEdges).value_or(0);
      EXPECT_TRUE(edge == 20 || (edge == 10 && !is_returned)) << edge << " at step " << at;
      advance_edge(next, kJournalOfEdges, 30);
      EXPECT_EQ(read_edge(next, kJournalOfEdges), 30);
    }
  }
}

}  // namespace
}  // namespace shelduck::journal
