#include "shelduck/store/result.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "shelduck/store/appender.hpp"
#include "shelduck/store/testing/temporary.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::TemporaryDatabase;

TEST(Result, WalksEveryRowOfManyChunks) {
  TemporaryDatabase db;
  std::int64_t expected = 0;
  std::int64_t nulls = 0;
  const Result result = db.connection.query(
      "SELECT range, CASE WHEN range % 3 = 0 THEN NULL ELSE 'number ' || range || ' in words' END "
      "FROM range(10000) ORDER BY range");
  for (const Row row : result) {
    ASSERT_EQ(row.get<std::int64_t>(0), expected);
    if (row.is_null(1)) {
      ++nulls;
    } else {
      ASSERT_EQ(row.get<std::string_view>(1), "number " + std::to_string(expected) + " in words");
    }
    ++expected;
  }
  EXPECT_EQ(expected, 10000);
  EXPECT_EQ(nulls, 3334);
}

TEST(Result, ReadsEveryNumberOfTheEngine) {
  TemporaryDatabase db;
  const Result result = db.connection.query(
      "SELECT 1::TINYINT, -2::SMALLINT, 3::INTEGER, 4::UTINYINT, 5::UINTEGER, 6::UBIGINT, "
      "sum(7::BIGINT), (-8)::HUGEINT, 1.25::DECIMAL(9,2), 1.5::FLOAT, "
      "170141183460469231731687303715884105727::HUGEINT");
  const Row row = result.first().value();
  const std::int64_t expected[] = {1, -2, 3, 4, 5, 6, 7, -8};
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(row.get<std::int64_t>(i), expected[i]);
    EXPECT_EQ(row.get<double>(i), static_cast<double>(expected[i]));
  }
  EXPECT_EQ(row.get<double>(8), 1.25);
  EXPECT_EQ(row.get<double>(9), 1.5);
  EXPECT_EQ(error_of([&] { (void)row.get<std::int64_t>(10); }).kind(), ErrorKind::bug);
  EXPECT_DOUBLE_EQ(row.get<double>(10), 1.7014118346046923e38);
}

TEST(Result, ReadsEnumsAsText) {
  TemporaryDatabase db{
      "CREATE TYPE mood AS ENUM ('low', 'high'); CREATE TABLE t (m mood); "
      "INSERT INTO t VALUES ('high'), (NULL)"};
  const Result result = db.connection.query("SELECT m FROM t ORDER BY m NULLS LAST");
  auto row = result.begin();
  EXPECT_EQ((*row).get<std::string>(0), "high");
  ++row;
  EXPECT_EQ((*row).get<std::optional<std::string>>(0), std::nullopt);
  EXPECT_EQ(result.columns(), std::vector<std::string>{"m"});
}

TEST(Result, AWrongTypeOrANullIsABugAndNoWildRead_Trap2) {
  TemporaryDatabase db;
  const Result result = db.connection.query("SELECT uuid(), now(), NULL::BIGINT, 'text', [1, 2]");
  const Row row = result.first().value();
  EXPECT_EQ(error_of([&] { (void)row.get<std::string>(0); }).kind(), ErrorKind::bug);
  EXPECT_EQ(error_of([&] { (void)row.get<std::string>(1); }).kind(), ErrorKind::bug);
  EXPECT_EQ(error_of([&] { (void)row.get<std::int64_t>(2); }).kind(), ErrorKind::bug);
  EXPECT_EQ(error_of([&] { (void)row.get<double>(3); }).kind(), ErrorKind::bug);
  EXPECT_EQ(error_of([&] { (void)row.get<std::int64_t>(4); }).kind(), ErrorKind::bug);
}

TEST(Result, OutlivesItsConnectionAndDatabase) {
  std::optional<Result> result;
  {
    TemporaryDatabase db;
    result = db.connection.query("SELECT repeat('x', 100) FROM range(5000)");
  }
  std::int64_t rows = 0;
  for (const Row row : *result) rows += row.get<std::string_view>(0).size() == 100 ? 1 : 0;
  EXPECT_EQ(rows, 5000);
}

TEST(Result, AnErrorWithinALongAnswerIsNotItsEnd) {
  TemporaryDatabase db;
  EXPECT_EQ(error_of([&] {
              const Result result = db.connection.query(
                  "SELECT CASE WHEN range = 90000 THEN error('late') ELSE range END FROM "
                  "range(100000)");
              for (const Row row : result) (void)row.is_null(0);
            }).kind(),
            ErrorKind::invalid_input);
}

TEST(Result, InstantsAreUtcWhateverTheZoneOfTheProcess) {
  ::setenv("TZ", "America/New_York", 1);
  TemporaryDatabase db;
  const Result result = db.connection.query("SELECT '2026-05-01 03:00:00'::TIMESTAMPTZ");
  EXPECT_EQ(to_string(result.first()->get<Instant>(0)), "2026-05-01T03:00:00Z");
}

TEST(Result, DocumentTakesTheNearestType) {
  TemporaryDatabase db;
  const Result result = db.connection.query("SELECT 1, 'a', NULL, true, 2.5::DOUBLE");
  const Row row = result.first().value();
  EXPECT_EQ(row.document(0), Document{1});
  EXPECT_EQ(row.document(1), Document{"a"});
  EXPECT_EQ(row.document(2), Document{});
  EXPECT_EQ(row.document(3), Document{true});
  EXPECT_EQ(row.document(4), Document{2.5});
}

TEST(Result, ColumnsComeInPortionsAndSayEveryRowOnce) {
  TemporaryDatabase db;
  const Result result = db.connection.query(
      "SELECT range::BIGINT, (range % 7)::SMALLINT, 18446744073709551615::UBIGINT - range::UBIGINT "
      "FROM range(5000)");
  std::int64_t next = 0;
  while (result.next_chunk()) {
    const auto numbers = result.column<std::int64_t>(0);
    const auto small = result.column<std::int16_t>(1);
    const auto large = result.column<std::uint64_t>(2);
    for (std::size_t i = 0; i < numbers.size(); ++i, ++next) {
      ASSERT_EQ(numbers[i], next);
      ASSERT_EQ(small[i], next % 7);
      ASSERT_EQ(large[i], 18446744073709551615U - static_cast<std::uint64_t>(next));
    }
  }
  EXPECT_EQ(next, 5000);
}

TEST(Result, AColumnIsReadAsItsOwnTypeAndWithoutNull) {
  TemporaryDatabase db;
  const Result result = db.connection.query("SELECT 1::INTEGER, NULL::BIGINT");
  ASSERT_TRUE(result.next_chunk());
  EXPECT_EQ(error_of([&] { (void)result.column<std::int64_t>(0); }).kind(), ErrorKind::bug);
  EXPECT_EQ(error_of([&] { (void)result.column<std::int64_t>(1); }).kind(), ErrorKind::bug);
}

TEST(Result, UnsignedNumbersGoInAndComeOutWhole) {
  TemporaryDatabase db{"CREATE TABLE t (n UBIGINT)"};
  constexpr std::uint64_t kLarge = 18446744073709551615U;
  db.connection.execute("INSERT INTO t VALUES (?)", {kLarge});
  {
    Transaction transaction{db.connection};
    Appender appender{transaction, "t"};
    appender.row({kLarge - 1});
    const std::vector<std::uint64_t> column{kLarge - 2, 7};
    appender.append({Column{std::span<const std::uint64_t>{column}}});
    appender.close();
    transaction.commit();
  }
  const Result result =
      db.connection.query("SELECT n FROM t WHERE n <= ? ORDER BY n DESC", {kLarge});
  std::vector<std::uint64_t> found;
  for (const Row row : result) found.push_back(row.get<std::uint64_t>(0));
  EXPECT_EQ(found, (std::vector<std::uint64_t>{kLarge, kLarge - 1, kLarge - 2, 7}));
  EXPECT_EQ(db.connection.value<std::uint64_t>("SELECT n FROM t WHERE n = ?", {7}), 7U);
}

}  // namespace
}  // namespace shelduck::store
