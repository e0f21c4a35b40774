// The recovery ladder on real files: what an unclean stop, a torn log and a damaged file leave.
#include "shelduck/store/recovery.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "shelduck/store/check.hpp"
#include "shelduck/store/restore.hpp"
#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"
#include "shelduck/store/trial.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::model;
using testing::numbers;
using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;
using testing::ToyWriter;

const std::filesystem::path kTrial{SHELDUCK_STORE_TRIAL};

const std::vector<std::string> kRecoveredWords{"put 1 10", "put 2 20", "put 3 30", "delete 2"};

OpenOptions options_with(std::vector<std::string>& lines) {
  OpenOptions options = toy_options();
  options.engine = kTrial;
  options.log = [&](LogLevel, std::string_view line) { lines.emplace_back(line); };
  return options;
}

// A session that is killed after its commits, so that they are in the engine's log only.
void leave_unclean(const std::filesystem::path& path) {
  Store::open(path, toy_domain(), toy_options()).close();
  {
    ToyWriter{path}.write(kRecoveredWords);
  }
  const pid_t child = ::fork();
  if (child == 0) {
    Store store = Store::open(path, toy_domain(), toy_options());
    store.apply();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_GT(std::filesystem::file_size(wal_path(path)), 100U);
}

void flip(const std::filesystem::path& path, std::uintmax_t at) {
  std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
  file.seekg(static_cast<std::streamoff>(at));
  const char was = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(was ^ 0x55));
}

void expect_everything(const std::filesystem::path& path, const OpenOptions& options) {
  Store store = Store::open(path, toy_domain(), options);
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model(kRecoveredWords));
}

TEST(Recovery, AKilledSessionIsOpenedInAChildFirstAndThenHere) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  leave_unclean(path);
  EXPECT_EQ(trial_open(kTrial, path).outcome, TrialResult::Outcome::opens);
  std::vector<std::string> lines;
  expect_everything(path, options_with(lines));
  for (const std::string& line : lines) EXPECT_EQ(line.find("aside"), std::string::npos) << line;
}

TEST(Recovery, ALogOlderThanItsFileIsSetAside_Trap6) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  leave_unclean(path);
  std::filesystem::copy_file(wal_path(path), folder.file("old"));
  expect_everything(path, toy_options());
  std::filesystem::rename(folder.file("old"), wal_path(path));
  std::vector<std::string> lines;
  expect_everything(path, options_with(lines));
  ASSERT_FALSE(lines.empty());
  EXPECT_NE(lines[0].find("older state"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(wal_path(path).string() + ".set-aside"));
}

TEST(Recovery, ATornLogIsSetAsideAndNothingIsLost) {
  const TemporaryFolder folder;
  leave_unclean(folder.file("a.duckdb"));
  const auto size = std::filesystem::file_size(wal_path(folder.file("a.duckdb")));
  for (const std::uintmax_t at : {size / 4, size / 2, size - 20}) {
    const auto copy = folder.file("b" + std::to_string(at) + ".duckdb");
    std::filesystem::copy(folder.file("a.duckdb.journal"), copy.string() + ".journal",
                          std::filesystem::copy_options::recursive);
    std::filesystem::copy_file(folder.file("a.duckdb"), copy);
    std::filesystem::copy_file(wal_path(folder.file("a.duckdb")), wal_path(copy));
    flip(wal_path(copy), at);
    std::vector<std::string> lines;
    expect_everything(copy, options_with(lines));
  }
}

TEST(Recovery, AZeroFilledTailIsNoReasonToLoseAnything) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  leave_unclean(path);
  const auto size = std::filesystem::file_size(wal_path(path));
  std::filesystem::resize_file(wal_path(path), size - 30);
  std::filesystem::resize_file(wal_path(path), size + 200);
  std::vector<std::string> lines;
  expect_everything(path, options_with(lines));
  EXPECT_FALSE(lines.empty());
}

// A tail of ones makes the engine ask for 2^64 bytes: out of memory that is none.
TEST(Recovery, AnAbsurdLengthInTheLogIsDamageAndNoLackOfMemory) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "a sanitizer's operator new ends the process where the usual one throws";
#endif
#endif
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  leave_unclean(path);
  std::ofstream{wal_path(path), std::ios::binary | std::ios::app} << std::string(64, '\xff');
  std::vector<std::string> lines;
  expect_everything(path, options_with(lines));
  EXPECT_FALSE(lines.empty());
}

TEST(Recovery, ADamagedFileIsRebuiltAndSetAside) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  leave_unclean(path);
  expect_everything(path, toy_options());
  for (const std::uintmax_t at : {4100U, 8200U}) flip(path, at);
  std::vector<std::string> lines;
  expect_everything(path, options_with(lines));
  EXPECT_TRUE(std::filesystem::exists(path.string() + ".damaged"));
  ASSERT_FALSE(lines.empty());
  EXPECT_NE(lines[0].find("nothing is missing"), std::string::npos);
}

TEST(Recovery, ATruncatedFileIsRebuilt) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  leave_unclean(path);
  expect_everything(path, toy_options());
  std::filesystem::resize_file(path, 6000);
  std::vector<std::string> lines;
  expect_everything(path, options_with(lines));
}

// Every block of the file, the catalog's and the tables'; the headers stay whole, so it opens.
void flip_every_block(const std::filesystem::path& path) {
  constexpr std::uintmax_t kHeaders = 12'288;
  for (std::uintmax_t at = kHeaders + 100; at < std::filesystem::file_size(path); at += 4096) {
    flip(path, at);
  }
}

TEST(Recovery, AFileWithDamagedBlocksIsRebuiltWhenItIsOpened) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  leave_unclean(path);
  expect_everything(path, toy_options());
  flip_every_block(path);
  std::vector<std::string> lines;
  expect_everything(path, options_with(lines));
  EXPECT_TRUE(std::filesystem::exists(path.string() + ".damaged"));
  ASSERT_FALSE(lines.empty());
  EXPECT_NE(lines[0].find("nothing is missing"), std::string::npos);
}

TEST(Recovery, DamagedBlocksWithoutTheBackupThatTheyNeedLeaveTheFile) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  leave_unclean(path);
  expect_everything(path, toy_options());
  std::ofstream{path.string() + ".backup-required"} << "as after deleted segments\n";
  flip_every_block(path);
  for (int look = 0; look < 2; ++look) {
    const Error error = error_of([&] { (void)Store::open(path, toy_domain(), toy_options()); });
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    EXPECT_NE(error.detail().hint.find("shelduck db restore"), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".damaged"));
}

// A database whose table of numbers fills blocks of its own, one of which is damaged. The rows
// that fill them are in no journal: a rebuild is known by their absence.
void damage_numbers(const std::filesystem::path& path) {
  std::int64_t block = 0;
  {
    Store store = Store::open(path, toy_domain(), toy_options());
    store.write(testing::records(kRecoveredWords));
    store.connection().run_script(
        "INSERT INTO numbers SELECT range + 1000, hash(range) % 1000000000 FROM range(400000); "
        "CHECKPOINT");
    block = store.connection().value<std::int64_t>(
        "SELECT min(block_id) FROM pragma_storage_info('numbers') WHERE persistent AND "
        "block_id >= 0 AND column_name = 'v'");
  }
  constexpr std::int64_t kHeaderBytes = 12'288;
  constexpr std::int64_t kBlockBytes = 262'144;
  flip(path, static_cast<std::uintmax_t>(kHeaderBytes + block * kBlockBytes + 1000));
}

TEST(Recovery, AQuestionThatMeetsDamageSaysSoInPlainWords) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  damage_numbers(path);
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  const Error error = error_of(
      [&] { (void)store.connection().value<std::int64_t>("SELECT sum(v)::BIGINT FROM numbers"); });
  EXPECT_EQ(error.kind(), ErrorKind::corrupt);
  const std::string message = error.what();
  EXPECT_NE(message.find("the database file " + path.string() + " is damaged"), std::string::npos)
      << message;
  EXPECT_EQ(message.find("SELECT"), std::string::npos) << message;
  EXPECT_NE(error.detail().hint.find("shelduck db rebuild"), std::string::npos);
}

TEST(Recovery, CheckNamesADamagedTableAndLooksAtTheRest) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  damage_numbers(path);
  Store store = Store::open(path, toy_domain(), toy_options());
  for (const Depth depth : {Depth::quick, Depth::deep}) {
    const CheckReport report = check(store, depth);
    EXPECT_TRUE(report.is_damaged());
    const auto found = std::ranges::find(report.findings, "readable_tables", &Finding::rule);
    ASSERT_NE(found, report.findings.end());
    EXPECT_TRUE(found->detail.starts_with("numbers: ")) << found->detail;
    EXPECT_EQ(report.segments, 1);
  }
}

TEST(Recovery, ARebuildMakesADamagedTableAgain) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  damage_numbers(path);
  const RebuildReport report = rebuild(path, toy_domain(), toy_options());
  EXPECT_EQ(report.compared, RebuildReport::Compared::with_second_rebuild);
  EXPECT_TRUE(report.differing.empty());
  EXPECT_TRUE(std::filesystem::exists(report.set_aside));
  expect_everything(path, toy_options());
}

TEST(Recovery, DamageThatApplyingMeetsIsRebuiltAway) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  damage_numbers(path);
  {
    ToyWriter{path}.write({"put 1001 5"});
  }
  std::vector<std::string> lines;
  Store store = Store::open(path, toy_domain(), options_with(lines));
  store.apply();
  std::vector<std::string> words = kRecoveredWords;
  words.emplace_back("put 1001 5");
  EXPECT_EQ(numbers(store.connection()), model(words));
  EXPECT_TRUE(std::filesystem::exists(path.string() + ".damaged"));
  store.finish(Seconds{10});
  EXPECT_FALSE(check(store, Depth::deep).is_damaged());
}

TEST(Recovery, WithoutTheBackupThatItNeedsADamagedFileStays) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    OpenOptions options = toy_options();
    options.limits = {.segment_bytes = 1, .archive_bytes = 1};
    {
      ToyWriter{path, 1}.write(kRecoveredWords);
    }
    Store store = Store::open(path, toy_domain(), options);
    store.apply();
    const FinishReport report = store.finish(Seconds{10});
    EXPECT_TRUE(report.is_backed_up);
    EXPECT_GT(report.deleted, 0U);
  }
  std::filesystem::rename(path.string() + ".backup", folder.file("gone"));
  for (const std::uintmax_t at : {4100U, 8200U}) flip(path, at);
  const Error error = error_of([&] { (void)Store::open(path, toy_domain(), toy_options()); });
  EXPECT_EQ(error.kind(), ErrorKind::corrupt);
  EXPECT_NE(error.detail().hint.find("restore"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(path));
  std::filesystem::rename(folder.file("gone"), path.string() + ".backup");
  expect_everything(path, toy_options());
}

TEST(Recovery, AMissingEngineProgramIsNoDamage) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  leave_unclean(path);
  EXPECT_EQ(error_of([&] { (void)trial_open(folder.file("no-engine"), path); }).kind(),
            ErrorKind::io);
  EXPECT_TRUE(std::filesystem::exists(wal_path(path)));
}

}  // namespace
}  // namespace shelduck::store
