#include "shelduck/store/error_map.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace shelduck::store::detail {
namespace {

TEST(ErrorMap, EveryTypeOfTheEngineHasItsReaction) {
  const std::map<ErrorKind, std::vector<int>> expected{
      {ErrorKind::invalid_input, {1, 2, 4, 5, 6, 7, 32, 41}},
      {ErrorKind::conflict, {10, 18}},
      {ErrorKind::io, {21, 25, 28, 38}},
      {ErrorKind::cancelled, {29}},
      {ErrorKind::exhausted, {33}},
      {ErrorKind::refused, {34}},
      {ErrorKind::corrupt, {9}},
      {ErrorKind::fatal, {30, 31}},
      {ErrorKind::bug,
       {0, 3, 8, 11, 12, 13, 14, 15, 16, 17, 19, 20, 22, 23, 24, 26, 27, 35, 36, 37, 39, 40, 42}},
  };
  std::size_t checked = 0;
  for (const auto& [kind, types] : expected) {
    for (const int type : types) {
      EXPECT_EQ(kind_of(static_cast<duckdb_error_type>(type)), kind) << type;
      ++checked;
    }
  }
  EXPECT_EQ(checked, static_cast<std::size_t>(DUCKDB_INVALID_CONFIGURATION) + 1);
}

TEST(ErrorMap, AFullDiskAndALockAreNoMereFailures) {
  EXPECT_EQ(kind_of({DUCKDB_ERROR_TRANSACTION,
                     "TransactionContext Error: Failed to commit: Could not write file \"a.wal\": "
                     "File too large"}),
            ErrorKind::exhausted);
  EXPECT_EQ(kind_of({DUCKDB_ERROR_IO, "IO Error: Could not set lock on file \"a\": ..."}),
            ErrorKind::busy);
  EXPECT_EQ(kind_of({DUCKDB_ERROR_IO, "IO Error: Cannot open file: Permission denied"}),
            ErrorKind::io);
}

TEST(ErrorMap, WordsThatAStatementQuotesDoNotChangeItsKind) {
  EXPECT_EQ(kind_of({DUCKDB_ERROR_CONVERSION, "Conversion Error: 'No space left' is no number"}),
            ErrorKind::invalid_input);
  EXPECT_EQ(kind_of({DUCKDB_ERROR_PARSER, "Parser Error: syntax error at or near \"Corrupt\""}),
            ErrorKind::bug);
}

TEST(ErrorMap, TheFirstWordsOfATextGiveItsType) {
  EXPECT_EQ(parse_engine_error("Binder Error: no such column").type, DUCKDB_ERROR_BINDER);
  EXPECT_EQ(parse_engine_error("IO Error: x").type, DUCKDB_ERROR_IO);
  EXPECT_EQ(parse_engine_error("something else").type, DUCKDB_ERROR_INVALID);
}

}  // namespace
}  // namespace shelduck::store::detail
