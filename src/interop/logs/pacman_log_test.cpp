#include <gtest/gtest.h>

#include "shelduck/interop/logs/collected_log.hpp"

namespace shelduck::interop::logs {
namespace {

CollectedLog pacman(std::string_view name) { return read_corpus(Format::pacman, name); }

TEST(PacmanLog, HooksCountUntilTheCallerSpeaksAgain) {
  const CollectedLog log = pacman("iso_transaction.log");
  ASSERT_EQ(told(log), (Lines{"2022-04-16T08:00:30Z 50s success pacman -Syu",
                              "2022-04-16T10:00:09Z 1s success pacman -R libfoo"}));
  EXPECT_EQ(log.entries[0].packages_total, 2);
  EXPECT_EQ(log.entries[0].packages_updated, 2);
  EXPECT_EQ(log.entries[0].utc_offset_minutes, 120);
  EXPECT_EQ(log.entries[0].status_raw, "transaction completed");
  EXPECT_FALSE(log.summary.assumed_zone);
}

TEST(PacmanLog, Before41ThereAreNeitherTagsNorCommands) {
  const CollectedLog log = pacman("before_4_1.log");
  ASSERT_EQ(told(log),
            (Lines{"2012-05-01T10:04:00Z 120s success", "2012-05-01T15:30:00Z 0s success"}));
  EXPECT_EQ(log.entries[0].packages_total, 2);
  EXPECT_EQ(log.entries[0].resolution_seconds, 60.0);
  EXPECT_EQ(log.summary.checks, 1U);
}

TEST(PacmanLog, Before42OneCommandWithItsPackagesIsAnExecution) {
  const CollectedLog log = pacman("before_4_2.log");
  ASSERT_EQ(told(log), (Lines{"2013-09-01T10:00:00Z 120s success pacman -Syu",
                              "2013-09-01T10:09:00Z 0s success pacman -R vim"}));
  ASSERT_EQ(log.entries[0].steps.size(), 1U);
  EXPECT_EQ(to_string(log.entries[0].steps[0].start), "2013-09-01T10:07:00Z");
  EXPECT_EQ(log.entries[0].packages_total, 2);
  EXPECT_EQ(log.entries[0].resolution_seconds, 60.0);
}

TEST(PacmanLog, RemovedFileOfAScriptletIsNoPackage) {
  const CollectedLog log = pacman("scriptlet_removed.log");
  ASSERT_EQ(told(log), Lines{"2019-07-14T21:33:00Z 60s success pacman -S shadow"});
  EXPECT_EQ(log.entries[0].packages_total, 1);
}

TEST(PacmanLog, LineWithoutTimeContinuesAWarning) {
  const CollectedLog log = pacman("continued_warning.log");
  EXPECT_EQ(told(log), Lines{"2022-04-16T07:30:07Z 1s success pacman -S base"});
  EXPECT_TRUE(log.rejects.empty());
}

TEST(PacmanLog, CommandMayHoldALineFeed) {
  const CollectedLog log = pacman("newline_in_command.log");
  ASSERT_EQ(log.entries.size(), 1U);
  EXPECT_EQ(log.entries[0].command_line, "pacman -S vim\nnano\n emacs");
  EXPECT_TRUE(log.rejects.empty());
}

TEST(PacmanLog, PersonAtThePromptIsNotPartOfTheWork) {
  EXPECT_EQ(told(pacman("person_at_the_prompt.log")),
            Lines{"2022-04-16T17:45:00Z 3s success pacman -Syu"});
}

TEST(PacmanLog, TransactionsFailAreInterruptedAndStayUnfinished) {
  const CollectedLog log = pacman("failed_interrupted_unfinished.log");
  EXPECT_EQ(told(log), (Lines{"2022-04-16T10:00:09Z 3s failed pacman -S a",
                              "2022-04-16T11:00:09Z 2s interrupted pacman -S b",
                              "2022-04-16T12:00:09Z - interrupted pacman -S c",
                              "2022-04-18T08:00:09Z - interrupted pacman -S d [open_at_end]"}));
  EXPECT_EQ(log.entries[0].status_raw, "transaction failed");
  EXPECT_EQ(log.entries[1].packages_updated, 1);
  EXPECT_FALSE(log.entries[2].packages_total);
}

TEST(PacmanLog, SynchronisingOnlyIsACheck) {
  const CollectedLog log = pacman("synchronising_only.log");
  EXPECT_TRUE(log.entries.empty());
  EXPECT_EQ(log.summary.checks, 2U);
}

TEST(PacmanLog, LogMayBeginInsideATransaction) {
  EXPECT_EQ(told(pacman("begins_inside.log")),
            (Lines{"2022-04-16T10:00:12Z - success [start_unknown]",
                   "2022-04-16T11:00:09Z 1s success pacman -S c"}));
}

TEST(PacmanLog, SecondPacmanDoesNotCutATransaction) {
  const CollectedLog log = pacman("second_pacman_meanwhile.log");
  EXPECT_EQ(told(log), Lines{"2022-04-16T10:00:09Z 5s success pacman -S a b"});
  EXPECT_EQ(log.entries.at(0).packages_total, 2);
}

TEST(PacmanLog, AnotherProgramDoesNotInheritTheCommand) {
  EXPECT_EQ(
      told(pacman("another_program.log")),
      (Lines{"2022-04-16T10:00:09Z 1s success pacman -S a", "2022-04-17T10:00:09Z 1s success"}));
}

TEST(PacmanLog, RejectsMergeConflictMarkersAlone) {
  const CollectedLog log = pacman("merge_conflict.log");
  EXPECT_EQ(told(log), (Lines{"2022-04-16T17:45:00Z 3s success pacman -Syu",
                              "2022-04-16T07:30:07Z 1s success pacman -S base [clock_went_back]"}));
  EXPECT_EQ(log.rejects.size(), 3U);
}

TEST(PacmanLog, RejectsDamageLineByLine) {
  const CollectedLog log = pacman("damaged_lines.log");
  EXPECT_EQ(told(log), Lines{"2022-04-16T10:00:09Z 2s success pacman -S a"});
  EXPECT_EQ(rejects_of(log), (Lines{"1: the line does not begin with a time in brackets",
                                    "3: the line does not begin with a time in brackets",
                                    "5: the line does not begin with a time in brackets"}));
}

}  // namespace
}  // namespace shelduck::interop::logs
