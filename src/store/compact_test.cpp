#include "shelduck/store/compact.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/store/digest.hpp"
#include "shelduck/store/owner.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::model;
using testing::numbers;
using testing::records;
using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;

const std::vector<std::string> kCompactedWords{"put 1 10", "put 2 20", "nonsense", "delete 2"};

// About 3 MB that no compression makes smaller, and gone again: free blocks within the file.
void leave_free_blocks(Store& store) {
  store.connection().run_script(
      "CREATE TABLE ballast AS SELECT hash(range) AS h FROM range(400000); CHECKPOINT; "
      "DELETE FROM ballast WHERE h % 1000 > 0");
}

Store open_with_free_blocks(const std::filesystem::path& path, const OpenOptions& options) {
  Store store = Store::open(path, toy_domain(), options);
  store.write(records(kCompactedWords));
  leave_free_blocks(store);
  return store;
}

std::int64_t bytes_of(const std::filesystem::path& path) {
  return static_cast<std::int64_t>(std::filesystem::file_size(path));
}

bool has_leftovers(const std::filesystem::path& path) {
  return std::filesystem::exists(detail::staging_folder(path));
}

TEST(Compact, TheFileShrinksAndHoldsTheSame) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  Store store = open_with_free_blocks(path, toy_options());
  const Uuid identity = store.identity();
  const auto tables = detail::table_states(store.connection(), toy_domain());
  const auto positions = store.owner().session().positions();
  const CompactReport report = compact(store, Effort::if_sparse);
  EXPECT_EQ(report.note, "");
  EXPECT_GT(report.bytes_before, 3'000'000);
  EXPECT_LT(report.bytes_after, report.bytes_before / 2);
  EXPECT_EQ(report.bytes_after, bytes_of(path));
  EXPECT_EQ(report.bytes_after, file_size(store).live_bytes);
  EXPECT_EQ(detail::table_states(store.connection(), toy_domain()), tables);
  EXPECT_EQ(store.owner().session().positions(), positions);
  EXPECT_EQ(store.owner().session().stored_identity(), identity);
  EXPECT_FALSE(has_leftovers(path));
}

TEST(Compact, TheStoreGoesOnAndTheNextOwnerFindsTheSame) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    Store store = open_with_free_blocks(path, toy_options());
    compact(store, Effort::always);
    store.write(records({"put 3 30"}));
    store.finish(Seconds{60});
    store.close();
  }
  Store store = Store::open(path, toy_domain(), toy_options());
  EXPECT_EQ(store.apply().applied, 0U);
  EXPECT_EQ(numbers(store.connection()), model({"put 1 10", "put 3 30"}));
}

TEST(Compact, ASecondTimeAndAFullFileAreLeftAlone) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  Store store = open_with_free_blocks(path, toy_options());
  compact(store, Effort::always);
  for (const Effort effort : {Effort::if_sparse, Effort::always}) {
    const CompactReport again = compact(store, effort);
    EXPECT_EQ(again.bytes_after, again.bytes_before);
    EXPECT_EQ(again.note, "");
    EXPECT_FALSE(has_leftovers(path));
  }
}

TEST(Compact, KeepsTheModeOfTheFile) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  Store store = open_with_free_blocks(path, toy_options());
  const auto mode = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write |
                    std::filesystem::perms::group_read;
  std::filesystem::permissions(path, mode);
  compact(store, Effort::always);
  EXPECT_EQ(std::filesystem::status(path).permissions(), mode);
}

TEST(Compact, WithoutRoomForACopyTheFileStays) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    (void)open_with_free_blocks(path, toy_options());
  }
  OpenOptions options = toy_options();
  options.floor_bytes = std::int64_t{1} << 60U;
  Store store = Store::open(path, toy_domain(), options);
  const CompactReport report = compact(store, Effort::always);
  EXPECT_EQ(report.bytes_after, report.bytes_before);
  EXPECT_NE(report.note.find("no room"), std::string::npos) << report.note;
  EXPECT_EQ(numbers(store.connection()), model(kCompactedWords));
}

TEST(Compact, WhileOthersReadTheFileStays) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  Store store = open_with_free_blocks(path, toy_options());
  {
    Connection other = store.connect();
    const CompactReport report = compact(store, Effort::always);
    EXPECT_EQ(report.bytes_after, report.bytes_before);
    EXPECT_NE(report.note.find("other connections"), std::string::npos) << report.note;
    EXPECT_EQ(numbers(other), model(kCompactedWords));
  }
  EXPECT_LT(compact(store, Effort::always).bytes_after, 3'000'000);
}

TEST(Compact, ACopyThatFailsLeavesTheFileAsItIs) {
  for (const std::string where : {"backup.copied", "compact.copied"}) {
    const TemporaryFolder folder;
    const auto path = folder.file("a.duckdb");
    OpenOptions options = toy_options();
    options.step = [&](std::string_view step) {
      if (step == where) throw Error{ErrorKind::exhausted, "no space for a copy"};
    };
    Store store = open_with_free_blocks(path, options);
    const CompactReport report = compact(store, Effort::always);
    EXPECT_EQ(report.bytes_after, report.bytes_before) << where;
    EXPECT_NE(report.note.find("no space for a copy"), std::string::npos) << report.note;
    EXPECT_FALSE(has_leftovers(path)) << where;
    store.write(records({"put 3 30"}));
    EXPECT_EQ(numbers(store.connection()), model({"put 1 10", "put 3 30"})) << where;
  }
}

// Limits are of a whole process, so it happens in a child. Its answer is the exit code.
int compact_with_files_up_to(rlim_t bytes, const std::filesystem::path& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool is_good = false;
    try {
      ::signal(SIGXFSZ, SIG_IGN);
      OpenOptions options = toy_options();
      options.step = [&](std::string_view step) {
        if (step != "compact.checkpointed") return;
        const rlimit limit{bytes, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &limit);
      };
      Store store = open_with_free_blocks(path, options);
      const CompactReport report = compact(store, Effort::always);
      is_good = report.bytes_after == report.bytes_before && !report.note.empty() &&
                numbers(store.connection()) == model(kCompactedWords) && !has_leftovers(path);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
    ::_exit(is_good ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(Compact, ADiskThatFillsUpDuringTheCopyLeavesTheFileAsItIs) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  EXPECT_EQ(compact_with_files_up_to(300'000, path), 0);
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model(kCompactedWords));
  EXPECT_LT(compact(store, Effort::always).bytes_after, 3'000'000);
}

TEST(Compact, GivesUpWhenItIsCancelled) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  OpenOptions options = toy_options();
  options.step = [](std::string_view step) {
    if (step == "backup.verified") throw Error{ErrorKind::cancelled, "interrupted"};
  };
  Store store = open_with_free_blocks(path, options);
  EXPECT_EQ(error_of([&] { compact(store, Effort::always); }).kind(), ErrorKind::cancelled);
  EXPECT_EQ(numbers(store.connection()), model(kCompactedWords));
}

}  // namespace
}  // namespace shelduck::store
