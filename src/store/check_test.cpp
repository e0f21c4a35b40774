#include "shelduck/store/check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;
using testing::ToyWriter;

const Finding* find(const CheckReport& report, std::string_view rule) {
  const auto at = std::ranges::find(report.findings, rule, &Finding::rule);
  return at == report.findings.end() ? nullptr : &*at;
}

TEST(Check, AHealthyStoreHasNoFindings) {
  const TemporaryFolder folder;
  Store store = Store::open(folder.file("a.duckdb"), toy_domain(), toy_options());
  store.write(testing::records({"put 1 10", "put 2 20"}));
  const CheckReport report = check(store, Depth::deep);
  EXPECT_FALSE(report.is_damaged()) << to_json(document(report));
  EXPECT_TRUE(report.findings.empty()) << to_json(document(report));
  EXPECT_GT(report.rules, 5);
  EXPECT_EQ(report.segments, 1);
  EXPECT_EQ(report.frames, 2);
}

TEST(Check, ABrokenRuleIsDamageAndAReportedOneIsNot) {
  const TemporaryFolder folder;
  Store store = Store::open(folder.file("a.duckdb"), toy_domain(), toy_options());
  store.write(testing::records({"put 1 10", "nonsense"}));
  ToyWriter writer{folder.file("a.duckdb")};
  writer.hold("start 5");
  CheckReport report = check(store, Depth::quick);
  EXPECT_FALSE(report.is_damaged()) << to_json(document(report));
  ASSERT_NE(find(report, "open_starts"), nullptr);
  EXPECT_EQ(find(report, "open_starts")->detail, "5");
  EXPECT_EQ(find(report, "quarantined_records")->count, 1);
  store.connection().execute("INSERT INTO numbers VALUES (?, ?)", {1, 10});
  report = check(store, Depth::quick);
  EXPECT_TRUE(report.is_damaged());
  ASSERT_NE(find(report, "one_row_per_number"), nullptr);
}

TEST(Check, DeepFindsARowThatNoRecordExplains) {
  const TemporaryFolder folder;
  Store store = Store::open(folder.file("a.duckdb"), toy_domain(), toy_options());
  store.write(testing::records({"put 1 10"}));
  store.connection().execute("INSERT INTO numbers VALUES (?, ?)", {7, 70});
  EXPECT_FALSE(check(store, Depth::quick).is_damaged());
  const CheckReport report = check(store, Depth::deep);
  ASSERT_NE(find(report, "rebuild_differs"), nullptr);
  EXPECT_EQ(find(report, "rebuild_differs")->detail, "numbers");
  EXPECT_FALSE(std::filesystem::exists(folder.file("a.duckdb.checked")));
}

TEST(Check, ATornTailIsReportedOnly) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path}.write({"put 1 10"});
  }
  for (const auto& entry : std::filesystem::directory_iterator{folder.file("a.duckdb.journal")}) {
    if (entry.path().extension() == ".seg") {
      std::ofstream{entry.path(), std::ios::binary | std::ios::app} << "half a frame";
    }
  }
  Store store = Store::open(path, toy_domain(), toy_options());
  const CheckReport report = check(store, Depth::quick);
  EXPECT_FALSE(report.is_damaged());
  ASSERT_NE(find(report, "torn_tail"), nullptr);
  EXPECT_EQ(find(report, "torn_tail")->count, 12);
}

TEST(Check, AnArchivedSegmentThatTheTablesDoNotHoldIsFound) {
  const TemporaryFolder folder;
  {
    ToyWriter{folder.file("a.duckdb"), 1}.write({"put 1 10"});
  }
  OpenOptions options = toy_options();
  options.limits.segment_bytes = 1;
  Store store = Store::open(folder.file("a.duckdb"), toy_domain(), options);
  store.apply();
  ASSERT_EQ(store.finish(Seconds{10}).archived, 1U);
  EXPECT_FALSE(check(store, Depth::quick).is_damaged());
  store.connection().execute("DELETE FROM journal_position");
  const CheckReport report = check(store, Depth::quick);
  EXPECT_TRUE(report.is_damaged());
  ASSERT_NE(find(report, "archived_and_not_applied"), nullptr);
  EXPECT_EQ(find(report, "archived_and_not_applied")->count, 1);
}

TEST(Check, ASegmentOfAnotherDatabaseIsFound) {
  const TemporaryFolder folder;
  {
    ToyWriter{folder.file("a.duckdb")}.write({"put 1 10"});
  }
  {
    ToyWriter{folder.file("b.duckdb")}.write({"put 2 20"});
  }
  for (const auto& entry : std::filesystem::directory_iterator{folder.file("b.duckdb.journal")}) {
    if (entry.path().extension() == ".seg") {
      std::filesystem::copy_file(entry.path(),
                                 folder.file("a.duckdb.journal") / entry.path().filename());
    }
  }
  Store store = Store::open(folder.file("a.duckdb"), toy_domain(), toy_options());
  const CheckReport report = check(store, Depth::quick);
  EXPECT_TRUE(report.is_damaged());
  ASSERT_NE(find(report, "foreign_segment"), nullptr);
  EXPECT_EQ(testing::numbers(store.connection()).size(), 1U);
}

}  // namespace
}  // namespace shelduck::store
