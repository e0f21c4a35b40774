// A database of SQLite behind the same doors as one of DuckDB.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/restore.hpp"
#include "shelduck/store/statement.hpp"
#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::store {
namespace {

using testing::TemporaryFolder;

Database open_sqlite(const std::filesystem::path& path, Access access = Access::read_write) {
  return Database::open(path,
                        {.backend = Backend::sqlite, .access = access, .locking = Locking::none});
}

template <class Work>
Error met_by(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error{ErrorKind::bug, "nothing was met"};
}

class SqliteEngine : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.file("of %23 it?.db");  // as no address of a file may be
  Database database_ = open_sqlite(path_);
  Connection connection_{database_};
};

TEST_F(SqliteEngine, KeepsEveryTypeThatTheStoreKnows) {
  connection_.run_script(
      "CREATE TABLE kinds (id UUID, at TIMESTAMPTZ, is_so BOOLEAN, whole BIGINT, part DOUBLE, "
      "words VARCHAR, bytes BLOB)");
  const Uuid id = derived_uuid("one");
  const Instant at{Microseconds{1'780'000'000'123'456}};
  const std::string words = "longer than twelve bytes, with \0 in it" + std::string(1, '\0') + "x";
  const std::array<std::uint8_t, 3> bytes{0, 255, 7};
  connection_.execute(
      "INSERT INTO kinds VALUES (?, ?, ?, ?, ?, ?, ?)",
      {id, at, true, std::numeric_limits<std::int64_t>::min(), 0.1, words, Bytes{bytes}});
  connection_.execute("INSERT INTO kinds VALUES (?, ?, ?, ?, ?, ?, ?)",
                      {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr});
  const Result result = connection_.query("SELECT * FROM kinds ORDER BY whole NULLS LAST");
  auto row = result.begin();
  EXPECT_EQ((*row).get<Uuid>(0), id);
  EXPECT_EQ((*row).get<Instant>(1), at);
  EXPECT_TRUE((*row).get<bool>(2));
  EXPECT_EQ((*row).get<std::int64_t>(3), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ((*row).get<double>(4), 0.1);
  EXPECT_EQ((*row).get<std::string>(5), words);
  EXPECT_EQ((*row).get<std::vector<std::uint8_t>>(6),
            std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
  ++row;
  for (std::size_t i = 0; i < 7; ++i) EXPECT_TRUE((*row).is_null(i)) << i;
  ++row;
  EXPECT_TRUE(row == result.end());
}

TEST_F(SqliteEngine, ANullBeforeAValueOfNoDeclaredTypeLeavesRowsInTheirPlaces) {
  const Result result =
      connection_.query("SELECT column1 + 0 FROM (VALUES (NULL), (NULL), (7), (NULL), (8))");
  std::vector<std::optional<std::int64_t>> seen;
  for (const Row row : result) seen.push_back(row.get<std::optional<std::int64_t>>(0));
  EXPECT_EQ(seen, (std::vector<std::optional<std::int64_t>>{std::nullopt, std::nullopt, 7,
                                                            std::nullopt, 8}));
}

TEST_F(SqliteEngine, AValueOfAnotherTypeThanItsColumnIsDamage) {
  connection_.run_script("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES ('no number')");
  EXPECT_EQ(met_by([&] { (void)connection_.query("SELECT n FROM t"); }).kind(), ErrorKind::corrupt);
}

TEST_F(SqliteEngine, StreamsManyRowsAndCountsThoseThatChange) {
  connection_.run_script("CREATE TABLE t (n BIGINT)");
  EXPECT_EQ(connection_.execute("INSERT INTO t WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT "
                                "n + 1 FROM c WHERE n < 9999) SELECT n FROM c"),
            10'000);
  std::int64_t next = 0;
  {
    const Result rows = connection_.stream("SELECT n FROM t ORDER BY n");
    while (rows.next_chunk()) {
      for (const std::int64_t n : rows.column<std::int64_t>(0)) EXPECT_EQ(n, next++);
    }
  }
  EXPECT_EQ(next, 10'000);
  EXPECT_EQ(connection_.execute("UPDATE t SET n = 0 WHERE n < ?", {5}), 5);
  EXPECT_EQ(connection_.execute("DELETE FROM t"), 10'000);
  EXPECT_EQ(connection_.execute("UPDATE t SET n = 1"), 0) << "not the number of before";
}

TEST_F(SqliteEngine, AReaderSeesOneInstantWhileAnotherConnectionWrites) {
  connection_.run_script("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (1)");
  Connection reader{database_};
  Transaction snapshot{reader, Transaction::Aim::reading};
  EXPECT_EQ(snapshot.query("SELECT count(*) FROM t").first()->get<std::int64_t>(0), 1);
  {
    Transaction writing{connection_};
    writing.execute("INSERT INTO t VALUES (2)");
    writing.commit();
  }
  database_.checkpoint();
  EXPECT_EQ(snapshot.query("SELECT count(*) FROM t").first()->get<std::int64_t>(0), 1);
  snapshot.rollback();
  EXPECT_EQ(reader.value<std::int64_t>("SELECT count(*) FROM t"), 2);
}

TEST_F(SqliteEngine, AnErrorFailsItsTransactionAndNothingOfItStays) {
  connection_.run_script("CREATE TABLE t (n BIGINT PRIMARY KEY)");
  {
    Transaction transaction{connection_};
    transaction.execute("INSERT INTO t VALUES (1)");
    EXPECT_EQ(met_by([&] { transaction.execute("INSERT INTO t VALUES (1)"); }).kind(),
              ErrorKind::conflict);
    EXPECT_EQ(transaction.state(), Transaction::State::failed);
  }
  EXPECT_EQ(connection_.value<std::int64_t>("SELECT count(*) FROM t"), 0);
  EXPECT_EQ(met_by([&] { connection_.run_script("SELECT nothing"); }).kind(), ErrorKind::bug);
}

TEST_F(SqliteEngine, WhoWritesBesideUsIsBusy) {
  connection_.run_script("CREATE TABLE t (n BIGINT)");
  Connection other{database_};
  other.run_script("BEGIN IMMEDIATE");
  EXPECT_EQ(met_by([&] { connection_.execute("INSERT INTO t VALUES (1)"); }).kind(),
            ErrorKind::busy);
  other.run_script("ROLLBACK");
  EXPECT_EQ(connection_.execute("INSERT INTO t VALUES (1)"), 1);
}

// Where it read first it would be refused at its first row, and nobody would have been waited for.
TEST_F(SqliteEngine, ATransactionThatWritesIsTheOnlyWriterFromItsBegin) {
  connection_.run_script("CREATE TABLE t (n BIGINT)");
  Connection other{database_};
  other.run_script("BEGIN IMMEDIATE");
  const Error error = met_by([&] { const Transaction writing{connection_}; });
  EXPECT_EQ(error.kind(), ErrorKind::busy);
  EXPECT_EQ(std::string(error.what()).find("BEGIN"), std::string::npos) << error.what();
  EXPECT_NE(std::string(error.what()).find(path_.filename().string()), std::string::npos);
  {
    Transaction reading{connection_, Transaction::Aim::reading};
    EXPECT_FALSE(reading.query("SELECT n FROM t").first());
    reading.rollback();
  }
  other.run_script("ROLLBACK");
  Transaction writing{connection_};
  EXPECT_EQ(met_by([&] { other.run_script("BEGIN IMMEDIATE"); }).kind(), ErrorKind::busy);
  EXPECT_EQ(writing.execute("INSERT INTO t VALUES (1)"), 1);
  writing.commit();
}

TEST_F(SqliteEngine, AnInterruptEndsAQueryAndTheNextOneWorks) {
  const Result endless = connection_.stream(
      "WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c");
  EXPECT_TRUE(endless.next_chunk());
  connection_.interrupt();
  EXPECT_EQ(met_by([&] {
              while (endless.next_chunk()) {
              }
            }).kind(),
            ErrorKind::cancelled);
  EXPECT_EQ(connection_.value<std::int64_t>("SELECT 7"), 7);
}

TEST(SqliteFile, OfAnotherKindIsRefusedInBothWays) {
  const TemporaryFolder folder;
  (void)open_sqlite(folder.file("a.sqlite"));
  Database::open(folder.file("a.duckdb"), {.locking = Locking::none}).close();
  {
    Database made = open_sqlite(folder.file("b.sqlite"));
    Connection{made}.run_script("CREATE TABLE t (n BIGINT)");
  }
  EXPECT_EQ(backend_of(folder.file("b.sqlite")), Backend::sqlite);
  EXPECT_EQ(backend_of(folder.file("a.duckdb")), Backend::duckdb);
  EXPECT_EQ(backend_of(folder.file("none")), std::nullopt);
  EXPECT_EQ(met_by([&] { (void)open_sqlite(folder.file("a.duckdb")); }).kind(),
            ErrorKind::invalid_input);
  EXPECT_EQ(met_by([&] {
              (void)Database::open(folder.file("b.sqlite"), {.locking = Locking::none});
            }).kind(),
            ErrorKind::invalid_input);
}

TEST(SqliteFile, ReadOnlyItIsLeftAsItIs) {
  const TemporaryFolder folder;
  {
    Database made = open_sqlite(folder.file("a.db"));
    Connection{made}.run_script("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (5)");
  }
  {
    Database read = open_sqlite(folder.file("a.db"), Access::read_only);
    Connection connection{read};
    EXPECT_EQ(connection.value<std::int64_t>("SELECT n FROM t"), 5);
    EXPECT_EQ(met_by([&] { connection.run_script("DELETE FROM t"); }).kind(), ErrorKind::refused);
    EXPECT_FALSE(std::filesystem::exists(folder.file("a.db-wal")));
  }
}

void overwrite_pages(const std::filesystem::path& file) {
  std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
  const auto size = std::filesystem::file_size(file);
  for (std::uintmax_t at = 100; at + 64 < size; at += 512) {
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes << std::string(64, '\xa5');
  }
}

TEST(SqliteFile, ThatIsDamagedIsMadeAnewFromTheJournal) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.sqlite");
  const Domain domain = testing::toy_domain(Backend::sqlite);
  {
    Store store = Store::open(path, domain, testing::toy_options());
    store.write(testing::records({"put 1 10", "put 2 20", "nonsense"}));
    store.close();
  }
  overwrite_pages(path);
  Store store = Store::open(path, domain, testing::toy_options());
  store.apply();
  EXPECT_EQ(testing::numbers(store.connection()),
            (std::map<std::int64_t, std::int64_t>{{1, 10}, {2, 20}}));
  EXPECT_TRUE(std::filesystem::exists(path.string() + ".damaged"));
}

TEST(SqliteFile, OfAnotherProgramIsNotTouched) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.sqlite");
  {
    Database made = open_sqlite(path);
    Connection{made}.run_script("CREATE TABLE theirs (n BIGINT)");
  }
  const Error error = met_by([&] {
    (void)Store::open(path, testing::toy_domain(Backend::sqlite), testing::toy_options());
  });
  EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
  EXPECT_NE(std::string(error.what()).find("SQLite database of another program"),
            std::string::npos);
}

}  // namespace
}  // namespace shelduck::store
