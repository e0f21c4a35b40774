#include "shelduck/store/owner_lock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "shelduck/store/testing/temporary.hpp"

namespace shelduck::store {
namespace {

using testing::TemporaryFolder;

// Who is refused reads the note at any instant, also while a server adds its socket to it.
TEST(OwnerLock, NamesItsProcessAlsoWhileTheNoteIsWrittenAgain) {
  const TemporaryFolder folder;
  const std::filesystem::path database = folder.file("a.duckdb");
  auto lock = OwnerLock::try_take(database, "");
  ASSERT_TRUE(lock);
  std::atomic<bool> is_over = false;
  std::atomic<int> wrong = 0;
  std::thread reader{[&] {
    while (!is_over) {
      const auto note = journal::read_owner_note(database.string());
      const bool is_whole = note && note->process == ::getpid() &&
                            (note->socket.empty() || note->socket == "/run/shelduck/4711.socket");
      if (!is_whole) ++wrong;
    }
  }};
  for (int turn = 0; turn < 2000; ++turn) {
    lock->write_note("/run/shelduck/4711.socket");
    lock->write_note("");
  }
  is_over = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace shelduck::store
