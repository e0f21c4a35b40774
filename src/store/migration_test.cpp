#include "shelduck/store/migration.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "shelduck/store/testing/temporary.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::TemporaryDatabase;

std::vector<Migration> two() {
  return {migration("0001_first.sql", "CREATE TABLE a (n BIGINT); INSERT INTO a VALUES (1)"),
          migration("0002_second.sql",
                    "ALTER TABLE a ADD COLUMN m BIGINT; CREATE VIEW v AS SELECT n FROM a")};
}

TEST(Migration, IsNumberedByItsFileName) {
  const Migration one = migration("0012_forecast_tables.sql", "SELECT 1");
  EXPECT_EQ(one.number, 12);
  EXPECT_EQ(one.name, "forecast_tables");
  for (const char* bad : {"first.sql", "0_x.sql", "1x.sql", "1_x.txt", ""}) {
    EXPECT_EQ(error_of([&] { (void)migration(bad, ""); }).kind(), ErrorKind::bug) << bad;
  }
}

TEST(Migration, AppliesWhatIsMissingOnce) {
  TemporaryDatabase db;
  const auto known = two();
  EXPECT_EQ(migrate(db.database, "d", {known.data(), 1}, {}), 1);
  EXPECT_EQ(pending(db.connection, "d", known).size(), 1U);
  EXPECT_EQ(migrate(db.database, "d", known, {}), 1);
  EXPECT_EQ(migrate(db.database, "d", known, {}), 0);
  EXPECT_EQ(db.count("v"), 1);
}

TEST(Migration, OwnersDoNotMeet) {
  TemporaryDatabase db;
  EXPECT_EQ(migrate(db.database, "store", base_migrations(), {}), 2);
  EXPECT_EQ(migrate(db.database, "d", two(), {}), 2);
  EXPECT_TRUE(pending(db.connection, "store", base_migrations()).empty());
}

TEST(Migration, ANewerDatabaseIsRefused) {
  TemporaryDatabase db;
  migrate(db.database, "d", two(), {});
  const auto older = std::vector<Migration>{two()[0]};
  const Error error = error_of([&] { migrate(db.database, "d", older, {}); });
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_NE(std::string(error.what()).find("newer version"), std::string::npos);
}

TEST(Migration, AChangedTextIsRefused) {
  TemporaryDatabase db;
  migrate(db.database, "d", two(), {});
  auto changed = two();
  changed[0].sql += " ";
  EXPECT_EQ(error_of([&] { migrate(db.database, "d", changed, {}); }).kind(), ErrorKind::corrupt);
}

TEST(Migration, AGapInTheNumbersIsABug) {
  TemporaryDatabase db;
  const std::vector<Migration> gap{two()[1]};
  EXPECT_EQ(error_of([&] { migrate(db.database, "d", gap, {}); }).kind(), ErrorKind::bug);
}

TEST(Migration, AFailingOneLeavesTheStateBeforeIt) {
  TemporaryDatabase db;
  auto known = two();
  known[1].sql = "CREATE TABLE b (n BIGINT); INSERT INTO nowhere VALUES (1)";
  EXPECT_THROW(migrate(db.database, "d", known, {}), Error);
  EXPECT_EQ(pending(db.connection, "d", known).size(), 1U);
  EXPECT_EQ(db.connection.value<std::int64_t>(
                "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'b'"),
            0);
}

// A log with a change of schema and later writes does not replay in engine 1.5.5.
TEST(Migration, LeavesNothingInTheLog) {
  TemporaryDatabase db;
  std::uintmax_t left = 1;
  migrate(db.database, "d", two(), {.step = [&](std::string_view step) {
            if (step != "migrate.checkpointed") return;
            std::error_code absent;
            const auto size = std::filesystem::file_size(wal_path(db.database.path()), absent);
            left = absent ? 0 : size;
          }});
  EXPECT_EQ(left, 0U);
}

}  // namespace
}  // namespace shelduck::store
