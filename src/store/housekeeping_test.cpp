#include "shelduck/store/housekeeping.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "shelduck/store/check.hpp"
#include "shelduck/store/quarantine.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::model;
using testing::numbers;
using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;
using testing::ToyWriter;

std::size_t files_in(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder)) return 0;
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    count += entry.is_regular_file() ? 1 : 0;
  }
  return count;
}

std::vector<std::string> puts(int from, int count) {
  std::vector<std::string> words;
  for (int i = from; i < from + count; ++i) words.push_back("put " + std::to_string(i) + " 1");
  return words;
}

TEST(Housekeeping, ASmallSegmentStaysToBeAdopted) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  for (int day = 0; day < 5; ++day) {
    {
      ToyWriter{path}.write(puts(day, 1));
    }
    Store store = Store::open(path, toy_domain(), toy_options());
    store.apply();
    EXPECT_EQ(store.finish(Seconds{10}).archived, 0U);
  }
  EXPECT_EQ(files_in(folder.file("a.duckdb.journal")), 2U);  // the identity and one segment
}

TEST(Housekeeping, MoreSmallSegmentsThanAreWorthKeepingAreArchived) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    std::vector<std::unique_ptr<ToyWriter>> writers;  // at once, so each has a segment of its own
    for (int i = 0; i < 7; ++i) {
      writers.push_back(std::make_unique<ToyWriter>(path));
      writers.back()->write(puts(i, 1));
    }
  }
  OpenOptions options = toy_options();
  options.limits.segments_max = 3;
  Store store = Store::open(path, toy_domain(), options);
  store.apply();
  EXPECT_EQ(store.finish(Seconds{10}).archived, 4U);
  store.apply();
  EXPECT_EQ(store.finish(Seconds{10}).archived, 0U);
  EXPECT_EQ(files_in(folder.file("a.duckdb.journal")), 4U);  // the identity and three segments
  EXPECT_EQ(numbers(store.connection()), model(puts(0, 7)));
  EXPECT_FALSE(check(store, Depth::deep).is_damaged());
}

// An ordered stop meets the applying thread between two segments.
TEST(Housekeeping, WhatWasReadAndNotAppliedIsNotArchived) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter first{path};
    ToyWriter second{path};
    first.write(puts(0, 3));
    second.write(puts(3, 3));
  }
  {
    OpenOptions options = toy_options();
    int looks = 0;
    options.is_cancelled = [&looks] { return ++looks > 1; };
    Store store = Store::open(path, toy_domain(), options);
    EXPECT_EQ(testing::error_of([&] { store.apply(); }).kind(), ErrorKind::cancelled);
    EXPECT_EQ(store.finish(Seconds{10}).archived, 0U);
  }
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model(puts(0, 6)));
}

TEST(Housekeeping, FullSegmentsAreArchivedAndPackedAndStayThereWithoutABackup) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path, 1}.write(puts(0, 8));
  }
  OpenOptions options = toy_options();
  options.limits = {.segment_bytes = 1000, .small_files_max = 3};
  options.limits.segment_bytes = 1;
  {
    Store store = Store::open(path, toy_domain(), options);
    store.apply();
    const FinishReport report = store.finish(Seconds{10});
    EXPECT_EQ(report.archived, 8U);
    EXPECT_EQ(report.deleted, 0U);
    EXPECT_FALSE(report.is_backed_up);
  }
  options.limits.segment_bytes = 4'000'000;
  Store store = Store::open(path, toy_domain(), options);
  store.apply();
  store.finish(Seconds{10});
  EXPECT_EQ(files_in(folder.path() / "a.duckdb.journal" / "archive"), 1U);
  EXPECT_FALSE(check(store, Depth::deep).is_damaged());
}

TEST(Housekeeping, CoveredSegmentsAreDeletedAndTheirPositionsForgotten) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path, 1}.write(puts(0, 6));
  }
  OpenOptions options = toy_options();
  options.limits = {.segment_bytes = 1, .archive_bytes = 1};
  Store store = Store::open(path, toy_domain(), options);
  store.apply();
  const FinishReport report = store.finish(Seconds{10});
  EXPECT_EQ(report.archived, 6U);
  EXPECT_TRUE(report.is_backed_up);
  EXPECT_EQ(report.deleted, 6U);
  EXPECT_EQ(store.connection().value<std::int64_t>("SELECT count(*) FROM journal_position"), 0);
  EXPECT_FALSE(check(store, Depth::deep).is_damaged());
  EXPECT_EQ(numbers(store.connection()), model(puts(0, 6)));
}

TEST(Housekeeping, EndsWithItsTimeAndTheNextOwnerGoesOn) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path, 1}.write(puts(0, 6));
  }
  OpenOptions options = toy_options();
  options.limits = {.segment_bytes = 1, .archive_bytes = 1};
  std::uint64_t archived = 0;
  int sessions = 0;
  for (bool is_complete = false; !is_complete && sessions < 50; ++sessions) {
    Store store = Store::open(path, toy_domain(), options);
    store.apply();
    const FinishReport report = store.finish(Seconds{0.004});  // four looks at the clock
    archived += report.archived;
    is_complete = report.is_complete;
  }
  EXPECT_EQ(archived, 6U);
  EXPECT_GT(sessions, 1);
  Store store = Store::open(path, toy_domain(), toy_options());
  EXPECT_EQ(numbers(store.connection()), model(puts(0, 6)));
}

TEST(Housekeeping, ABackupThatTookLongerThanItsSliceIsNotMadeAgain) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path, 1}.write(puts(0, 3));
  }
  OpenOptions options = toy_options();
  options.limits = {.segment_bytes = 1, .archive_bytes = 1};
  Microseconds passed{0};
  options.clock = [&passed, clock = options.clock] { return clock() + passed; };
  options.step = [&passed](std::string_view step) {
    if (step == "archive.checkpointed" || step == "backup.verified")
      passed += std::chrono::seconds{10};
  };
  Store store = Store::open(path, toy_domain(), options);
  store.apply();
  int backups = 0;
  for (int slice = 0; slice < 8; ++slice) {
    if (store.finish(Seconds{0.05}).is_backed_up) ++backups;
  }
  // One segment leaves the journal in a slice, and each is covered by the backup of its slice.
  EXPECT_LE(backups, 3);
  EXPECT_TRUE(store.finish(Seconds{0.05}).is_complete);
  EXPECT_EQ(files_in(folder.path() / "a.duckdb.journal" / "archive"), 0U);
  EXPECT_EQ(numbers(store.connection()), model(puts(0, 3)));
}

TEST(Housekeeping, ABackupOfAnOwnerThatDiedThenIsNotMadeAgain) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path, 1}.write(puts(0, 6));
  }
  OpenOptions options = toy_options();
  options.limits = {.segment_bytes = 1, .archive_bytes = 1};
  options.step = [](std::string_view step) {
    if (step == "backup.in_place") throw Error{ErrorKind::fatal, "the process ends here"};
  };
  {
    Store store = Store::open(path, toy_domain(), options);
    store.apply();
    EXPECT_THROW(store.finish(Seconds{10}), Error);
  }
  options.step = [](std::string_view) {};
  Store store = Store::open(path, toy_domain(), options);
  store.apply();
  const FinishReport report = store.finish(Seconds{10});
  EXPECT_FALSE(report.is_backed_up);
  EXPECT_EQ(report.deleted, 6U);
}

TEST(Housekeeping, AFailedBackupKeepsTheSegmentsAndSaysSo) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path, 1}.write(puts(0, 3));
  }
  OpenOptions options = toy_options();
  options.limits = {.segment_bytes = 1, .archive_bytes = 1, .uncovered_bytes_max = 1};
  options.step = [](std::string_view step) {
    if (step == "backup.copied") throw Error{ErrorKind::exhausted, "no space for a backup"};
  };
  Store store = Store::open(path, toy_domain(), options);
  store.apply();
  const FinishReport report = store.finish(Seconds{10});
  EXPECT_FALSE(report.is_complete);
  ASSERT_FALSE(report.notes.empty());
  EXPECT_NE(report.notes[0].find("no space for a backup"), std::string::npos);
  EXPECT_EQ(report.deleted, 0U);
  // One is archived while nothing is uncovered yet; the others stay.
  EXPECT_EQ(report.archived, 1U);
  EXPECT_FALSE(check(store, Depth::deep).is_damaged());
}

TEST(Housekeeping, ADamagedSegmentIsKeptUntilItsRowIsDropped) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path}.write(puts(0, 6));
  }
  for (const auto& entry : std::filesystem::directory_iterator{folder.file("a.duckdb.journal")}) {
    if (entry.path().extension() != ".seg") continue;
    std::fstream file{entry.path(), std::ios::binary | std::ios::in | std::ios::out};
    std::string content{std::istreambuf_iterator<char>(file), {}};
    file.clear();
    file.seekp(static_cast<std::streamoff>(content.find("put 2 1"))).put('X');
  }
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()).size(), 5U);
  EXPECT_EQ(store.finish(Seconds{10}).archived, 1U);
  const auto damaged = folder.path() / "a.duckdb.journal" / "damaged";
  EXPECT_EQ(files_in(damaged), 1U);
  EXPECT_TRUE(check(store, Depth::deep).is_damaged());
  drop_quarantine(store, {});
  store.finish(Seconds{10});
  EXPECT_EQ(files_in(damaged), 0U);
}

TEST(Housekeeping, ComesFurtherWithASliceThatTheCheckpointUsesUp) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path, 1}.write(puts(0, 3));
  }
  OpenOptions options = toy_options();
  options.limits.segment_bytes = 1;
  bool is_slow = false;
  options.clock = [&is_slow, now = options.clock] {
    return now() + (is_slow ? std::chrono::hours{1} : std::chrono::hours{0});
  };
  options.step = [&](std::string_view step) {
    is_slow = is_slow || step == "archive.checkpointed";
  };
  Store store = Store::open(path, toy_domain(), options);
  store.apply();
  for (const std::uint64_t archived : {1U, 1U, 1U, 0U}) {
    is_slow = false;
    EXPECT_EQ(store.finish(Seconds{1}).archived, archived);
    store.apply();
  }
}

}  // namespace
}  // namespace shelduck::store
