#include "shelduck/store/backup.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "shelduck/store/check.hpp"
#include "shelduck/store/restore.hpp"
#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::model;
using testing::numbers;
using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;
using testing::ToyWriter;

const std::vector<std::string> kBackedUpWords{"put 1 10", "put 2 20", "nonsense", "start 3"};

struct Site {
  Site() { store.write(testing::records(kBackedUpWords)); }
  TemporaryFolder folder;
  std::filesystem::path path = folder.file("a.duckdb");
  Store store = Store::open(path, toy_domain(), toy_options());
};

TEST(Backup, IsAWholeDatabaseThatOpens) {
  Site site;
  const BackupReport report = back_up(site.store, site.folder.path() / "out" / "b1", {});
  EXPECT_GT(report.bytes, 1000U);
  Database copy = Database::open(report.path / "database.duckdb", {.access = Access::read_only});
  Connection connection{copy};
  EXPECT_EQ(numbers(connection), model(kBackedUpWords));
  EXPECT_EQ(connection.value<std::int64_t>("SELECT count(*) FROM quarantine"), 1);
  EXPECT_FALSE(std::filesystem::exists(site.path.string() + ".staging/backup"));
}

TEST(Backup, RefusesAFolderThatIsThere) {
  Site site;
  std::filesystem::create_directory(site.folder.file("b1"));
  EXPECT_EQ(error_of([&] { back_up(site.store, site.folder.file("b1"), {}); }).kind(),
            ErrorKind::invalid_input);
  EXPECT_TRUE(std::filesystem::is_empty(site.folder.file("b1")));
}

TEST(Backup, KeepsTheNewestAndNothingElseIsRemoved) {
  Site site;
  std::filesystem::create_directory(site.folder.path() / "out");
  std::filesystem::create_directory(site.folder.path() / "out" / "not-a-backup");
  for (const char* name : {"b1", "b2", "b3"})
    back_up(site.store, site.folder.path() / "out" / name, {});
  const BackupReport report = back_up(site.store, site.folder.path() / "out" / "b4", {.keep = 2});
  ASSERT_EQ(report.removed.size(), 2U);
  for (const char* name : {"not-a-backup", "b3", "b4"}) {
    EXPECT_TRUE(std::filesystem::exists(site.folder.path() / "out" / name)) << name;
  }
  for (const char* name : {"b1", "b2"}) {
    EXPECT_FALSE(std::filesystem::exists(site.folder.path() / "out" / name)) << name;
  }
}

TEST(Backup, AFailureLeavesNothing) {
  Site site;
  std::ofstream{site.folder.file("file")} << "no folder";
  EXPECT_THROW(back_up(site.store, site.folder.path() / "file" / "b1", {}), Error);
  EXPECT_EQ(numbers(site.store.connection()), model(kBackedUpWords));
}

class EachFormat : public ::testing::TestWithParam<BackupFormat> {};

TEST_P(EachFormat, RestoresToEqualRowsUnderANewIdentity) {
  Site site;
  const Uuid identity = site.store.identity();
  back_up(site.store, site.folder.file("b1"), {.format = GetParam()});
  site.store.write(testing::records({"put 9 90"}));
  site.store.close();
  const RestoreReport report =
      restore(site.folder.file("b1"), site.path, toy_domain(), toy_options());
  EXPECT_NE(report.identity, identity);
  EXPECT_TRUE(std::filesystem::exists(report.set_aside / "a.duckdb"));
  EXPECT_TRUE(std::filesystem::exists(report.set_aside / "a.duckdb.journal"));
  Store store = Store::open(site.path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model(kBackedUpWords));
  EXPECT_EQ(store.identity(), report.identity);
  store.write(testing::records({"put 4 40"}));
  EXPECT_TRUE(store.finish(Seconds{10}).is_backed_up);
  EXPECT_FALSE(check(store, Depth::deep).is_damaged());
}

INSTANTIATE_TEST_SUITE_P(Backup, EachFormat,
                         ::testing::Values(BackupFormat::duckdb, BackupFormat::parquet));

TEST(Restore, RefusesWhatIsNoBackupOrOfAnotherDomain) {
  Site site;
  site.store.close();
  EXPECT_EQ(error_of([&] {
              restore(site.folder.file("nowhere"), site.path, toy_domain(), toy_options());
            }).kind(),
            ErrorKind::not_found);
  Store store = Store::open(site.path, toy_domain(), toy_options());
  back_up(store, site.folder.file("b1"), {});
  store.close();
  Domain other = toy_domain();
  other.name = "other";
  EXPECT_EQ(error_of([&] {
              restore(site.folder.file("b1"), site.folder.file("c.duckdb"), other, toy_options());
            }).kind(),
            ErrorKind::invalid_input);
}

TEST(Restore, ADamagedBackupChangesNothing) {
  Site site;
  back_up(site.store, site.folder.file("b1"), {});
  site.store.close();
  std::filesystem::resize_file(site.folder.path() / "b1" / "database.duckdb", 6000);
  EXPECT_EQ(error_of([&] {
              restore(site.folder.file("b1"), site.path, toy_domain(), toy_options());
            }).kind(),
            ErrorKind::corrupt);
  Store store = Store::open(site.path, toy_domain(), toy_options());
  EXPECT_EQ(numbers(store.connection()), model(kBackedUpWords));
}

TEST(Restore, AWriterAtWorkIsBusyAndNothingChanges) {
  Site site;
  back_up(site.store, site.folder.file("b1"), {});
  site.store.close();
  ToyWriter writer{site.path};
  writer.hold("start 8");
  EXPECT_EQ(error_of([&] {
              restore(site.folder.file("b1"), site.path, toy_domain(), toy_options());
            }).kind(),
            ErrorKind::busy);
  writer.write({"put 5 50"});
  Store store = Store::open(site.path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()).size(), 3U);
}

TEST(Rebuild, GivesEqualDigestsAndKeepsTheOldFile) {
  Site site;
  site.store.close();
  const RebuildReport report = rebuild(site.path, toy_domain(), toy_options());
  EXPECT_TRUE(report.differing.empty());
  EXPECT_EQ(report.compared, RebuildReport::Compared::with_old_file);
  EXPECT_TRUE(std::filesystem::exists(report.set_aside));
  Store store = Store::open(site.path, toy_domain(), toy_options());
  EXPECT_EQ(store.apply().applied, 0U);
  EXPECT_EQ(numbers(store.connection()), model(kBackedUpWords));
}

TEST(Rebuild, GoesOnFromTheBackupWhenSegmentsAreGone) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  OpenOptions options = toy_options();
  options.limits = {.segment_bytes = 1, .archive_bytes = 1};
  std::vector<std::string> words;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> more;
    for (int i = 0; i < 5; ++i) more.push_back("put " + std::to_string(round * 5 + i) + " 1");
    {
      ToyWriter{path, 1}.write(more);
    }
    words.insert(words.end(), more.begin(), more.end());
    Store store = Store::open(path, toy_domain(), options);
    store.apply();
    store.finish(Seconds{10});
  }
  {
    ToyWriter{path}.write({"put 100 1"});
  }
  words.emplace_back("put 100 1");
  const RebuildReport report = rebuild(path, toy_domain(), toy_options());
  EXPECT_TRUE(report.had_backup);
  EXPECT_TRUE(report.differing.empty());
  std::filesystem::remove(path);
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model(words));
}

TEST(Rebuild, ARowThatIsInNoJournalStopsTheSwap) {
  Site site;
  site.store.connection().execute("INSERT INTO numbers VALUES (?, ?)", {77, 7});
  site.store.close();
  const RebuildReport report = rebuild(site.path, toy_domain(), toy_options());
  EXPECT_EQ(report.differing, std::vector<std::string>{"numbers"});
  EXPECT_TRUE(report.set_aside.empty());
  Store store = Store::open(site.path, toy_domain(), toy_options());
  EXPECT_EQ(numbers(store.connection()).count(77), 1U);
}

TEST(Migrations, ArePendingUntilTheDatabaseIsOpened) {
  Site site;
  site.store.close();
  EXPECT_EQ(pending_migrations(site.path, testing::newer_toy_domain()),
            std::vector<std::string>{"toy/notes"});
  Store::open(site.path, testing::newer_toy_domain(), toy_options()).close();
  EXPECT_TRUE(pending_migrations(site.path, testing::newer_toy_domain()).empty());
}

}  // namespace
}  // namespace shelduck::store
