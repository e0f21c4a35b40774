#include <gtest/gtest.h>

#include "shelduck/interop/logs/collected_log.hpp"
#include "shelduck/interop/logs/grouping.hpp"

namespace shelduck::interop::logs {
namespace {

CollectedLog apt(std::string_view name) { return read_corpus(Format::apt, name); }

TEST(AptLog, ReadsABlock) {
  const CollectedLog log = apt("complete.log");
  ASSERT_EQ(told(log), Lines{"2024-03-05T10:00:00Z 42s success apt-get -y upgrade"});
  const LogEntry& entry = log.entries.front();
  EXPECT_EQ(entry.plugin_name, "apt");
  EXPECT_EQ(entry.requester, "ada");
  EXPECT_EQ(entry.packages_total, 4);
  EXPECT_EQ(entry.packages_updated, 4);
  EXPECT_EQ(entry.phase, Phase::execute);
  EXPECT_EQ(entry.resolution_seconds, 1.0);
  EXPECT_EQ(entry.line, 2U);
  EXPECT_FALSE(entry.utc_offset_minutes);
  EXPECT_TRUE(log.summary.assumed_zone);
}

TEST(AptLog, ErrorMeansFailedAlthoughThereIsAnEnd) {
  const CollectedLog log = apt("error.log");
  ASSERT_EQ(told(log), Lines{"2024-03-05T10:00:00Z 70s failed apt install broken"});
  const LogEntry& entry = log.entries.front();
  EXPECT_EQ(entry.error_message, "Sub-process /usr/bin/dpkg returned an error code (1)");
  EXPECT_EQ(entry.exit_code, 1);
  EXPECT_EQ(entry.packages_total, 1);
  EXPECT_FALSE(entry.packages_updated);
}

TEST(AptLog, FieldsOf2011MayBeMissing) {
  const CollectedLog log = apt("old_2011.log");
  ASSERT_EQ(told(log),
            (Lines{"2011-04-18T13:43:26Z 4s success", "2011-04-19T08:00:00Z 1s success"}));
  EXPECT_EQ(log.entries[0].packages_total, 1);
  EXPECT_EQ(log.entries[1].packages_total, 0);
  EXPECT_TRUE(log.rejects.empty());
}

TEST(AptLog, CommasInsideBracketsSeparateNoPackages) {
  EXPECT_EQ(apt("commas_in_brackets.log").entries.at(0).packages_total, 3);
}

TEST(AptLog, CommentAndDisappearedAreFields) {
  const CollectedLog log = apt("comment_and_disappeared.log");
  ASSERT_EQ(told(log), Lines{"2024-03-05T10:00:00Z 5s success apt full-upgrade"});
  EXPECT_EQ(log.entries[0].packages_total, 1);
  EXPECT_TRUE(log.rejects.empty());
}

TEST(AptLog, BlockWithoutEndDateIsInterrupted) {
  EXPECT_EQ(told(apt("no_end_date.log")), (Lines{
                                              "2024-03-05T10:00:00Z - interrupted apt upgrade",
                                              "2024-03-05T11:00:00Z 3s success apt upgrade",
                                              "2024-03-05T12:00:00Z - interrupted apt install c "
                                              "[open_at_end]",
                                          }));
}

TEST(AptLog, UnattendedUpgradeIsOneRun) {
  const CollectedLog log = apt("unattended_36_blocks.log");
  ASSERT_EQ(log.entries.size(), 37U);
  Grouping grouping{Format::apt};
  for (std::size_t i = 0; i < 36; ++i) EXPECT_EQ(grouping.place(log.entries[i]).run, 0U);
  const Placement other = grouping.place(log.entries[36]);
  EXPECT_EQ(other.run, 1U);
  EXPECT_TRUE(other.opens);
}

TEST(AptLog, NulBytesBeforeALineAreStripped) {
  const CollectedLog log = apt("nul_before_line.log");
  EXPECT_EQ(told(log), (Lines{"2024-03-05T10:00:00Z 4s success apt upgrade",
                              "2024-03-06T10:00:00Z 7s success"}));
  EXPECT_EQ(rejects_of(log), Lines{"7: the line is torn off by NUL bytes"});
}

TEST(AptLog, RejectsMergeConflictMarkersAlone) {
  const CollectedLog log = apt("merge_conflict.log");
  EXPECT_EQ(told(log), (Lines{"2024-03-05T10:00:00Z 4s success apt upgrade",
                              "2024-03-05T12:00:00Z 5s success apt install x",
                              "2024-03-05T11:00:00Z 6s success apt install y [clock_went_back]"}));
  ASSERT_EQ(log.rejects.size(), 3U);
  EXPECT_EQ(log.rejects[0].text, "<<<<<<< HEAD");
  EXPECT_EQ(log.rejects[1].text, "=======");
  EXPECT_EQ(log.rejects[2].text, ">>>>>>> host-b");
}

TEST(AptLog, ClockThatGoesBackKeepsFileOrder) {
  EXPECT_EQ(told(apt("clock_went_back.log")),
            (Lines{"2024-03-05T10:00:00Z 4s success apt upgrade",
                   "2024-03-05T03:00:05Z 4s success apt install x [clock_went_back]"}));
}

TEST(AptLog, StartBefore2001IsAFalseClock) {
  EXPECT_EQ(told(apt("false_clock.log")),
            (Lines{"1970-01-01T00:00:12Z 38s success apt-get install -y base [false_clock]",
                   "2024-03-05T10:00:00Z 4s success apt upgrade"}));
}

TEST(AptLog, EndBeforeStartHasNoDuration) {
  const CollectedLog log = apt("end_before_start.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T10:00:00Z - success apt upgrade [end_before_start]"});
  EXPECT_TRUE(log.entries[0].end);
}

TEST(AptLog, ReportsOneLineOfEachLostBlock) {
  const CollectedLog log = apt("stray_fields.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T11:00:00Z 20s success apt install bar"});
  EXPECT_EQ(rejects_of(log),
            (Lines{"1: the line is no field of an apt history",
                   "2: the field stands before any Start-Date, so its block is left out",
                   "3: the line is no field of an apt history",
                   "5: the Start-Date is no time, so its block is left out"}));
}

TEST(AptLog, CarriageReturnsAndByteOrderMarkDoNotMatter) {
  const CollectedLog log = apt("crlf.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T10:00:00Z 4s success"});
  EXPECT_TRUE(log.rejects.empty());
}

TEST(AptLog, DaylightSavingHasStatedRules) {
  const CollectedLog log = read_corpus(Format::apt, "daylight_saving.log",
                                       {.zone = LocalZone::named("Europe/Berlin"), .year = {}});
  EXPECT_EQ(told(log), (Lines{"2024-03-31T01:30:00Z 5s success apt upgrade [nonexistent_time]",
                              "2024-10-27T00:50:00Z 1200s success apt upgrade [ambiguous_time]"}));
  EXPECT_EQ(log.entries[0].utc_offset_minutes, 60);
}

TEST(AptLog, EmptyLogHasNothing) {
  const CollectedLog log = apt("empty.log");
  EXPECT_TRUE(log.entries.empty());
  EXPECT_TRUE(log.rejects.empty());
}

}  // namespace
}  // namespace shelduck::interop::logs
