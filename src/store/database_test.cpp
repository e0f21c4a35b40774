#include "shelduck/store/database.hpp"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "shelduck/store/owner_lock.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::TemporaryDatabase;
using testing::TemporaryFolder;

ErrorKind open_error(const std::filesystem::path& path, DatabaseOptions options = {}) {
  return error_of([&] { (void)Database::open(path, options); }).kind();
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  std::ofstream{path, std::ios::binary} << content;
}

TEST(Database, KeepsWhatWasCommitted) {
  const TemporaryFolder folder;
  {
    Database database = Database::open(folder.file("a.duckdb"), {});
    Connection{database}.run_script("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (4)");
    database.close();
  }
  EXPECT_FALSE(std::filesystem::exists(wal_path(folder.file("a.duckdb"))));
  Database database = Database::open(folder.file("a.duckdb"), {.access = Access::read_only});
  EXPECT_EQ(Connection{database}.value<std::int64_t>("SELECT n FROM t"), 4);
}

TEST(Database, ASecondOpenInThisProcessIsRefused_Trap5) {
  const TemporaryFolder folder;
  const Database first = Database::open(folder.file("a.duckdb"), {});
  EXPECT_EQ(open_error(folder.file("a.duckdb")), ErrorKind::busy);
  EXPECT_EQ(open_error(folder.path() / "." / "a.duckdb"), ErrorKind::busy);
  std::filesystem::create_symlink(folder.file("a.duckdb"), folder.file("link.duckdb"));
  EXPECT_EQ(open_error(folder.file("link.duckdb")), ErrorKind::busy);
  std::filesystem::create_hard_link(folder.file("a.duckdb"), folder.file("hard.duckdb"));
  EXPECT_EQ(open_error(folder.file("hard.duckdb")), ErrorKind::busy);
}

// The engine's own lock is gone once anybody closes a descriptor of the file in this process; ours
// is on another file.
TEST(Database, AnotherProcessIsKeptOutAfterADescriptorOfTheFileWasClosed_Trap4) {
  const TemporaryFolder folder;
  const Database mine = Database::open(folder.file("a.duckdb"), {});
  {
    const std::ifstream opened_and_closed{folder.file("a.duckdb")};
  }
  const pid_t child = ::fork();
  if (child == 0) {
    // A child of fork has no engine threads: only the lock is asked for.
    ::_exit(OwnerLock::try_take(folder.file("a.duckdb"), "") ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  const std::string who = describe_owner(folder.file("a.duckdb"));
  EXPECT_NE(who.find("process " + std::to_string(::getpid())), std::string::npos);
}

TEST(Database, AnEmptyFileCountsAsAbsent) {
  const TemporaryFolder folder;
  write_file(folder.file("a.duckdb"), "");
  Database database = Database::open(folder.file("a.duckdb"), {});
  EXPECT_EQ(Connection{database}.value<std::int64_t>("SELECT 1"), 1);
}

TEST(Database, SaysWhatIsWrongWithAPath) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("d.duckdb"));
  EXPECT_EQ(open_error(folder.file("d.duckdb")), ErrorKind::invalid_input);
  write_file(folder.file("s.duckdb"), "SQLite format 3\0 and more bytes than sixteen");
  EXPECT_EQ(open_error(folder.file("s.duckdb")), ErrorKind::invalid_input);
  write_file(folder.file("t.duckdb"), "only text");
  EXPECT_EQ(open_error(folder.file("t.duckdb")), ErrorKind::invalid_input);
  EXPECT_EQ(open_error(folder.path() / "nowhere" / "a.duckdb"), ErrorKind::not_found);
  EXPECT_EQ(open_error(folder.file("none.duckdb"), {.access = Access::read_only}),
            ErrorKind::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder.file("none.duckdb")));
}

TEST(Database, ATruncatedFileIsCorrupt) {
  const TemporaryFolder folder;
  {
    Database::open(folder.file("a.duckdb"), {}).close();
  }
  std::filesystem::resize_file(folder.file("a.duckdb"), 5000);
  const Error error = error_of([&] { (void)Database::open(folder.file("a.duckdb"), {}); });
  EXPECT_EQ(error.kind(), ErrorKind::corrupt) << error.what();
}

TEST(Database, AFlippedHeaderIsCorrupt) {
  const TemporaryFolder folder;
  {
    Database::open(folder.file("a.duckdb"), {}).close();
  }
  {
    std::fstream file{folder.file("a.duckdb"), std::ios::binary | std::ios::in | std::ios::out};
    for (const int at : {4100, 8200}) file.seekp(at).put('\x5a');
  }
  EXPECT_EQ(open_error(folder.file("a.duckdb")), ErrorKind::corrupt);
}

TEST(Database, WritesNothingOutsideTheExportFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("out"));
  Database database =
      Database::open(folder.file("a.duckdb"), {.export_directories = {folder.file("out")}});
  Connection connection{database};
  const std::string inside = (folder.file("out") / "x.csv").string();
  connection.run_script("COPY (SELECT 1) TO '" + inside + "'");
  EXPECT_TRUE(std::filesystem::exists(inside));
  EXPECT_EQ(error_of([&] {
              connection.run_script("COPY (SELECT 1) TO '" + folder.file("y.csv").string() + "'");
            }).kind(),
            ErrorKind::refused);
  EXPECT_EQ(error_of([&] { connection.run_script("SET threads = 4"); }).kind(),
            ErrorKind::invalid_input);
}

// With the engine's default a log of an older state of the same file is replayed a second time.
TEST(Database, AnOldLogBesideTheFileIsRefused_Trap6) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    Database database = Database::open(path, {});
    Connection connection{database};
    connection.run_script("CREATE TABLE t (n BIGINT)");
    database.checkpoint();
    connection.run_script("INSERT INTO t VALUES (1)");
    std::filesystem::copy_file(wal_path(path), folder.file("kept"));
  }
  std::filesystem::rename(folder.file("kept"), wal_path(path));
  const Error error = error_of([&] { (void)Database::open(path, {}); });
  EXPECT_EQ(error.kind(), ErrorKind::corrupt);
  EXPECT_NE(std::string(error.what()).find("does not match"), std::string::npos);
}

TEST(Database, AFatalErrorPoisonsEverythingAfterIt) {
  TemporaryDatabase db;
  try {
    // A foreign key added by IF NOT EXISTS breaks the engine's own bookkeeping.
    db.connection.run_script(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, s INTEGER);"
        "CREATE TABLE child (id INTEGER, p INTEGER);"
        "INSERT INTO parent VALUES (1, 1);"
        "CREATE TABLE IF NOT EXISTS child (id INTEGER, p INTEGER REFERENCES parent(id));"
        "DELETE FROM parent WHERE id = 1;");
    GTEST_FAIL() << "the engine has no such fault any more: provoke a fatal error otherwise";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::fatal) << error.what();
  }
  EXPECT_TRUE(db.database.is_poisoned());
  EXPECT_EQ(error_of([&] { (void)db.connection.query("SELECT 1"); }).kind(), ErrorKind::fatal);
  EXPECT_EQ(error_of([&] { Connection{db.database}; }).kind(), ErrorKind::fatal);
}

// Of what the engine holds, by its own account.
std::int64_t held(Connection& connection) {
  return connection.value<std::int64_t>(
      "SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()");
}

// In bytes, where the allocator tells them: a sanitizer's does not.
std::int64_t allocated() { return static_cast<std::int64_t>(::mallinfo2().uordblks); }

TEST(Database, DropsWhatPastQueriesLeaveBehind) {
  const TemporaryFolder folder;
  Database database = Database::open(folder.file("a.duckdb"), {.is_configuration_frozen = false});
  Connection connection{database};
  connection.run_script("CREATE TABLE t AS SELECT range AS n, range % 9 AS kind FROM range(5000)");
  const auto ask = [&](int times) {
    for (int i = 0; i < times; ++i) {
      (void)connection.query("SELECT kind, count(*) FROM t GROUP BY kind ORDER BY kind");
    }
  };
  ask(1);
  database.checkpoint();
  database.drop_caches();
  const std::int64_t before = allocated();
  const auto limit = connection.value<std::string>("SELECT current_setting('memory_limit')");
  ask(2000);
  EXPECT_GT(allocated(), before == 0 ? -1 : before + 400'000)
      << "the engine keeps no notes any more";
  database.drop_caches();
  EXPECT_LT(allocated(), before + 200'000);
  EXPECT_LT(held(connection), 600'000);  // of this question
  EXPECT_EQ(connection.value<std::string>("SELECT current_setting('memory_limit')"), limit);
  EXPECT_EQ(connection.value<std::int64_t>("SELECT sum(n)::BIGINT FROM t"), 12'497'500);
}

TEST(Database, CannotBeClosedUnderItsConnections) {
  TemporaryDatabase db;
  EXPECT_EQ(error_of([&] { db.database.close(); }).kind(), ErrorKind::bug);
  EXPECT_EQ(db.connection.value<std::int64_t>("SELECT 1"), 1);
}

}  // namespace
}  // namespace shelduck::store
