#include "shelduck/store/backup.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

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

std::size_t folders_of_stem(const std::filesystem::path& parent, std::string_view stem) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{parent}) {
    count += entry.path().filename().string().starts_with(std::string(stem) + "-2") ? 1 : 0;
  }
  return count;
}

// The rule of keep: DIR is a stem, each backup is DIR-<moment>, and only folders of this stem that
// hold a backup of this database's identity are counted and removed.
TEST(Backup, KeepMakesAFolderForEachMomentAndTheNewestStay) {
  Site site;
  site.store.close();
  OpenOptions options = toy_options();
  options.clock = [now = options.clock()]() mutable { return now += std::chrono::hours{1}; };
  site.store = Store::open(site.path, toy_domain(), options);
  const auto stem = site.folder.path() / "out" / "history";
  std::vector<std::filesystem::path> made;
  for (int day = 0; day < 4; ++day) made.push_back(back_up(site.store, stem, {.keep = 2}).path);
  EXPECT_FALSE(std::filesystem::exists(stem));
  EXPECT_EQ(folders_of_stem(site.folder.path() / "out", "history"), 2U);
  for (std::size_t day = 0; day < made.size(); ++day) {
    EXPECT_EQ(std::filesystem::exists(made[day] / "manifest"), day >= 2) << made[day];
  }
}

TEST(Backup, KeepRemovesNothingOfAnotherNameOrDatabaseAndNoAutomaticBackup) {
  Site site;
  const TemporaryFolder elsewhere;
  Store other = Store::open(elsewhere.file("b.duckdb"), toy_domain(), toy_options());
  const auto out = site.folder.path();
  std::filesystem::create_directory(out / "history-20200101T000000Z");
  const std::vector<std::filesystem::path> kept{
      back_up(site.store, out / "monday", {}).path,
      back_up(site.store, out / "history-before", {}).path,
      back_up(site.store, out / "history-before-20200101T000000Z", {}).path,
      back_up(site.store, out / "a.duckdb.backup-2", {}).path,
      back_up(other, out / "history", {.keep = 1}).path,
      out / "history-20200101T000000Z"};
  std::filesystem::create_directory(out / "a.duckdb.backup");
  std::filesystem::copy(out / "monday", out / "a.duckdb.backup");
  for (const char* stem : {"history", "a.duckdb.backup2"}) {
    back_up(site.store, out / stem, {.keep = 1});
    back_up(site.store, out / stem, {.keep = 1});
  }
  for (const auto& folder : kept) EXPECT_TRUE(std::filesystem::exists(folder)) << folder;
  EXPECT_TRUE(std::filesystem::exists(out / "a.duckdb.backup" / "manifest"));
  // One of this database, one of the other, and the empty one.
  EXPECT_EQ(folders_of_stem(out, "history"), 3U);
}

TEST(Backup, RefusesThePlacesOfTheDatabaseItself) {
  Site site;
  for (const char* place : {"a.duckdb", "a.duckdb/x", "a.duckdb.journal/x",
                            "a.duckdb.journal/archive", "a.duckdb.backup", "a.duckdb.backup/x",
                            "a.duckdb.staging", "a.duckdb.wal", "x/../a.duckdb.journal/x"}) {
    const Error error = error_of([&] { back_up(site.store, site.folder.path() / place, {}); });
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input) << place;
    EXPECT_EQ(error.detail().field, "DIR") << place;
    EXPECT_NE(error.detail().rule.find("a.duckdb.journal"), std::string::npos) << place;
  }
  EXPECT_FALSE(std::filesystem::exists(site.path.string() + ".backup"));
  EXPECT_TRUE(std::filesystem::exists(back_up(site.store, site.folder.file("a"), {}).path));
}

TEST(Backup, AFailureLeavesNothing) {
  Site site;
  std::ofstream{site.folder.file("file")} << "no folder";
  EXPECT_THROW(back_up(site.store, site.folder.path() / "file" / "b1", {}), Error);
  EXPECT_EQ(numbers(site.store.connection()), model(kBackedUpWords));
}

void back_up_restore_and_lose_the_backup(Site& site) {
  {
    Store store = Store::open(site.path, toy_domain(), toy_options());
    back_up(store, site.folder.file("lost"), {});
  }
  restore(site.folder.file("lost"), site.path, toy_domain(), toy_options());
  std::filesystem::remove_all(site.path.string() + ".backup");
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
  EXPECT_TRUE(report.notes.empty()) << report.notes.front();
  Store store = Store::open(site.path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model(kBackedUpWords));
  EXPECT_EQ(store.identity(), report.identity);
  store.write(testing::records({"put 4 40"}));
  EXPECT_FALSE(check(store, Depth::deep).is_damaged());
}

// The backup that a rebuild of restored rows needs is there before anybody tidies up.
TEST_P(EachFormat, CanBeRebuiltAsSoonAsItIsRestored) {
  Site site;
  back_up(site.store, site.folder.file("b1"), {.format = GetParam()});
  site.store.close();
  restore(site.folder.file("b1"), site.path, toy_domain(), toy_options());
  EXPECT_TRUE(std::filesystem::exists(site.path.string() + ".backup/manifest"));
  EXPECT_FALSE(std::filesystem::exists(site.path.string() + ".restored.staging"));
  plan_rebuild(site.path, toy_domain());
  const RebuildReport report = rebuild(site.path, toy_domain(), toy_options());
  EXPECT_TRUE(report.had_backup);
  EXPECT_TRUE(report.differing.empty());
  Store store = Store::open(site.path, toy_domain(), toy_options());
  EXPECT_FALSE(check(store, Depth::deep).is_damaged());
  EXPECT_EQ(numbers(store.connection()), model(kBackedUpWords));
  EXPECT_FALSE(store.finish(Seconds{10}).is_backed_up);
}

void edit_manifest(const std::filesystem::path& folder,
                   const std::function<std::string(const std::string&)>& edit) {
  std::ifstream old{folder / "manifest"};
  std::string text;
  for (std::string line; std::getline(old, line);) text += edit(line);
  old.close();
  std::ofstream{folder / "manifest"} << text;
}

// Nothing of the database is changed, and plan and deed say the same.
Error refused_restore(Site& site, const std::filesystem::path& backup) {
  const Error planned = error_of([&] { (void)plan_restore(backup, toy_domain()); });
  const Error error = error_of([&] { restore(backup, site.path, toy_domain(), toy_options()); });
  EXPECT_EQ(std::string(planned.what()), error.what());
  EXPECT_EQ(error.kind(), ErrorKind::corrupt) << error.what();
  EXPECT_FALSE(error.detail().hint.empty());
  Store store = Store::open(site.path, toy_domain(), toy_options());
  EXPECT_EQ(numbers(store.connection()), model(kBackedUpWords));
  return error;
}

TEST_P(EachFormat, IsRefusedWhereItsManifestSaysSomethingElse) {
  Site site;
  const auto backup = site.folder.file("b1");
  back_up(site.store, backup, {.format = GetParam()});
  site.store.close();
  edit_manifest(backup, [](const std::string& line) {
    return line.starts_with("table numbers") ? "table numbers 3 1-1\n" : line + "\n";
  });
  if (GetParam() == BackupFormat::parquet) {
    EXPECT_EQ(error_of([&] { restore(backup, site.path, toy_domain(), toy_options()); }).kind(),
              ErrorKind::corrupt);
    return;
  }
  const std::string message = refused_restore(site, backup).what();
  EXPECT_NE(message.find("table numbers has 3 rows"), std::string::npos) << message;
  EXPECT_NE(message.find("there are 2 rows"), std::string::npos) << message;
}

TEST_P(EachFormat, IsRestoredWithANoteWhereItsManifestNotedNoCounts) {
  Site site;
  const auto backup = site.folder.file("b1");
  back_up(site.store, backup, {.format = GetParam()});
  site.store.close();
  edit_manifest(backup, [](const std::string& line) {
    const bool is_new = line.starts_with("table ") || line.starts_with("parquet ") ||
                        line.starts_with("digests_by ");
    return is_new ? std::string{} : line + "\n";
  });
  const RestoreReport report = restore(backup, site.path, toy_domain(), toy_options());
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_NE(report.notes[0].find("could not be compared"), std::string::npos);
  Store store = Store::open(site.path, toy_domain(), toy_options());
  EXPECT_EQ(numbers(store.connection()), model(kBackedUpWords));
}

// A newer build has another schema: rows are still compared, and migrated.
TEST_P(EachFormat, IsComparedAlsoByABuildWithMoreMigrations) {
  Site site;
  const auto backup = site.folder.file("b1");
  back_up(site.store, backup, {.format = GetParam()});
  site.store.close();
  const RestoreReport report =
      restore(backup, site.path, testing::newer_toy_domain(), toy_options());
  EXPECT_EQ(report.notes.size(), GetParam() == BackupFormat::parquet ? 1U : 0U);
  Store store = Store::open(site.path, testing::newer_toy_domain(), toy_options());
  EXPECT_EQ(numbers(store.connection()), model(kBackedUpWords));
}

INSTANTIATE_TEST_SUITE_P(Backup, EachFormat,
                         ::testing::Values(BackupFormat::database, BackupFormat::parquet));

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

TEST(Restore, AParquetBackupWithoutAFileChangesNothing) {
  Site site;
  back_up(site.store, site.folder.file("b1"), {.format = BackupFormat::parquet});
  site.store.close();
  std::filesystem::remove(site.folder.file("b1") / "numbers.parquet");
  const std::string message = refused_restore(site, site.folder.file("b1")).what();
  EXPECT_NE(message.find("table numbers has 2 rows"), std::string::npos) << message;
  EXPECT_NE(message.find("numbers.parquet is not there"), std::string::npos) << message;
}

// Files with the same number of rows, of a database whose rows are others.
TEST(Restore, AFileOfAnotherBackupChangesNothing) {
  Site site;
  const TemporaryFolder elsewhere;
  Store other = Store::open(elsewhere.file("b.duckdb"), toy_domain(), toy_options());
  other.write(testing::records({"put 1 11", "put 2 21", "nonsense", "start 3"}));
  for (const auto& [format, file] : {std::pair{BackupFormat::database, "database.duckdb"},
                                     {BackupFormat::parquet, "numbers.parquet"}}) {
    const std::string name = format == BackupFormat::database ? "b1" : "b2";
    back_up(site.store, site.folder.file(name), {.format = format});
    back_up(other, elsewhere.file(name), {.format = format});
    std::filesystem::copy_file(elsewhere.file(name) / file, site.folder.file(name) / file,
                               std::filesystem::copy_options::overwrite_existing);
  }
  site.store.close();
  refused_restore(site, site.folder.file("b1"));
  const std::string message = refused_restore(site, site.folder.file("b2")).what();
  EXPECT_NE(message.find("table numbers has 2 rows with the digest"), std::string::npos) << message;
}

TEST(Restore, ABackupWithoutItsDatabaseIsNamed) {
  Site site;
  back_up(site.store, site.folder.file("b1"), {});
  site.store.close();
  std::filesystem::remove(site.folder.file("b1") / "database.duckdb");
  const std::string message = refused_restore(site, site.folder.file("b1")).what();
  EXPECT_NE(message.find("database.duckdb is not there"), std::string::npos) << message;
}

TEST(Rebuild, ThePlanSaysWhatTheRebuildWouldSay) {
  Site site;
  site.store.close();
  plan_rebuild(site.path, toy_domain());
  EXPECT_EQ(error_of([&] { plan_rebuild(site.folder.file("none"), toy_domain()); }).kind(),
            ErrorKind::not_found);
  back_up_restore_and_lose_the_backup(site);
  const Error planned = error_of([&] { plan_rebuild(site.path, toy_domain()); });
  const Error error = error_of([&] { rebuild(site.path, toy_domain(), toy_options()); });
  EXPECT_EQ(planned.kind(), ErrorKind::corrupt);
  EXPECT_EQ(std::string(planned.what()), error.what());
}

// Two rebuilds from one bad backup agree with each other: it is compared with its manifest first.
TEST(Rebuild, ABackupThatIsNotWholeIsNotTheBeginningOfAFile) {
  Site site;
  {
    Store store = std::move(site.store);
    back_up(store, site.folder.file("b1"), {});
  }
  restore(site.folder.file("b1"), site.path, toy_domain(), toy_options());
  {
    Database backup = Database::open(site.path.string() + ".backup/database.duckdb", {});
    Connection{backup}.execute("DELETE FROM numbers WHERE n = ?", {1});
  }
  const Error planned = error_of([&] { plan_rebuild(site.path, toy_domain()); });
  const Error error = error_of([&] { rebuild(site.path, toy_domain(), toy_options()); });
  EXPECT_EQ(error.kind(), ErrorKind::corrupt);
  EXPECT_EQ(std::string(planned.what()), error.what());
  EXPECT_NE(std::string(error.what()).find("table numbers has 2 rows"), std::string::npos);
  EXPECT_NE(error.detail().hint.find("db restore"), std::string::npos);
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

TEST(Rebuild, BringsBackWhatIsInTheArchiveAndNotInTheTables) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  OpenOptions options = toy_options();
  options.limits.segment_bytes = 1;
  {
    ToyWriter{path, 1}.write({"put 1 10", "put 2 20"});
    Store store = Store::open(path, toy_domain(), options);
    store.apply();
    ASSERT_GT(store.finish(Seconds{10}).archived, 0U);
    store.connection().run_script("DELETE FROM journal_position; DELETE FROM numbers");
  }
  const RebuildReport report = rebuild(path, toy_domain(), toy_options());
  EXPECT_TRUE(report.differing.empty());
  EXPECT_EQ(report.frames, 2U);
  Store store = Store::open(path, toy_domain(), toy_options());
  EXPECT_EQ(numbers(store.connection()), model({"put 1 10", "put 2 20"}));
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
  EXPECT_EQ(pending_migrations(site.path, testing::newer_toy_domain(), {}),
            std::vector<std::string>{"toy/notes"});
  Store::open(site.path, testing::newer_toy_domain(), toy_options()).close();
  EXPECT_TRUE(pending_migrations(site.path, testing::newer_toy_domain(), {}).empty());
}

}  // namespace
}  // namespace shelduck::store
