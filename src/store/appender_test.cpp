#include "shelduck/store/appender.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "shelduck/store/testing/temporary.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::TemporaryDatabase;

constexpr std::string_view kReadings =
    "CREATE TYPE unit AS ENUM ('C', 'F');"
    "CREATE TABLE readings (id UUID, seen TIMESTAMPTZ, node INTEGER, v DOUBLE, note VARCHAR, "
    "u unit, flags BIGINT DEFAULT 7, ok BOOLEAN)";

TEST(Appender, RowsArriveWithTheirTypes) {
  TemporaryDatabase db{kReadings};
  const Uuid id = derived_uuid("a");
  const Instant at{Microseconds{1234567}};
  Transaction transaction{db.connection};
  Appender appender{transaction, "readings"};
  appender.row({id, at, 1, 2.5, "a longer note that is not inlined", "F", 3, true});
  appender.row({nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr});
  EXPECT_EQ(appender.rows(), 2);
  appender.close();
  transaction.commit();
  const Result result = db.connection.query("SELECT * FROM readings ORDER BY node NULLS LAST");
  auto row = result.begin();
  EXPECT_EQ((*row).get<Uuid>(0), id);
  EXPECT_EQ((*row).get<Instant>(1), at);
  EXPECT_EQ((*row).get<std::int64_t>(2), 1);
  EXPECT_EQ((*row).get<double>(3), 2.5);
  EXPECT_EQ((*row).get<std::string>(4), "a longer note that is not inlined");
  EXPECT_EQ((*row).get<std::string>(5), "F");
  EXPECT_EQ((*row).get<std::int64_t>(6), 3);
  EXPECT_TRUE((*row).get<bool>(7));
  ++row;
  for (std::size_t i = 0; i < 8; ++i) EXPECT_TRUE((*row).is_null(i));
}

TEST(Appender, NamedColumnsLeaveTheDefaultToTheRest) {
  TemporaryDatabase db{kReadings};
  Transaction transaction{db.connection};
  Appender appender{transaction, "readings", {"v", "node"}};
  appender.row({1.0, 5});
  appender.close();
  transaction.commit();
  const Result result = db.connection.query("SELECT node, flags, note FROM readings");
  const Row row = result.first().value();
  EXPECT_EQ(row.get<std::int64_t>(0), 5);
  EXPECT_EQ(row.get<std::int64_t>(1), 7);
  EXPECT_TRUE(row.is_null(2));
}

TEST(Appender, WholeColumnsOfMoreThanOneChunk) {
  TemporaryDatabase db{"CREATE TABLE t (n BIGINT, s VARCHAR, v DOUBLE)"};
  constexpr std::size_t kRows = 5000;
  std::vector<std::int64_t> numbers(kRows);
  std::vector<std::string> texts(kRows);
  std::vector<double> values(kRows, 0.5);
  std::vector<std::uint8_t> present(kRows, 1);
  for (std::size_t i = 0; i < kRows; ++i) {
    numbers[i] = static_cast<std::int64_t>(i);
    texts[i] = "text number " + std::to_string(i);
    present[i] = i % 2;
  }
  Transaction transaction{db.connection};
  Appender appender{transaction, "t"};
  appender.row({-1, "first", 1.0});
  appender.append({Column{std::span<const std::int64_t>{numbers}},
                   Column{std::span<const std::string>{texts}},
                   Column{std::span<const double>{values}, present}});
  EXPECT_EQ(appender.rows(), 5001);
  appender.close();
  transaction.commit();
  EXPECT_EQ(db.count("t"), 5001);
  EXPECT_EQ(
      db.connection.value<std::int64_t>(
          "SELECT count(*) FROM t WHERE s = 'text number ' || n AND (v IS NULL) = (n % 2 = 0)"),
      5000);
}

TEST(Appender, RefusesBadValuesBeforeTheEngineSeesThem_Trap11) {
  TemporaryDatabase db{kReadings};
  Transaction transaction{db.connection};
  Appender appender{transaction, "readings", {"node", "v", "note", "u"}};
  appender.row({1, 1.0, "good", "C"});
  EXPECT_EQ(error_of([&] { appender.row({1, std::nan(""), "", "C"}); }).kind(),
            ErrorKind::invalid_input);
  EXPECT_EQ(error_of([&] { appender.row({1, HUGE_VAL, "", "C"}); }).detail().field, "v");
  EXPECT_EQ(error_of([&] { appender.row({1, 1.0, "\xc3\x28", "C"}); }).detail().field, "note");
  EXPECT_EQ(error_of([&] { appender.row({1, 1.0, "", "K"}); }).detail().value, "'K'");
  EXPECT_EQ(error_of([&] { appender.row({3000000000, 1.0, "", "C"}); }).detail().field, "node");
  appender.close();
  transaction.commit();
  EXPECT_EQ(db.count("readings"), 1);
}

TEST(Appender, WhatWasNotClosedIsThrownAway) {
  TemporaryDatabase db{"CREATE TABLE t (n BIGINT)"};
  Transaction transaction{db.connection};
  {
    Appender appender{transaction, "t"};
    for (int i = 0; i < 5; ++i) appender.row({i});
  }
  transaction.commit();
  EXPECT_EQ(db.count("t"), 0);
}

TEST(Appender, CommitWhileItIsOpenIsRefused) {
  TemporaryDatabase db{"CREATE TABLE t (n BIGINT)"};
  {
    Transaction transaction{db.connection};
    Appender appender{transaction, "t"};
    appender.row({1});
    EXPECT_EQ(error_of([&] { transaction.commit(); }).kind(), ErrorKind::bug);
  }
  EXPECT_EQ(db.count("t"), 0);
}

TEST(Appender, ABrokenConstraintFailsTheTransactionAndLeavesTheConnectionUsable) {
  TemporaryDatabase db{"CREATE TABLE t (n BIGINT CHECK (n < 10))"};
  {
    Transaction transaction{db.connection};
    Appender appender{transaction, "t"};
    appender.row({11});
    EXPECT_EQ(error_of([&] { appender.close(); }).kind(), ErrorKind::conflict);
    EXPECT_EQ(transaction.state(), Transaction::State::failed);
  }
  EXPECT_EQ(db.count("t"), 0);
  db.connection.execute("INSERT INTO t VALUES (?)", {1});
  EXPECT_EQ(db.count("t"), 1);
}

// Outside a transaction the engine's appender shows every 204 800 rows to others.
TEST(Appender, NothingIsSeenBeforeTheCommitHoweverMuchIsAppended) {
  TemporaryDatabase db{"CREATE TABLE t (n BIGINT)"};
  Connection other{db.database};
  std::vector<std::int64_t> numbers(300000, 1);
  Transaction transaction{db.connection};
  Appender appender{transaction, "t"};
  appender.append({Column{std::span<const std::int64_t>{numbers}}});
  appender.close();
  EXPECT_EQ(other.value<std::int64_t>("SELECT count(*) FROM t"), 0);
  transaction.commit();
  EXPECT_EQ(other.value<std::int64_t>("SELECT count(*) FROM t"), 300000);
}

}  // namespace
}  // namespace shelduck::store
