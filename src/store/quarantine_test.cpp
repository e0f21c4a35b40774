#include "shelduck/store/quarantine.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shelduck/store/check.hpp"
#include "shelduck/store/quarantine_desk.hpp"
#include "shelduck/store/restore.hpp"
#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::numbers;
using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;
using testing::ToyWriter;

class Quarantine : public ::testing::TestWithParam<Backend> {};
INSTANTIATE_TEST_SUITE_P(EachEngine, Quarantine,
                         ::testing::Values(Backend::duckdb, Backend::sqlite),
                         [](const auto& made) { return std::string(word_of(made.param)); });

TEST_P(Quarantine, ListsWhatWasRefusedAndWhy) {
  const TemporaryFolder folder;
  Store store = Store::open(folder.file("a.duckdb"), toy_domain(GetParam()), toy_options());
  store.write(testing::records({"put 1 10", "nonsense", "rubbish"}));
  const auto rows = list_quarantine(store.connection(), {});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].source, "toy");
  EXPECT_NE(rows[0].reason.find("verb"), std::string::npos);
  EXPECT_GT(rows[0].bytes.value(), 5);
  const auto first = list_quarantine(store.connection(), {.limit = 1});
  const auto second = list_quarantine(store.connection(), {.limit = 1, .after = first[0].id});
  EXPECT_EQ(second[0].id, rows[1].id);
}

TEST_P(Quarantine, ARetryAppliesWhatANewerBuildUnderstands) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    Store store = Store::open(path, toy_domain(GetParam()), toy_options());
    store.write(testing::records({"triple 7", "nonsense"}));
    EXPECT_EQ(retry_quarantine(store, {}).left, 2);
  }
  Store store = Store::open(path, testing::newer_toy_domain(GetParam()), toy_options());
  const QuarantineReport report = retry_quarantine(store, {});
  EXPECT_EQ(report.asked, 2);
  EXPECT_EQ(report.left, 1);
  EXPECT_EQ(numbers(store.connection()).count(7), 1U);
}

TEST_P(Quarantine, ADroppedRecordDoesNotComeBack) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    Store store = Store::open(path, toy_domain(GetParam()), toy_options());
    store.write(testing::records({"nonsense"}));
    EXPECT_EQ(drop_quarantine(store, {}).left, 0);
    store.write(testing::records({"nonsense"}));
    EXPECT_TRUE(list_quarantine(store.connection(), {}).empty());
  }
  EXPECT_TRUE(rebuild(path, toy_domain(GetParam()), toy_options()).differing.empty());
  Store store = Store::open(path, toy_domain(GetParam()), toy_options());
  EXPECT_TRUE(list_quarantine(store.connection(), {}).empty());
}

TEST_P(Quarantine, AnUnknownIdDoesNothing) {
  const TemporaryFolder folder;
  Store store = Store::open(folder.file("a.duckdb"), toy_domain(GetParam()), toy_options());
  store.write(testing::records({"nonsense"}));
  const std::vector<Uuid> ids{derived_uuid("unknown")};
  EXPECT_EQ(error_of([&] { drop_quarantine(store, ids); }).kind(), ErrorKind::not_found);
  EXPECT_EQ(list_quarantine(store.connection(), {}).size(), 1U);
}

TEST_P(Quarantine, ARecordTooLargeKeepsItsPositionAndItsSegment) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  const std::string large(detail::QuarantineDesk::kRecordBytesMax + 1, 'x');
  {
    ToyWriter{path, 1}.write({large});
  }
  OpenOptions options = toy_options();
  options.limits = {.segment_bytes = 1, .archive_bytes = 1};
  Store store = Store::open(path, toy_domain(GetParam()), options);
  store.apply();
  const auto rows = list_quarantine(store.connection(), {});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].bytes, std::nullopt);
  EXPECT_GT(rows[0].sequence, 0U);
  store.finish(Seconds{10});
  const auto kept = folder.path() / "a.duckdb.journal" / "damaged";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{kept}, {}), 1);
}

// Two equal records in segments that come in either order.
TEST_P(Quarantine, EqualRecordsMakeOneRowWhateverTheirOrder) {
  for (const bool is_first_early : {true, false}) {
    const TemporaryFolder folder;
    const auto path = folder.file("a.duckdb");
    Store store = Store::open(path, toy_domain(GetParam()), toy_options());
    if (is_first_early) store.write(testing::records({"nonsense"}));
    store.write(testing::records({"put 1 1"}));
    store.write(testing::records({"nonsense"}));
    EXPECT_EQ(list_quarantine(store.connection(), {}).size(), 1U);
    EXPECT_FALSE(check(store, Depth::deep).is_damaged());
  }
}

}  // namespace
}  // namespace shelduck::store
