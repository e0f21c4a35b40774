#include "shelduck/interop/sorted_rows.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/csv_rows.hpp"

namespace shelduck::interop {
namespace {

SortedRows sorted_of(const std::string& text) {
  return {std::make_unique<CsvRows>(logs::memory_bytes(text), "s.csv"), {}, {.temporary = "/tmp"}};
}

// "2: a 1 x | 4: a 2 y"; the first row is the header.
std::string shown_rows(TextRows& rows) {
  std::string shown;
  while (const TextRow* row = rows.next()) {
    shown += (shown.empty() ? "" : " | ") + std::to_string(row->line()) + ":";
    for (std::size_t i = 0; i < row->size(); ++i) shown += " " + std::string((*row)[i]);
  }
  return shown;
}

bool is_apart(const std::string& text) {
  CsvRows rows{logs::memory_bytes(text), "s.csv"};
  return are_series_apart(rows, {});
}

TEST(SortedRows, StandBySeriesAsTheyAppearAndByTime) {
  SortedRows rows = sorted_of("unique_id,ds,y\nb,2,1\na,10,2\nb,1,3\na,9,4\nb,10,\n");
  EXPECT_EQ(shown_rows(rows),
            "1: unique_id ds y | 4: b 1 3 | 2: b 2 1 | 6: b 10  | 5: a 9 4 | 3: a 10 2");
}

TEST(SortedRows, KeepOnlyWhatSeriesHave) {
  SortedRows rows = sorted_of("more,ds,split,unique_id,y\nx,2,test,a,1\nx,1,train,a,2\n");
  EXPECT_EQ(shown_rows(rows), "1: more ds split unique_id y | 3:  1 train a 2 | 2:  2 test a 1");
}

TEST(SortedRows, LeaveWhatIsNoTimeToTheReader) {
  SeriesFile file{std::make_unique<SortedRows>(
                      std::make_unique<CsvRows>(
                          logs::memory_bytes("unique_id,ds,y\na,1,1\nb,1,1\na,soon,1\n"), "s.csv"),
                      SeriesColumns{}, SortOptions{.temporary = "/tmp"}),
                  {}};
  try {
    (void)file.next();
    FAIL() << "a time that is none was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().field, "line 4, ds");
    EXPECT_EQ(error.detail().value, "soon");
  }
}

TEST(SortedRows, NameTheLineOfARowThatIsBroken) {
  for (const std::string row : {"a,1", "a,1,2,3", "a,1,\xff"}) {
    SortedRows rows = sorted_of("unique_id,ds,y\nb,1,1\n" + row + "\n");
    try {
      (void)shown_rows(rows);
      FAIL() << row;
    } catch (const Error& error) {
      EXPECT_EQ(error.detail().field.substr(0, 6), "line 3") << error.what();
    }
  }
}

TEST(SortedRows, StopWhereTheCallerSaysSo) {
  int calls = 0;
  SortedRows rows{std::make_unique<CsvRows>(logs::memory_bytes("unique_id,ds,y\na,1,1\n"), "s.csv"),
                  {},
                  {.temporary = "/tmp", .check = [&calls] {
                     ++calls;
                     throw Error{ErrorKind::cancelled, "enough"};
                   }}};
  (void)rows.next();
  EXPECT_THROW((void)rows.next(), Error);
  EXPECT_EQ(calls, 1);
}

TEST(SeriesApart, AreTold) {
  EXPECT_FALSE(is_apart("unique_id,ds,y\na,1,1\na,2,1\nb,1,1\n"));
  EXPECT_TRUE(is_apart("unique_id,ds,y\na,1,1\nb,1,1\na,2,1\n"));
  EXPECT_FALSE(is_apart("id,ds,y\na,1,1\nb,1,1\na,2,1\n"));
  EXPECT_FALSE(is_apart(""));
}

}  // namespace
}  // namespace shelduck::interop
