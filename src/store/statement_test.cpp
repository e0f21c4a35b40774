#include "shelduck/store/statement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "shelduck/store/testing/temporary.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::TemporaryDatabase;

TEST(Statement, RefusesAKeptTextWithoutParameters_Trap1) {
  TemporaryDatabase db{"CREATE TABLE t (a BIGINT)"};
  EXPECT_EQ(error_of([&] { Statement{db.connection, "SELECT * FROM t"}; }).kind(), ErrorKind::bug);
}

// The plan of a kept text without parameters bakes the old range of values in; with one it is made
// anew for each execution.
TEST(Statement, SeesValuesOutsideTheRangeOfItsPreparation_Trap1) {
  TemporaryDatabase db{
      "CREATE TABLE t (node INTEGER, v BIGINT); INSERT INTO t SELECT range % 10, range FROM "
      "range(1000)"};
  Statement totals{db.connection,
                   "SELECT node, sum(v) FROM t WHERE v >= ? GROUP BY node ORDER BY node DESC"};
  EXPECT_EQ(totals.query({0}).first()->get<std::int64_t>(0), 9);
  db.connection.execute("INSERT INTO t VALUES (?, ?)", {70000, 5});
  const Result after = totals.query({0});
  const Row first = after.first().value();
  EXPECT_EQ(first.get<std::int64_t>(0), 70000);
  EXPECT_EQ(first.get<std::int64_t>(1), 5);
}

TEST(Statement, EveryTypeComesBackAsItWasBound_Trap2) {
  TemporaryDatabase db;
  const Uuid uuid = parse_uuid("0198f0c2-7b1a-7cde-8f01-23456789abcd").value();
  const Uuid high = parse_uuid("ffffffff-ffff-ffff-ffff-fffffffffffe").value();
  const Instant instant{Microseconds{1777604400250000}};
  const std::vector<std::uint8_t> blob{0, 1, 255};
  Statement echo{db.connection, "SELECT ?, ?, ?, ?, ?, ?, ?, ?::UUID::VARCHAR, ?"};
  const std::string text{"Gr\u00fc\u00dfe\0!", 9};
  const Result result = echo.query(
      {nullptr, true, INT64_MIN, 0.1, std::string_view{text}, instant, high, uuid, Bytes{blob}});
  const Row row = result.first().value();
  EXPECT_TRUE(row.is_null(0));
  EXPECT_EQ(row.get<std::optional<double>>(0), std::nullopt);
  EXPECT_TRUE(row.get<bool>(1));
  EXPECT_EQ(row.get<std::int64_t>(2), INT64_MIN);
  EXPECT_EQ(row.get<double>(3), 0.1);
  EXPECT_EQ(row.get<std::string>(4), text);
  EXPECT_EQ(row.get<Instant>(5), instant);
  EXPECT_EQ(row.get<Uuid>(6), high);
  EXPECT_EQ(row.get<std::string>(7), to_string(uuid));
  EXPECT_EQ(row.get<std::vector<std::uint8_t>>(8), blob);
}

TEST(Statement, RefusesWhatTheEngineWouldChokeOnLater_Trap11) {
  TemporaryDatabase db{"CREATE TABLE t (v DOUBLE, s VARCHAR)"};
  Statement insert{db.connection, "INSERT INTO t VALUES (?, ?)"};
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    const Error error = error_of([&] { insert.execute({bad, "x"}); });
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "parameter 1");
  }
  EXPECT_EQ(error_of([&] { insert.execute({1.0, "\xff\xfe"}); }).kind(), ErrorKind::invalid_input);
  EXPECT_EQ(db.count("t"), 0);
}

TEST(Statement, SeveralStatementsInOneTextAreRefused) {
  TemporaryDatabase db{"CREATE TABLE t (v BIGINT)"};
  EXPECT_EQ(error_of([&] { (void)db.connection.query("SELECT ?; DROP TABLE t", {1}); }).kind(),
            ErrorKind::invalid_input);
  EXPECT_EQ(db.count("t"), 0);
}

TEST(Statement, AWrongNumberOfParametersIsABug) {
  TemporaryDatabase db;
  EXPECT_EQ(error_of([&] { (void)db.connection.query("SELECT ?, ?", {1}); }).kind(),
            ErrorKind::bug);
}

}  // namespace
}  // namespace shelduck::store
