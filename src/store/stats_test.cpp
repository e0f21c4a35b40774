#include "shelduck/store/stats.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/store/owner.hpp"
#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;
using testing::ToyWriter;

class Stats : public ::testing::TestWithParam<Backend> {
 protected:
  [[nodiscard]] Store open() const {
    return Store::open(path_, toy_domain(GetParam()), toy_options());
  }

  const TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.file("a.file");
};

INSTANTIATE_TEST_SUITE_P(EachEngine, Stats, ::testing::Values(Backend::duckdb, Backend::sqlite),
                         [](const auto& each) { return std::string(word_of(each.param)); });

TEST_P(Stats, CountRowsOfEachTableAndWhatEngineFileAndJournalHold) {
  Store store = open();
  store.write(testing::records({"put 1 10", "put 2 20", "nonsense"}));
  const StoreStats stats = store_stats(store);
  EXPECT_EQ(stats.backend, GetParam());
  const auto numbers = std::ranges::find(stats.tables, "numbers", &TableState::table);
  ASSERT_NE(numbers, stats.tables.end());
  EXPECT_EQ(numbers->rows, 2);
  EXPECT_EQ(stats.file.bytes, static_cast<std::int64_t>(std::filesystem::file_size(path_)));
  EXPECT_GT(stats.file.log_bytes, 0);
  EXPECT_EQ(stats.journal.segments, 1);
  EXPECT_GT(stats.journal.bytes, 0);
  EXPECT_EQ(stats.journal.waiting_records, 0);
  EXPECT_EQ(stats.memory.limit_bytes, 64'000'000);
  EXPECT_GT(stats.memory.engine_bytes, 0);
  EXPECT_LE(stats.memory.engine_bytes, stats.memory.limit_bytes);
  EXPECT_GT(stats.memory.resident_bytes, stats.memory.engine_bytes);
}

TEST_P(Stats, TellComponentsOfMemoryThatHoldSomethingTheLargestFirst) {
  Store store = open();
  store.write(testing::records({"put 1 10"}));
  const StoreStats stats = store_stats(store);
  ASSERT_FALSE(stats.memory.components.empty());
  EXPECT_TRUE(std::ranges::is_sorted(stats.memory.components, std::greater{}, &MemoryUse::bytes));
  for (const MemoryUse& use : stats.memory.components) {
    EXPECT_GT(use.bytes + use.spilled_bytes, 0) << use.component;
  }
}

TEST_P(Stats, IncludeWhatAnotherProcessRecordedBefore) {
  Store store = open();
  ToyWriter{path_}.write({"put 7 70"});
  const StoreStats stats = store_stats(store);
  EXPECT_EQ(std::ranges::find(stats.tables, "numbers", &TableState::table)->rows, 1);
}

TEST_P(Stats, RoomOfWhatWasRemovedIsFreeInTheFile) {
  Store store = open();
  store.write(testing::records({"put 1 10"}));
  store.connection().execute(
      "CREATE TABLE many AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n "
      "< 300) SELECT a.n * 7919 * b.n AS n, b.n AS m FROM c AS a, c AS b");
  store.checkpoint();
  const StoreStats before = store_stats(store);
  store.connection().execute("DROP TABLE many");
  store.checkpoint();
  const StoreStats after = store_stats(store);
  EXPECT_GT(after.file.free_bytes, before.file.free_bytes + 100'000);
}

TEST_P(Stats, WhatWasArchivedIsNoMoreInTheJournal) {
  OpenOptions options = toy_options();
  options.limits.segment_bytes = 1;
  Store store = Store::open(path_, toy_domain(GetParam()), options);
  ToyWriter{path_}.write({"put 1 10", "put 2 20"});
  const StoreStats before = store_stats(store);
  EXPECT_EQ(before.journal.archived_bytes, 0);
  (void)store.finish(Seconds{60});
  const StoreStats after = store_stats(store);
  EXPECT_LT(after.journal.bytes, before.journal.bytes);
  EXPECT_GT(after.journal.archived_bytes, 0);
}

}  // namespace
}  // namespace shelduck::store
