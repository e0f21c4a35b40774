#include <gtest/gtest.h>

#include <set>

#include "shelduck/interop/logs/collected_log.hpp"
#include "shelduck/interop/logs/grouping.hpp"

namespace shelduck::interop::logs {
namespace {

CollectedLog ninja(std::string_view name) { return read_corpus(Format::ninja, name); }

TEST(NinjaLog, InVersion5TheTimeIsTheOutputs) {
  const CollectedLog log = ninja("v5.log");
  ASSERT_EQ(told(log), (Lines{"2026-11-21T10:32:57.988878Z 3.5s success foo.o",
                              "2026-11-21T10:33:01.6Z 0s success foo.a"}));
  EXPECT_EQ(log.entries[0].resolution_seconds, 0.001);
  EXPECT_EQ(to_string(*log.entries[0].session_start), "2026-11-21T10:32:56.988878Z");
}

TEST(NinjaLog, InVersions6And7TheTimeIsTheStart) {
  for (const char* name : {"v6.log", "v7.log"}) {
    EXPECT_EQ(told(ninja(name)), Lines{"2026-11-21T10:33:01.488878Z 3.5s success foo.o"}) << name;
  }
}

TEST(NinjaLog, TimesMayBeSeconds) {
  EXPECT_EQ(told(ninja("seconds.log")), Lines{"2026-11-21T10:32:57.5Z 3.5s success foo.o"});
}

TEST(NinjaLog, TimesMayBeWindowsUnits) {
  EXPECT_EQ(told(ninja("windows.log")),
            Lines{"2026-11-21T10:33:01.123456Z 3.5s success src/foo.obj"});
}

TEST(NinjaLog, NoTimeIsQuarantinedAndNeverNow) {
  const CollectedLog log = ninja("no_time.log");
  EXPECT_EQ(told(log), Lines{"2026-11-21T10:33:00.985Z 0.015s success good.o"});
  const std::string reason = "the mtime is no time, so the command has no date";
  EXPECT_EQ(rejects_of(log), (Lines{"2: " + reason, "3: " + reason, "4: " + reason}));
}

TEST(NinjaLog, CommandWithManyOutputsCountsOnce) {
  const CollectedLog log = ninja("many_outputs.log");
  ASSERT_EQ(log.entries.size(), 3U);
  EXPECT_EQ(log.entries[0].item, "gen/a.h");
  EXPECT_EQ(log.entries[1].item, "gen/b.h");
  EXPECT_EQ(log.entries[2].item, "x.o");
  EXPECT_EQ(log.summary.duplicates, 2U);
}

TEST(NinjaLog, ShuffledLinesStayTheirBuilds) {
  const CollectedLog log = ninja("shuffled_builds.log");
  ASSERT_EQ(log.entries.size(), 40U);
  Grouping grouping{Format::ninja};
  std::set<std::pair<std::string, std::size_t>> runs;
  for (const LogEntry& entry : log.entries) {
    EXPECT_TRUE(entry.flags.empty());
    runs.emplace(entry.item.substr(0, 2), grouping.place(entry).run);
  }
  EXPECT_EQ(runs.size(), 2U);
}

TEST(NinjaLog, UnknownVersionIsRejectedOnce) {
  const CollectedLog log = ninja("unknown_version.log");
  EXPECT_TRUE(log.entries.empty());
  EXPECT_EQ(rejects_of(log),
            Lines{"1: the version of the ninja log is none of 5, 6, 7: its lines are left out"});
}

TEST(NinjaLog, RejectsMergeConflictMarkersAlone) {
  const CollectedLog log = ninja("merge_conflict.log");
  EXPECT_EQ(log.entries.size(), 2U);
  EXPECT_EQ(log.rejects.size(), 3U);
}

TEST(NinjaLog, RejectsDamageLineByLine) {
  const CollectedLog log = ninja("damaged_lines.log");
  EXPECT_EQ(told(log), (Lines{"2026-11-21T10:33:00.999Z 0.001s success good.o",
                              "2026-11-21T10:33:01.8Z - success back.o [end_before_start]"}));
  EXPECT_EQ(log.rejects.size(), 6U);
}

}  // namespace
}  // namespace shelduck::interop::logs
