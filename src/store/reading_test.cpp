#include "shelduck/store/reading.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "shelduck/store/connection.hpp"
#include "shelduck/store/owner_lock.hpp"
#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::TemporaryDatabase;
using testing::TemporaryFolder;

OpenOptions impatient() { return {.wait = Seconds{0}, .clock = system_clock()}; }

void make_database(const std::filesystem::path& path) {
  Database database = Database::open(path, {.locking = Locking::none});
  Connection{database}.run_script("CREATE TABLE t AS SELECT range AS a FROM range(10)");
  database.close();
}

TEST(Reading, OpensWhatOthersMadeAndMakesNothingBesideIt) {
  const TemporaryFolder folder;
  make_database(folder.file("a.duckdb"));
  Database database = open_for_reading(folder.file("a.duckdb"), impatient(), {});
  Connection connection{database};
  EXPECT_EQ(connection.value<std::int64_t>("SELECT sum(a) FROM t"), 45);
  EXPECT_THROW(connection.run_script("INSERT INTO t VALUES (1)"), Error);
  EXPECT_FALSE(std::filesystem::exists(lock_path(folder.file("a.duckdb"))));
}

TEST(Reading, HoldsTheLockOfOneOfOurs) {
  const TemporaryFolder folder;
  make_database(folder.file("a.duckdb"));
  {
    const auto lock = OwnerLock::try_take(folder.file("a.duckdb"), "");
  }
  {
    const Database database = open_for_reading(folder.file("a.duckdb"), impatient(), {});
    EXPECT_FALSE(OwnerLock::try_take(folder.file("a.duckdb"), "").has_value());
  }
  const auto lock = OwnerLock::try_take(folder.file("a.duckdb"), "");
  const Error error =
      error_of([&] { (void)open_for_reading(folder.file("a.duckdb"), impatient(), {}); });
  EXPECT_EQ(error.kind(), ErrorKind::busy);
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Reading, ChangesNothingThatIsCalledLikeALock) {
  const TemporaryFolder folder;
  make_database(folder.file("a.duckdb"));
  std::ofstream{folder.file("a.duckdb.lock")} << "precious";
  {
    const Database database = open_for_reading(folder.file("a.duckdb"), impatient(), {});
  }
  EXPECT_EQ(content_of(folder.file("a.duckdb.lock")), "precious");

  std::filesystem::rename(folder.file("a.duckdb.lock"), folder.file("other"));
  std::filesystem::create_symlink(folder.file("other"), folder.file("a.duckdb.lock"));
  {
    const Database database = open_for_reading(folder.file("a.duckdb"), impatient(), {});
  }
  EXPECT_EQ(content_of(folder.file("other")), "precious");
}

TEST(Stream, GivesTheRowsOfManyChunksInOrder) {
  TemporaryDatabase db;
  const Result rows = db.connection.stream("SELECT range FROM range(?)", {100'000});
  std::int64_t next = 0;
  for (const Row row : rows) ASSERT_EQ(row.get<std::int64_t>(0), next++);
  EXPECT_EQ(next, 100'000);
}

TEST(Stream, ThrowsAnErrorThatComesLate) {
  TemporaryDatabase db;
  const Error error = error_of([&] {
    const Result rows = db.connection.stream(
        "SELECT CASE WHEN range < 90000 THEN '1' ELSE 'x' END::BIGINT FROM range(100000)");
    for (const Row row : rows) (void)row;
  });
  EXPECT_EQ(error.kind(), ErrorKind::invalid_input) << error.what();
}

TEST(Stream, LeavesTheConnectionUsableWhenItIsGivenUp) {
  TemporaryDatabase db;
  {
    const Result rows = db.connection.stream("SELECT range FROM range(1000000)");
    EXPECT_EQ(rows.first()->get<std::int64_t>(0), 0);
  }
  EXPECT_EQ(db.connection.value<std::int64_t>("SELECT 7"), 7);
}

}  // namespace
}  // namespace shelduck::store
