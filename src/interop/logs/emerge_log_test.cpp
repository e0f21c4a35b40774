#include <gtest/gtest.h>

#include "shelduck/interop/logs/collected_log.hpp"
#include "shelduck/interop/logs/grouping.hpp"

namespace shelduck::interop::logs {
namespace {

CollectedLog emerge(std::string_view name) { return read_corpus(Format::emerge, name); }

std::vector<std::size_t> runs_of(const CollectedLog& log) {
  Grouping grouping{Format::emerge};
  std::vector<std::size_t> runs;
  for (const LogEntry& entry : log.entries) runs.push_back(grouping.place(entry).run);
  return runs;
}

TEST(EmergeLog, MergeIsAnExecutionAndTheCommandARun) {
  const CollectedLog log = emerge("one_run.log");
  ASSERT_EQ(told(log), (Lines{"2017-10-11T15:20:26Z 13s success sys-devel/gcc-config",
                              "2017-10-11T15:20:39Z 700s success x11-libs/gtk+"}));
  EXPECT_EQ(log.entries[0].command_line, "emerge --ask --update world");
  EXPECT_EQ(log.entries[0].utc_offset_minutes, 120);
  EXPECT_EQ(log.entries[0].packages_total, 1);
  EXPECT_EQ(runs_of(log), (std::vector<std::size_t>{0, 0}));
}

TEST(EmergeLog, SyncInsideAnUpdateTakesNothingFromIt) {
  const CollectedLog log = emerge("nested_runs.log");
  ASSERT_EQ(told(log), (Lines{"2017-10-11T15:20:10Z 20s success app-misc/a",
                              "2017-10-11T15:20:31Z 20s success app-misc/b"}));
  EXPECT_EQ(log.entries[1].command_line, "emerge --ask world");
  EXPECT_EQ(runs_of(log), (std::vector<std::size_t>{0, 0}));
  EXPECT_EQ(log.summary.checks, 1U);
}

TEST(EmergeLog, KilledMergeDoesNotTakeALaterEnd) {
  const CollectedLog log = emerge("killed_run.log");
  EXPECT_EQ(told(log), (Lines{"2017-10-11T15:20:10Z - interrupted app-misc/a",
                              "2017-10-25T22:20:10Z 10s success app-misc/b",
                              "2017-10-25T22:58:52Z - success app-misc/a [start_unknown]"}));
  EXPECT_EQ(runs_of(log), (std::vector<std::size_t>{0, 1, 1}));
}

TEST(EmergeLog, SecondStartOfAPackageEndsTheFirst) {
  const CollectedLog log = emerge("restarted_package.log");
  EXPECT_EQ(told(log), (Lines{"2017-10-11T15:20:10Z - interrupted app-misc/a",
                              "2017-10-11T15:21:50Z 20s success app-misc/a"}));
  EXPECT_EQ(runs_of(log), (std::vector<std::size_t>{0, 1}));
}

TEST(EmergeLog, KeepGoingShrinksTheCounts) {
  EXPECT_EQ(told(emerge("keep_going.log")),
            (Lines{"2017-10-11T15:20:10Z 20s success app-misc/a",
                   "2017-10-11T15:20:12Z - interrupted app-misc/bad [open_at_end]",
                   "2017-10-11T15:20:40Z 10s success app-misc/c"}));
}

TEST(EmergeLog, EndWithoutAStartHasNoDuration) {
  const CollectedLog log = emerge("end_without_start.log");
  ASSERT_EQ(told(log), (Lines{"2017-10-11T15:20:39Z - success sys-devel/gcc-config [start_unknown]",
                              "2017-10-11T15:20:40Z 10s success app-misc/b"}));
  EXPECT_FALSE(log.entries[0].start);
}

TEST(EmergeLog, OffsetMayChangeInsideAFile) {
  const CollectedLog log = emerge("offset_changes.log");
  ASSERT_EQ(log.entries.size(), 2U);
  EXPECT_EQ(log.entries[0].utc_offset_minutes, 120);
  EXPECT_EQ(log.entries[1].utc_offset_minutes, 60);
}

TEST(EmergeLog, NegativeSpanIsKeptAndHasNoDuration) {
  const CollectedLog log = emerge("negative_span.log");
  EXPECT_EQ(told(log), Lines{"2017-10-11T15:20:00Z - success app-misc/a [end_before_start]"});
}

TEST(EmergeLog, RejectsDamageLineByLine) {
  const CollectedLog log = emerge("damaged_lines.log");
  EXPECT_EQ(told(log), Lines{"2017-10-11T15:20:00Z 20s success app-misc/a"});
  EXPECT_EQ(rejects_of(log),
            (Lines{"2: the line does not begin with seconds since 1970",
                   "3: the line does not begin with seconds since 1970",
                   "4: the line does not begin with seconds since 1970", "5: the line is cut off",
                   "6: the start of a merge is cut off", "7: the end of a merge is cut off",
                   "8: the line does not begin with seconds since 1970"}));
}

TEST(EmergeLog, VersionsAreCutOffNames) {
  const auto item = [](const std::string& package) {
    return read_text(Format::emerge,
                     "1507735239:  ::: completed emerge (1 of 1) " + package + " to /\n")
        .entries.at(0)
        .item;
  };
  EXPECT_EQ(item("media-fonts/font-adobe-100dpi-1.0.3"), "media-fonts/font-adobe-100dpi");
  EXPECT_EQ(item("x11-libs/gtk+-2.24.31-r1"), "x11-libs/gtk+");
  EXPECT_EQ(item("dev-lang/python-3.11.2_p1-r2"), "dev-lang/python");
  EXPECT_EQ(item("virtual/r-base"), "virtual/r-base");
  EXPECT_EQ(item("x/-r1"), "x/-r1");
}

TEST(EmergeLog, OpenMergesAreBounded) {
  std::string log;
  for (int i = 0; i < 5000; ++i) {
    log += "1507735200:  >>> emerge (1 of 1) a/p" + std::to_string(i) + "-1 to /\n";
  }
  const CollectedLog read = read_text(Format::emerge, log);
  ASSERT_EQ(read.entries.size(), 5000U);
  EXPECT_EQ(to_string(read.entries.front().flags), "");
  EXPECT_EQ(to_string(read.entries.back().flags), "open_at_end");
}

}  // namespace
}  // namespace shelduck::interop::logs
