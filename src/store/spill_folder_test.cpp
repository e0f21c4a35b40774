#include "shelduck/store/spill_folder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>

#include "shelduck/core/error.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/testing/temporary.hpp"

namespace shelduck::store {
namespace {

using detail::SpillFolder;
using testing::error_of;
using testing::TemporaryFolder;

std::ptrdiff_t entries_in(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator{folder},
                       std::filesystem::directory_iterator{});
}

TEST(SpillFolder, IsThereAsLongAsItsOwner) {
  const TemporaryFolder place;
  {
    const SpillFolder mine{place.path()};
    const SpillFolder other{place.path()};
    EXPECT_NE(mine.path(), other.path());
    EXPECT_TRUE(std::filesystem::is_directory(mine.path()));
    std::ofstream{mine.path() / "block"} << "rows";
  }
  EXPECT_EQ(entries_in(place.path()), 0);
}

TEST(SpillFolder, OfAKilledProcessIsRemovedByTheNextOne) {
  const TemporaryFolder place;
  const pid_t child = ::fork();
  if (child == 0) {
    const SpillFolder left{place.path()};
    std::ofstream{left.path() / "block"} << "rows";
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(entries_in(place.path()), 1);
  std::filesystem::create_directory(place.path() / "shelduck-other");
  {
    const SpillFolder mine{place.path()};
    EXPECT_EQ(entries_in(place.path()), 2);
  }
  EXPECT_TRUE(std::filesystem::exists(place.path() / "shelduck-other"));
}

TEST(SpillFolder, FollowsNoLink) {
  const TemporaryFolder place;
  std::filesystem::create_directory(place.path() / "precious");
  std::ofstream{place.path() / "precious/file"} << "kept";
  std::filesystem::create_directory_symlink(place.path() / "precious",
                                            place.path() / "shelduck-engine-abcdef");
  const SpillFolder mine{place.path()};
  EXPECT_TRUE(std::filesystem::exists(place.path() / "precious/file"));
}

TEST(SpillFolder, NamesThePlaceWhereItCannotBeMade) {
  const Error error = error_of([] { const SpillFolder none{"/nothing/here"}; });
  EXPECT_EQ(error.detail().field, "TMPDIR");
  EXPECT_EQ(error.detail().value, "/nothing/here");
}

TEST(SpillFolder, TakesWhatAnEngineSpills) {
  const TemporaryFolder place;
  {
    Database database = Database::in_memory(
        {.memory_bytes = 32LL * 1000 * 1000, .temporary_directory = place.path()});
    Connection connection{database};
    connection.run_script(
        "CREATE TABLE t AS SELECT range AS a, hash(range) AS b FROM range(3000000)");
    ASSERT_EQ(entries_in(place.path()), 1);
    EXPECT_GT(entries_in(std::filesystem::directory_iterator { place.path() } -> path()), 0);
  }
  EXPECT_EQ(entries_in(place.path()), 0);
}

}  // namespace
}  // namespace shelduck::store
