// No space, no permission, files of root in a user's folder: in a child process, because limits and
// users are of a whole process.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "shelduck/store/store.hpp"
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

constexpr uid_t kNobody = 65534;

// The child's answer: 0 where `work` says true.
int in_child(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool is_good = false;
    try {
      is_good = work();
    } catch (const std::exception& error) {
      const std::string line = std::string(error.what()) + "\n";
      [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
      ::_exit(9);
    }
    ::_exit(is_good ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

void limit_files_to(rlim_t bytes) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, RLIM_INFINITY};
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

std::vector<std::string> many(int from, int count) {
  std::vector<std::string> words;
  for (int i = from; i < from + count; ++i) words.push_back("put " + std::to_string(i) + " 1");
  return words;
}

// Applying has no space: the question is answered from what is applied, and says what waits.
TEST(DiskFull, RecordsThatCannotBeAppliedWaitAndTheRestIsAnswered) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path}.write(many(0, 20));
  }
  {
    Store store = Store::open(path, toy_domain(), toy_options());
    store.apply();
  }
  {
    ToyWriter{path}.write(many(20, 30));
  }
  EXPECT_EQ(in_child([&] {
              Store store = Store::open(path, toy_domain(), toy_options());
              limit_files_to(40);
              const ApplyReport report = store.apply();
              const bool is_told = report.waiting == 30 && !report.notes.empty() &&
                                   report.notes[0].find("no space") != std::string::npos;
              return is_told && numbers(store.connection()) == model(many(0, 20));
            }),
            0);
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model(many(0, 50)));
}

TEST(DiskFull, BelowTheFloorOnlyReservedRecordsAreTaken) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  OpenOptions options = toy_options();
  options.floor_bytes = std::int64_t{1} << 60;
  Store store = Store::open(path, toy_domain(), options);
  EXPECT_EQ(testing::error_of([&] { store.write(testing::records({"put 1 10"})); }).kind(),
            ErrorKind::exhausted);
  const std::vector<Record> reserved{{testing::kReservedWord, "put 2 20"}};
  EXPECT_EQ(store.write(reserved).applied, 1U);
  EXPECT_EQ(numbers(store.connection()), model({"put 2 20"}));
}

TEST(Permission, AFolderThatIsNotOursIsAnErrorThatNamesTheFile) {
  const TemporaryFolder folder;
  ::chmod(folder.path().c_str(), 0555);
  EXPECT_EQ(in_child([&] {
              if (::geteuid() == 0 && ::setuid(kNobody) != 0) return false;
              const Error error = testing::error_of(
                  [&] { (void)Store::open(folder.file("a.duckdb"), toy_domain(), toy_options()); });
              return error.kind() == ErrorKind::io &&
                     std::string(error.what()).find("a.duckdb") != std::string::npos;
            }),
            0);
  ::chmod(folder.path().c_str(), 0700);
}

TEST(Permission, ADatabaseThatMayOnlyBeReadSaysSoAndWhatToDo) {
  const auto opens_read_only = [](const std::filesystem::path& file) {
    if (::geteuid() == 0 && ::setuid(kNobody) != 0) return false;
    const Error error =
        testing::error_of([&] { (void)Store::open(file, toy_domain(), toy_options()); });
    return std::string(error.what()).find("is read-only for this user") != std::string::npos &&
           !error.detail().hint.empty();
  };
  for (const bool is_folder_closed : {false, true}) {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.file("a.duckdb");
    Store::open(file, toy_domain(), toy_options()).close();
    for (const auto& each : std::filesystem::recursive_directory_iterator{folder.path()}) {
      ::chmod(each.path().c_str(), each.is_directory() ? 0777 : 0666);
    }
    ::chmod(folder.path().c_str(), is_folder_closed ? 0555 : 0777);
    ::chmod(file.c_str(), is_folder_closed ? 0666 : 0444);
    EXPECT_EQ(in_child([&] { return opens_read_only(file); }), 0) << is_folder_closed;
    ::chmod(folder.path().c_str(), 0700);
  }
}

TEST(Permission, WhatRootMakesInAFolderOfAUserBelongsToTheUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  ASSERT_EQ(::chown(folder.path().c_str(), kNobody, kNobody), 0);
  {
    OpenOptions options = toy_options();
    options.limits = {.segment_bytes = 1, .archive_bytes = 1};
    Store store = Store::open(path, toy_domain(), options);
    store.write(testing::records({"put 1 10"}));
    store.finish(Seconds{10});
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder.path()}) {
    struct stat status{};
    ASSERT_EQ(::lstat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, kNobody) << entry.path();
  }
  EXPECT_EQ(in_child([&] {
              if (::setuid(kNobody) != 0) return false;
              Store store = Store::open(path, toy_domain(), toy_options());
              return store.write(testing::records({"put 2 20"})).applied == 1;
            }),
            0);
}

}  // namespace
}  // namespace shelduck::store
