#include <gtest/gtest.h>

#include "shelduck/interop/logs/collected_log.hpp"

namespace shelduck::interop::logs {
namespace {

CollectedLog dnf(std::string_view name) { return read_corpus(Format::dnf, name); }

TEST(DnfLog, ReadsAnRpmTransaction) {
  const CollectedLog log = dnf("update.log");
  ASSERT_EQ(told(log), Lines{"2024-03-05T07:01:00Z 42s success dnf -y upgrade"});
  EXPECT_EQ(log.entries[0].plugin_name, "dnf");
  EXPECT_EQ(log.entries[0].utc_offset_minutes, 180);
  EXPECT_TRUE(log.rejects.empty());
  EXPECT_EQ(log.summary.checks, 0U);
}

TEST(DnfLog, MakecacheInsideAnUpdateTakesNothingFromIt) {
  const CollectedLog log = dnf("makecache_inside.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T07:01:00Z 42s success upgrade"});
  EXPECT_EQ(log.summary.checks, 1U);
}

TEST(DnfLog, TransactionIsCreditedToASessionThatCanHaveStartedIt) {
  const CollectedLog log = dnf("makecache_before_start.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T07:01:00Z 42s success dnf upgrade"});
  EXPECT_EQ(log.summary.checks, 1U);
}

TEST(DnfLog, TranslatedTextDoesNotMatter) {
  const CollectedLog log = dnf("korean.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T07:01:00Z 42s success upgrade"});
  EXPECT_TRUE(log.rejects.empty());
}

TEST(DnfLog, CriticalQuestionAboutAKeyIsNoFailure) {
  const CollectedLog log = dnf("gpg_key.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T07:01:00Z 5s success install"});
  EXPECT_TRUE(log.rejects.empty());
}

TEST(DnfLog, CriticalAfterTheTransactionMeansFailed) {
  const CollectedLog log = dnf("failed.log");
  ASSERT_EQ(told(log), Lines{"2024-03-05T07:01:00Z 5s failed install"});
  EXPECT_EQ(log.entries[0].error_message, "Error: Transaction failed");
}

TEST(DnfLog, CleaningUpMayComeTwice) {
  const CollectedLog log = dnf("cleaning_up_twice.log");
  EXPECT_EQ(told(log), (Lines{"2024-03-05T07:01:00Z 5s success install",
                              "2024-03-05T08:01:00Z 2s success remove"}));
  EXPECT_EQ(log.summary.checks, 0U);
}

TEST(DnfLog, FileMayBeginInsideASession) {
  const CollectedLog log = dnf("begins_inside.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T08:01:00Z 2s success remove"});
  EXPECT_EQ(rejects_of(log), Lines{"8: an RPM transaction is over that did not start"});
}

TEST(DnfLog, SessionsWithoutATransactionAreChecks) {
  const CollectedLog log = dnf("checks_only.log");
  EXPECT_TRUE(log.entries.empty());
  EXPECT_EQ(log.summary.checks, 7U);
}

TEST(DnfLog, ReadsAllOffsets) {
  const CollectedLog log = dnf("offsets.log");
  EXPECT_EQ(told(log), (Lines{"2024-03-05T10:00:00Z 2s success", "2024-03-05T10:10:00Z 2s success",
                              "2024-03-05T10:20:00Z 2s success"}));
  EXPECT_EQ(log.entries[0].utc_offset_minutes, 0);
  EXPECT_EQ(log.entries[1].utc_offset_minutes, 180);
  EXPECT_EQ(log.entries[2].utc_offset_minutes, -420);
}

TEST(DnfLog, TransactionThatIsNotOverIsInterrupted) {
  EXPECT_EQ(told(dnf("unfinished.log")),
            (Lines{"2024-03-05T07:01:00Z - interrupted install",
                   "2024-03-05T09:01:00Z - interrupted upgrade [open_at_end]"}));
}

TEST(DnfLog, TimesWithoutAYearNeedOne) {
  EXPECT_EQ(rejects_of(dnf("without_year.log")).size(), 3U);
  const CollectedLog log = read_corpus(Format::dnf, "without_year.log", {.zone = {}, .year = 2015});
  EXPECT_EQ(told(log), Lines{"2015-12-31T23:59:30Z 40s success"});
}

TEST(DnfLog, RejectsDamageLineByLine) {
  const CollectedLog log = dnf("damaged_lines.log");
  EXPECT_EQ(told(log), Lines{"2024-03-05T10:00:00Z 2s success"});
  EXPECT_EQ(rejects_of(log), (Lines{"1: the line does not begin with a time",
                                    "2: the time is not followed by a level",
                                    "4: the line does not begin with a time"}));
}

CollectedLog dnfrpm(std::string_view name) { return read_corpus(Format::dnfrpm, name); }

TEST(DnfRpmLog, SeriesOfPackageLinesIsAnExecution) {
  const CollectedLog log = dnfrpm("upgrade_pairs.log");
  ASSERT_EQ(told(log),
            (Lines{"2024-03-05T07:01:01Z 39s success", "2024-03-05T07:05:20Z 0s success"}));
  EXPECT_EQ(log.entries[0].plugin_name, "dnf");
  EXPECT_EQ(log.entries[0].packages_total, 2);
  EXPECT_TRUE(log.rejects.empty());
}

TEST(DnfRpmLog, MakecacheInsideAnUpdateDoesNotPartIt) {
  const CollectedLog log = dnfrpm("makecache_inside.log");
  ASSERT_EQ(told(log), Lines{"2024-03-05T07:01:01Z 29s success"});
  EXPECT_EQ(log.entries[0].packages_total, 2);
  EXPECT_EQ(log.summary.checks, 2U);
}

TEST(DnfRpmLog, TranslatedActionsCount) {
  const CollectedLog log = dnfrpm("translated.log");
  ASSERT_EQ(told(log), Lines{"2022-03-28T14:31:28Z 2s success"});
  EXPECT_EQ(log.entries[0].packages_total, 1);
}

// The importer marks covered work; this shows that both logs give it the spans it needs.
TEST(DnfRpmLog, PackagesLieInsideTheTransactionThatCoversThem) {
  const LogEntry outer = dnf("covers_dnfrpm.log").entries.at(0);
  const LogEntry inner = dnfrpm("covered_by_dnf.log").entries.at(0);
  EXPECT_GE(*inner.start, *outer.start);
  EXPECT_LE(*inner.end, *outer.end);
  EXPECT_EQ(inner.plugin_name, outer.plugin_name);
  EXPECT_NE(inner.format, outer.format);
}

CollectedLog yum(std::string_view name, int year) {
  return read_corpus(Format::yum, name, {.zone = {}, .year = year});
}

TEST(YumLog, HasPackagesAndNoDurations) {
  const CollectedLog log = yum("over_new_year.log", 2011);
  ASSERT_EQ(told(log), (Lines{"2011-12-31T23:58:00Z - success", "2012-01-02T08:00:00Z - success",
                              "2012-03-10T09:00:00Z - success"}));
  EXPECT_EQ(log.entries[0].packages_total, 2);
  EXPECT_EQ(log.entries[1].packages_total, 2);
  EXPECT_TRUE(log.rejects.empty());
}

TEST(YumLog, WithoutAYearEveryLineIsRejected) {
  const CollectedLog log = read_corpus(Format::yum, "over_new_year.log");
  EXPECT_TRUE(log.entries.empty());
  ASSERT_EQ(log.rejects.size(), 5U);
  EXPECT_EQ(log.rejects[0].reason, "the log writes no year: say it with --year");
}

TEST(YumLog, ClockSetBackOverNewYearDoesNotAddAYear) {
  const CollectedLog log = yum("clock_went_back.log", 2012);
  ASSERT_EQ(told(log), (Lines{"2012-01-01T00:10:00Z - success", "2012-01-01T00:20:00Z - success"}));
  EXPECT_EQ(log.entries[0].packages_total, 2);
}

TEST(YumLog, LeapDayMustExist) {
  EXPECT_EQ(yum("leap_day.log", 2012).entries.size(), 2U);
  EXPECT_EQ(rejects_of(yum("leap_day.log", 2011)), Lines{"2: the year has no such day"});
}

TEST(YumLog, RejectsDamageLineByLine) {
  const CollectedLog log = yum("damaged_lines.log", 2012);
  EXPECT_EQ(told(log), Lines{"2012-01-05T10:00:00Z - success"});
  EXPECT_EQ(
      rejects_of(log),
      (Lines{"1: the line does not begin with a time", "3: the line names no action and package",
             "4: the line does not begin with a time", "5: the line names no action and package"}));
}

}  // namespace
}  // namespace shelduck::interop::logs
