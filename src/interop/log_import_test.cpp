#include "shelduck/interop/log_import.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "shelduck/interop/interop_fixture.hpp"

namespace shelduck::interop {
namespace {

using logs::Format;

std::string corpus(std::string_view format, std::string_view name) {
  std::ifstream file{std::string(SHELDUCK_LOG_CORPORA) + "/" + std::string(format) + "/" +
                     std::string(name)};
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// One apt block; without an end apt still works.
std::string apt_block(const std::string& start, const std::string& end,
                      const std::string& package = "a") {
  std::string block =
      "\nStart-Date: " + start + "\nCommandline: apt upgrade\nUpgrade: " + package + " (1, 2)\n";
  if (!end.empty()) block += "End-Date: " + end + "\n";
  return block;
}

TEST(LogImport, TakesEntriesOnce) {
  HistoryUnderTest history;
  const std::string log = corpus("apt", "complete.log");
  const ImportReport first = history.import_log_text(Format::apt, log);
  EXPECT_EQ(first.format, "apt");
  EXPECT_EQ(first.source, "host");
  EXPECT_EQ(told(first.runs), "1 1 0 0 0 0");
  EXPECT_EQ(told(first.executions), "1 1 0 0 0 0");
  EXPECT_EQ(first.wall_clock_seconds, 42);
  EXPECT_EQ(first.first, at("2024-03-05T10:00:00Z"));
  EXPECT_EQ(first.last, at("2024-03-05T10:00:42Z"));
  EXPECT_EQ(history.executions(), Lines{"2024-03-05T10:00:00Z|apt|success|2024-03-05T10:00:42Z"});
  EXPECT_EQ(history.lines("SELECT username, hostname, status, origin FROM runs"),
            Lines{"ada||success|apt"});
}

TEST(LogImport, ASecondImportChangesNothingAndSaysSo) {
  HistoryUnderTest history;
  for (const auto& [format, folder, name] :
       {std::tuple{Format::apt, "apt", "unattended_36_blocks.log"},
        std::tuple{Format::apt, "apt", "same_second.log"},
        std::tuple{Format::apt, "apt", "no_end_date.log"},
        std::tuple{Format::dpkg, "dpkg", "two_groups.log"},
        std::tuple{Format::pacman, "pacman", "failed_interrupted_unfinished.log"},
        std::tuple{Format::dnf, "dnf", "unfinished.log"},
        std::tuple{Format::dnfrpm, "dnfrpm", "upgrade_pairs.log"},
        std::tuple{Format::yum, "yum", "over_new_year.log"},
        std::tuple{Format::emerge, "emerge", "nested_runs.log"},
        std::tuple{Format::ninja, "ninja", "shuffled_builds.log"}}) {
    const std::string log = corpus(folder, name);
    const ImportReport first = history.import_log_text(format, log);
    EXPECT_GT(first.executions.imported, 0) << name;
    EXPECT_EQ(first.executions.imported, first.executions.read) << name;
    const Lines before = history.everything();
    const ImportReport second = history.import_log_text(format, log);
    EXPECT_EQ(second.runs.unchanged, first.runs.read) << name;
    EXPECT_EQ(second.executions.unchanged, first.executions.read) << name;
    EXPECT_EQ(second.steps.unchanged, first.steps.read) << name;
    EXPECT_EQ(history.everything(), before) << name;
  }
  EXPECT_EQ(history.count("quarantine"), 0);
}

TEST(LogImport, CountsAndSumsAreThoseOfTheLog) {
  HistoryUnderTest history;
  const auto report = history.import_log_text(Format::emerge, corpus("emerge", "one_run.log"));
  const Lines sums = history.lines(
      "SELECT count(*), sum(wall_clock_seconds)::BIGINT, sum(steps)::BIGINT FROM executions");
  EXPECT_EQ(sums, Lines{std::to_string(report.executions.imported) + "|" +
                        std::to_string(static_cast<std::int64_t>(report.wall_clock_seconds)) + "|" +
                        std::to_string(report.steps.imported)});
}

TEST(LogImport, AnEntryThatWasOpenIsUpdatedWhenItsEndIsThere) {
  HistoryUnderTest history;
  const auto open = history.import_log_text(Format::apt, apt_block("2024-03-05  10:00:00", ""));
  EXPECT_EQ(told(open.executions), "1 1 0 0 0 0");
  EXPECT_EQ(history.executions(), Lines{"2024-03-05T10:00:00Z|apt|interrupted|"});
  EXPECT_EQ(history.lines("SELECT status, end_time FROM runs"), Lines{"interrupted|"});

  const std::string whole = apt_block("2024-03-05  10:00:00", "2024-03-05  10:00:30");
  const auto ended = history.import_log_text(Format::apt, whole);
  EXPECT_EQ(told(ended.executions), "1 0 1 0 0 0");
  EXPECT_EQ(told(ended.runs), "1 0 1 0 0 0");
  EXPECT_EQ(history.executions(), Lines{"2024-03-05T10:00:00Z|apt|success|2024-03-05T10:00:30Z"});
  EXPECT_EQ(history.lines("SELECT status, end_time FROM runs"),
            Lines{"success|2024-03-05T10:00:30Z"});
  EXPECT_EQ(told(history.import_log_text(Format::apt, whole).runs), "1 0 0 1 0 0");
  EXPECT_EQ(history.count("quarantine"), 0);
}

// Whatever line the first copy of a log ended with, the whole log gives the same executions.
void expect_growing_log_converges(Format format, std::string_view folder, std::string_view name) {
  HistoryUnderTest history;
  const std::string log = corpus(folder, name);
  const std::string rows =
      "SELECT plugin_name, item, status, start_time, end_time, packages_updated, steps FROM "
      "(SELECT e.*, (SELECT string_agg(concat_ws(' ', step_name, start_time, end_time), ', ' "
      "ORDER BY seq) FROM step_metrics m WHERE m.execution_id = e.execution_id) AS steps "
      "FROM plugin_executions e) WHERE source = ";
  history.import_log_text(format, log, "whole");
  const Lines whole = history.lines(rows + "'whole' ORDER BY ALL");
  for (std::size_t end = log.find('\n'); end != std::string::npos; end = log.find('\n', end + 1)) {
    const std::string source = "cut at " + std::to_string(end);
    history.import_log_text(format, log.substr(0, end + 1), source);
    history.import_log_text(format, log, source);
    EXPECT_EQ(history.lines(rows + "'" + source + "' ORDER BY ALL"), whole)
        << name << " " << source;
  }
  EXPECT_EQ(history.lines("SELECT reason FROM quarantine"), Lines{});
}

TEST(LogImport, GrowingLogsConverge) {
  expect_growing_log_converges(Format::dnf, "dnf", "update.log");
  expect_growing_log_converges(Format::pacman, "pacman", "iso_transaction.log");
  expect_growing_log_converges(Format::emerge, "emerge", "one_run.log");
}

TEST(LogImport, LaterNeighboursJoinTheStoredRun) {
  HistoryUnderTest history;
  const std::string first = apt_block("2024-03-05  10:00:00", "2024-03-05  10:01:00", "a");
  const std::string second = apt_block("2024-03-05  10:02:00", "2024-03-05  10:03:00", "b");
  history.import_log_text(Format::apt, first);
  const Lines run = history.lines("SELECT run_id FROM runs");
  // The older part was rotated away meanwhile, but for the entry that both copies hold.
  const auto joined = history.import_log_text(Format::apt, first + second);
  EXPECT_EQ(told(joined.runs), "1 0 1 0 0 0");
  EXPECT_EQ(told(joined.executions), "2 1 0 1 0 0");
  EXPECT_EQ(history.lines("SELECT run_id FROM runs"), run);
  EXPECT_EQ(history.lines("SELECT DISTINCT run_id FROM plugin_executions"), run);
  EXPECT_EQ(history.lines("SELECT end_time FROM runs"), Lines{"2024-03-05T10:03:00Z"});

  const std::string third = apt_block("2024-03-05  10:04:00", "2024-03-05  10:05:00", "c");
  const auto again = history.import_log_text(Format::apt, second + third);
  EXPECT_EQ(told(again.executions), "2 1 0 1 0 0");
  EXPECT_EQ(history.lines("SELECT DISTINCT run_id FROM plugin_executions"), run);
}

TEST(LogImport, OlderThanTheHorizonIsPruned) {
  HistoryUnderTest history;
  const std::string log = apt_block("2024-03-05  10:00:00", "2024-03-05  10:01:00", "a") +
                          apt_block("2024-03-06  10:00:00", "2024-03-06  10:01:00", "b");
  history.import_log_text(Format::apt, log);
  history.write(history::SourcePruned{.source = "host", .cutoff = at("2024-03-06T00:00:00Z")});
  EXPECT_EQ(history.count("plugin_executions"), 1);
  const auto again = history.import_log_text(Format::apt, log);
  EXPECT_EQ(told(again.runs), "2 0 0 1 1 0");
  EXPECT_EQ(told(again.executions), "2 0 0 1 1 0");
  EXPECT_EQ(history.count("plugin_executions"), 1);
  EXPECT_EQ(history.count("runs"), 1);
}

TEST(LogImport, WhatWasDeletedStaysDeleted) {
  HistoryUnderTest history;
  const std::string log = corpus("apt", "complete.log");
  history.import_log_text(Format::apt, log);
  const Uuid run = history.store().connection().value<Uuid>("SELECT run_id FROM runs");
  history.write(history::EntityDeleted{.entity = history::Entity::run, .id = run});
  const auto again = history.import_log_text(Format::apt, log);
  EXPECT_EQ(told(again.runs), "1 0 0 0 1 0");
  EXPECT_EQ(history.count("runs"), 0);
  EXPECT_EQ(history.count("plugin_executions"), 0);
}

TEST(LogImport, TheSameWorkCountsOnceWhateverTheOrder) {
  const std::string apt = corpus("apt", "covers_dpkg.log");
  const std::string dpkg = corpus("dpkg", "covered_by_apt.log");
  std::vector<Lines> ends;
  for (const bool apt_is_first : {true, false}) {
    HistoryUnderTest history;
    if (apt_is_first) history.import_log_text(Format::apt, apt);
    history.import_log_text(Format::dpkg, dpkg);
    if (!apt_is_first) history.import_log_text(Format::apt, apt);
    EXPECT_EQ(history.lines("SELECT plugin_name, wall_clock_seconds FROM executions"),
              Lines{"apt|20"});
    EXPECT_EQ(history.lines("SELECT count(*) FROM plugin_executions WHERE covered_by IS NOT NULL"),
              Lines{"2"});
    ends.push_back(history.everything());
  }
  EXPECT_EQ(ends[0], ends[1]);
}

TEST(LogImport, BadLinesAreRejectedAndTheRestGoesOn) {
  HistoryUnderTest history;
  const auto report = history.import_log_text(Format::dpkg, corpus("dpkg", "damaged_lines.log"));
  EXPECT_FALSE(report.rejects.empty());
  EXPECT_GT(report.executions.imported, 0);
  const auto rejected = static_cast<std::int64_t>(report.rejects.size());
  EXPECT_EQ(history.count("quarantine"), rejected);
  const auto again = history.import_log_text(Format::dpkg, corpus("dpkg", "damaged_lines.log"));
  EXPECT_EQ(history.count("quarantine"), rejected);
  EXPECT_EQ(again.rejects.size(), report.rejects.size());
}

TEST(LogImport, TheReportSaysWhichZoneWasAssumed) {
  HistoryUnderTest history;
  const auto report = history.import_log_text(Format::apt, corpus("apt", "complete.log"));
  ASSERT_FALSE(report.notes.empty());
  EXPECT_NE(report.notes[0].find("UTC"), std::string::npos) << report.notes[0];
}

TEST(LogImport, TakesEntriesOfSeveralSlices) {
  constexpr std::int64_t kEntries = 60'000;
  std::string log = "# ninja log v7\n";
  for (std::int64_t i = 0; i < kEntries; ++i) {
    log += std::to_string(i * 10) + "\t" + std::to_string(i * 10 + 10) +
           "\t1795257181488878021\tobj/" + std::to_string(i) + ".o\t" + std::to_string(i) + "\n";
  }
  HistoryUnderTest history;
  const auto report = history.import_log_text(Format::ninja, log);
  EXPECT_EQ(report.executions.imported, kEntries);
  EXPECT_NEAR(report.wall_clock_seconds, 600, 1e-6);
  EXPECT_EQ(history.count("executions"), kEntries);
  EXPECT_EQ(history.import_log_text(Format::ninja, log).executions.unchanged, kEntries);
}

}  // namespace
}  // namespace shelduck::interop
