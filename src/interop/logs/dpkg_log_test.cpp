#include <gtest/gtest.h>

#include "shelduck/interop/logs/collected_log.hpp"
#include "shelduck/interop/logs/grouping.hpp"

namespace shelduck::interop::logs {
namespace {

CollectedLog dpkg(std::string_view name) { return read_corpus(Format::dpkg, name); }

TEST(DpkgLog, StartupBeginsAGroup) {
  const CollectedLog log = dpkg("two_groups.log");
  ASSERT_EQ(told(log),
            (Lines{"2024-03-05T10:00:00Z 3s success", "2024-03-05T10:00:04Z 15s success"}));
  EXPECT_EQ(log.entries[0].plugin_name, "dpkg");
  EXPECT_EQ(log.entries[0].packages_total, 1);
  EXPECT_EQ(log.entries[1].packages_updated, 1);
  Grouping grouping{Format::dpkg};
  EXPECT_EQ(grouping.place(log.entries[0]).run, grouping.place(log.entries[1]).run);
}

TEST(DpkgLog, TriggersPendingBelongsToTheStartupBehindIt) {
  EXPECT_EQ(told(dpkg("triggers_before_startup.log")),
            (Lines{"2024-03-05T10:00:00Z 2s success", "2024-06-11T19:06:42Z 1s success"}));
}

TEST(DpkgLog, UpdateAlternativesIsNoDamageAndNoWork) {
  const CollectedLog log = dpkg("update_alternatives.log");
  EXPECT_EQ(told(log), Lines{"2011-05-01T19:56:15Z 3s success"});
  EXPECT_TRUE(log.rejects.empty());
}

TEST(DpkgLog, TornFirstLineCostsOnlyItself) {
  const CollectedLog log = dpkg("torn_first_line.log");
  EXPECT_EQ(told(log), (Lines{"2024-03-05T10:00:01Z - success [start_unknown]",
                              "2024-03-05T10:00:09Z 2s success"}));
  EXPECT_EQ(rejects_of(log), Lines{"1: the line does not begin with a time and an event"});
}

TEST(DpkgLog, PackageMayStayUnpackedForEver) {
  EXPECT_EQ(told(dpkg("left_unpacked.log")),
            (Lines{"2024-03-05T10:00:00Z 3s success", "2024-03-05T12:00:00Z 0s success"}));
}

TEST(DpkgLog, PackageLeftHalfDoneMeansFailedOrAtTheEndInterrupted) {
  const CollectedLog log = dpkg("left_half_configured.log");
  EXPECT_EQ(told(log), (Lines{"2024-03-05T10:00:00Z 7s failed",
                              "2024-03-05T11:00:00Z - interrupted [open_at_end]"}));
  EXPECT_EQ(log.entries[0].status_raw, "half-configured foo:amd64");
  EXPECT_EQ(log.entries[0].error_message, "packages were left half-configured: foo:amd64");
  EXPECT_EQ(log.entries[0].packages_total, 2);
  EXPECT_EQ(log.entries[0].packages_updated, 1);
}

TEST(DpkgLog, RejectsMergeConflictMarkersAlone) {
  const CollectedLog log = dpkg("merge_conflict.log");
  EXPECT_EQ(told(log), (Lines{"2024-03-05T10:00:00Z 5s success",
                              "2024-03-05T09:00:00Z 2s success [clock_went_back]"}));
  EXPECT_EQ(log.rejects.size(), 4U);
}

TEST(DpkgLog, ClockMayGoBackSevenHoursInsideAGroup) {
  EXPECT_EQ(told(dpkg("clock_went_back.log")),
            (Lines{"2024-03-05T10:00:00Z - success [end_before_start]",
                   "2024-03-05T03:00:06Z 3s success [clock_went_back]"}));
}

TEST(DpkgLog, PausePartsGroupsWhereThereIsNoStartup) {
  const CollectedLog log = dpkg("before_2007.log");
  EXPECT_EQ(told(log), (Lines{"2006-11-02T10:00:04Z - success [start_unknown]",
                              "2006-11-02T18:00:00Z 5s success"}));
  EXPECT_EQ(log.entries[1].packages_total, 2);
}

TEST(DpkgLog, RejectsDamageLineByLine) {
  const CollectedLog log = dpkg("damaged_lines.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T10:00:00Z 2s success"});
  EXPECT_EQ(rejects_of(log), (Lines{"3: the event is none of dpkg's",
                                    "4: the line does not begin with a time and an event",
                                    "6: the line is not UTF-8",
                                    "7: the line does not begin with a time and an event"}));
}

TEST(DpkgLog, StartBefore2001IsAFalseClock) {
  EXPECT_EQ(told(dpkg("false_clock.log")), Lines{"1970-01-01T00:00:07Z 2s success [false_clock]"});
}

// The importer marks covered work; this shows that both logs give it the spans it needs.
TEST(DpkgLog, GroupsLieInsideTheAptEntryThatCoversThem) {
  const LogEntry apt = read_corpus(Format::apt, "covers_dpkg.log").entries.at(0);
  for (const LogEntry& entry : dpkg("covered_by_apt.log").entries) {
    EXPECT_GE(*entry.start, *apt.start);
    EXPECT_LE(*entry.end, *apt.end);
    EXPECT_NE(entry.plugin_name, apt.plugin_name);
  }
}

}  // namespace
}  // namespace shelduck::interop::logs
