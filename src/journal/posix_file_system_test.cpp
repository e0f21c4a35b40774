#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/backlog.hpp"
#include "shelduck/journal/test_journal.hpp"

namespace shelduck::journal {
namespace {

class PosixFiles : public ::testing::Test {
 protected:
  PosixFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "shelduck-XXXXXX").string();
    folder_ = canonical_path(mkdtemp(pattern.data()));
  }
  ~PosixFiles() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] WriterOptions options() const {
    return {.database = folder_ + "/h.duckdb",
            .domain = "history",
            .types = {{kStart}, {kEnd, RecordClass::reserved}},
            .clock = system_clock(),
            .random = system_random(),
            .floor_bytes = 0};
  }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_;
  PosixFileSystem files_;
};

TEST_F(PosixFiles, WriteReadAndListWhatIsThere) {
  EXPECT_EQ(files_.open(path("none"), Access::read), nullptr);
  EXPECT_EQ(files_.status(path("none")), std::nullopt);
  EXPECT_TRUE(files_.list(path("none")).empty());
  const auto file = files_.create(path("a"));
  ASSERT_TRUE(file);
  EXPECT_EQ(files_.create(path("a")), nullptr);
  file->write_at(0, "hello");
  file->sync_data();
  files_.sync_directory(folder_);
  std::string text(10, '\0');
  EXPECT_EQ(file->read_at(1, text), 4U);
  EXPECT_EQ(text.substr(0, 4), "ello");
  EXPECT_EQ(files_.status(path("a"))->bytes, 5U);
  EXPECT_EQ(files_.status(path("a"))->id, file->status().id);
  EXPECT_EQ(files_.list(folder_), (std::vector<std::string>{"a"}));
  EXPECT_GT(files_.free_bytes(folder_), 0U);
}

TEST_F(PosixFiles, RenameAndRemove) {
  files_.create(path("a"));
  files_.create(path("b"));
  EXPECT_FALSE(files_.rename_new(path("a"), path("b")));
  EXPECT_TRUE(files_.rename_new(path("a"), path("c")));
  files_.rename(path("c"), path("b"));
  EXPECT_EQ(files_.list(folder_), (std::vector<std::string>{"b"}));
  EXPECT_TRUE(files_.remove(path("b")));
  EXPECT_FALSE(files_.remove(path("b")));
  EXPECT_THROW(files_.rename(path("a"), path("b")), Error);
}

TEST_F(PosixFiles, RenameBetweenTwoNamesOfOneFileLeavesTheNewOne) {
  files_.create(path("a"));
  std::filesystem::create_hard_link(path("a"), path("b"));
  files_.rename(path("a"), path("b"));
  EXPECT_EQ(files_.list(folder_), (std::vector<std::string>{"b"}));
}

TEST_F(PosixFiles, LocksExcludeOtherOpeningsAndDieWithTheirFile) {
  auto first = files_.create(path("a"));
  const auto second = files_.open(path("a"), Access::read);
  EXPECT_TRUE(first->try_lock());
  EXPECT_FALSE(second->try_lock());
  first.reset();
  EXPECT_TRUE(second->try_lock());
  second->unlock();
  EXPECT_TRUE(files_.open(path("a"), Access::write)->try_lock());
}

TEST_F(PosixFiles, OpenFilesAreNotHandedToOtherPrograms) {
  const auto file = files_.create(path("a"));
  ASSERT_TRUE(file->try_lock());
  const std::string command =
      "for fd in /proc/self/fd/*; do readlink $fd; done | grep -q '" + path("a") + "'";
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 1) << "grep found the file among the descriptors of a child";
}

TEST_F(PosixFiles, CanonicalPathFollowsSymbolicLinks) {
  std::filesystem::create_directory(path("real"));
  std::filesystem::create_directory_symlink(path("real"), path("link"));
  EXPECT_EQ(canonical_path(path("link/../link/h.duckdb")), path("real/h.duckdb"));
  EXPECT_EQ(parent_of("/a"), "/");
  EXPECT_EQ(parent_of("/a/b"), "/a");
  EXPECT_EQ(parent_of("a"), ".");
}

TEST_F(PosixFiles, CarryAJournalOfManyThreads) {
  const Identity identity = make_journal(files_, path("h.duckdb.journal"), {Uuid{{1}}, "history"});
  constexpr int kThreads = 16;
  constexpr int kRecords = 25;
  {
    WriterOptions chosen = options();
    chosen.segment_bytes = 8000;
    Writer writer(files_, chosen);
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&writer, thread] {
        for (int i = 0; i < kRecords; ++i) {
          const Ticket ticket = append(writer, std::to_string(thread) + "." + std::to_string(i));
          OpenStart open = writer.hold(ticket);
          writer.commit(ticket);
          const Position position = writer.position(ticket);
          EXPECT_GE(writer.synced_upto(position.segment).value_or(0), position.sequence);
        }
      });
    }
  }
  Payloads read = read_everything(
      files_, {.directory = path("h.duckdb.journal"), .reader = {identity, {kStart, kEnd}}});
  EXPECT_EQ(read.size(), static_cast<std::size_t>(kThreads * kRecords));
  std::ranges::sort(read);
  EXPECT_EQ(std::ranges::adjacent_find(read), read.end());
}

TEST_F(PosixFiles, AForkedCopyOfAWriterNeverAppends) {
  make_journal(files_, path("h.duckdb.journal"), {Uuid{{1}}, "history"});
  Writer writer(files_, options());
  const Position position = record(writer, "the parent's");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      record(writer, "the copy's");
      _exit(1);
    } catch (const Error& error) {
      _exit(error.kind() == ErrorKind::bug ? 0 : 2);
    }
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(record(writer, "the parent's next").segment, position.segment);
}

}  // namespace
}  // namespace shelduck::journal
