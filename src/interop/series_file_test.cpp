#include "shelduck/interop/series_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/core/time.hpp"

namespace shelduck::interop {
namespace {

constexpr const char* kHeader = "unique_id,ds,y,split,horizon,period\n";

SeriesFile file_of(std::string text, SeriesColumns columns = {}) {
  return SeriesFile{logs::memory_bytes(std::move(text)), std::move(columns), "s.csv"};
}

std::vector<FileSeries> all_series(std::string text, SeriesColumns columns = {}) {
  SeriesFile file = file_of(std::move(text), std::move(columns));
  std::vector<FileSeries> all;
  while (auto series = file.next()) all.push_back(*std::move(series));
  return all;
}

// Reads rows behind the usual header; the first of them is line 2.
std::vector<FileSeries> read_rows(const std::string& rows) { return all_series(kHeader + rows); }

Error error_of_text(std::string text, SeriesColumns columns = {}) {
  try {
    all_series(std::move(text), std::move(columns));
  } catch (const Error& error) {
    return error;
  }
  return Error{ErrorKind::bug, "nothing was refused"};
}

// Line and column, value, and a part of the rule.
void expect_row_refused(const std::string& rows, const std::string& field, const std::string& value,
                        const std::string& rule) {
  const Error error = error_of_text(kHeader + rows);
  EXPECT_EQ(error.kind(), ErrorKind::invalid_input) << rows;
  EXPECT_EQ(error.detail().field, field) << error.what();
  EXPECT_EQ(error.detail().value, value) << error.what();
  EXPECT_NE(error.detail().rule.find(rule), std::string::npos) << error.what();
}

std::int64_t micros_of(std::string_view text) {
  return parse_instant(text)->instant.time_since_epoch().count();
}

TEST(SeriesFile, HandsOverOneSeriesAfterAnother) {
  const auto all = read_rows(
      "b,1,10,train,2,4\nb,2,11.5,train,2,4\nb,3,-1e3,test,2,4\n"
      "a,5,1,train,3,0\n");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, "b");
  EXPECT_EQ(all[0].line, 2U);
  EXPECT_EQ(all[0].y, (std::vector<double>{10, 11.5, -1000}));
  EXPECT_EQ(all[0].times, (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(all[0].train_rows, 2U);
  EXPECT_EQ(all[0].test_rows(), 1U);
  EXPECT_EQ(all[0].train_y()[1], 11.5);
  EXPECT_EQ(all[0].test_y()[0], -1000);
  EXPECT_EQ(all[0].horizon, 2);
  EXPECT_EQ(all[0].period, 4);
  EXPECT_EQ(all[0].score_period(), 4);
  EXPECT_EQ(all[1].id, "a");
  EXPECT_EQ(all[1].line, 5U);
  EXPECT_EQ(all[1].rows(), 1U);
  EXPECT_EQ(all[1].test_rows(), 0U);
  EXPECT_EQ(all[1].period, 0);
  EXPECT_EQ(all[1].score_period(), 1);
}

// Series of three rows: the second fills five, the third stands alone.
TEST(SeriesFile, HandsOverSeveralUntilTheirRowsAreEnough) {
  std::string rows;
  for (const char* id : {"a", "b", "c"}) {
    for (const char* ds : {"1", "2", "3"}) rows += std::string(id) + "," + ds + ",5,train,1,1\n";
  }
  SeriesFile file = file_of(kHeader + rows);
  EXPECT_EQ(file.next_some(5, 0).size(), 2U);
  EXPECT_EQ(file.next_some(5, 0).size(), 1U);
  EXPECT_TRUE(file.next_some(5, 0).empty());
}

// A far horizon takes memory too, the caller's as well as that of the file.
TEST(SeriesFile, CountsStepsAsRowsOfWhatItHandsOver) {
  const std::string rows = "a,1,5,train,100000,1\nb,1,5,train,100000,1\n";
  EXPECT_EQ(file_of(kHeader + rows).next_some(1000, std::nullopt).size(), 1U);
  EXPECT_EQ(file_of(kHeader + rows).next_some(1000, 1).size(), 2U);
  EXPECT_EQ(file_of(kHeader + rows).next_some(1000, 100000).size(), 1U);
}

TEST(SeriesFile, AnEmptyValueIsMissing) {
  const auto all = read_rows("a,1,,train,1,1\na,2,5,train,1,1\na,3,,test,1,1\n");
  ASSERT_EQ(all.at(0).rows(), 3U);
  EXPECT_TRUE(std::isnan(all[0].y[0]));
  EXPECT_EQ(all[0].y[1], 5);
  EXPECT_TRUE(std::isnan(all[0].test_y()[0]));
}

TEST(SeriesFile, TheCallerNamesColumnsAndCovariates) {
  const auto all = all_series(
      "note,sales,price,shop,day,promo\nx,7,1.5,s1,2026-01-31,0\n\"y, z\",8,,s1,2026-02-01,1\n",
      {.id = "shop", .time = "day", .value = "sales", .covariates = {"promo", "price"}});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, "s1");
  EXPECT_EQ(all[0].y, (std::vector<double>{7, 8}));
  ASSERT_EQ(all[0].covariates.size(), 2U);
  EXPECT_EQ(all[0].covariates[0], (std::vector<double>{0, 1}));
  EXPECT_EQ(all[0].covariates[1][0], 1.5);
  EXPECT_TRUE(std::isnan(all[0].covariates[1][1]));
}

TEST(SeriesFile, WithoutASplitAllRowsAreTrainRows) {
  const auto all = all_series("unique_id,ds,y\na,1,1\na,2,2\n");
  EXPECT_EQ(all.at(0).train_rows, 2U);
  EXPECT_EQ(all[0].horizon, std::nullopt);
  EXPECT_EQ(all[0].period, std::nullopt);
  EXPECT_EQ(all[0].score_period(), 1);
}

// The kind of a file, and its first two times.
struct Times {
  std::optional<TimeKind> kind;
  std::vector<std::int64_t> times{};
  std::vector<std::string> texts{};
};

Times times_of(const std::string& first, const std::string& second) {
  SeriesFile file = file_of("unique_id,ds,y\na," + first + ",1\na," + second + ",2\n");
  EXPECT_EQ(file.time_kind(), std::nullopt);
  const auto series = file.next();
  Times made{.kind = file.time_kind(), .times = series->times};
  for (std::size_t i = 0; i < series->ds.size(); ++i) made.texts.emplace_back(series->ds[i]);
  return made;
}

TEST(SeriesFile, ReadsEachKindOfTimeAndKeepsItsText) {
  const Times index = times_of("-1", "007");
  EXPECT_EQ(index.kind, TimeKind::index);
  EXPECT_EQ(index.times, (std::vector<std::int64_t>{-1, 7}));
  EXPECT_EQ(index.texts, (std::vector<std::string>{"-1", "007"}));

  const Times date = times_of("1970-01-02", "2026-01-31");
  EXPECT_EQ(date.kind, TimeKind::date);
  EXPECT_EQ(date.times, (std::vector<std::int64_t>{86'400'000'000, micros_of("2026-01-31")}));
  EXPECT_EQ(date.texts[1], "2026-01-31");

  const Times instant = times_of("2026-01-31T06:30:00+02:00", "2026-01-31T06:30:00Z");
  EXPECT_EQ(instant.kind, TimeKind::instant);
  EXPECT_EQ(instant.times[1] - instant.times[0], 7'200'000'000);

  const Times unix_seconds = times_of("749458803", "749458804");
  EXPECT_EQ(unix_seconds.kind, TimeKind::unix_seconds);
  EXPECT_EQ(unix_seconds.times[0], 749'458'803'000'000);
}

TEST(SeriesFile, TheFirstRowOfASeriesTellsAnIndexFromUnixSeconds) {
  EXPECT_EQ(times_of("99999999", "100000000").kind, TimeKind::index);
  EXPECT_EQ(times_of("100000000", "100000001").kind, TimeKind::unix_seconds);
  EXPECT_EQ(times_of("20260131", "20260201").kind, TimeKind::index);
}

TEST(SeriesFile, RefusesAnotherSplit) {
  expect_row_refused("a,1,1,train,1,1\na,2,1,valid,1,1\n", "line 3, split", "valid",
                     "train or test");
  expect_row_refused("a,1,1,,1,1\n", "line 2, split", "", "train or test");
}

TEST(SeriesFile, RefusesTrainAfterTest) {
  expect_row_refused("a,1,1,train,1,1\na,2,1,test,1,1\na,3,1,train,1,1\n", "line 4, split", "train",
                     "before its test rows");
}

TEST(SeriesFile, RefusesTimesThatDoNotIncrease) {
  expect_row_refused("a,1,1,train,1,1\na,1,1,train,1,1\n", "line 3, ds", "1",
                     "before it stands '1'");
  expect_row_refused("a,2,1,train,1,1\na,1,1,test,1,1\n", "line 3, ds", "1",
                     "before it stands '2'");
  expect_row_refused(
      "a,2026-01-31T01:00:00+01:00,1,train,1,1\na,2026-01-31T00:00:00Z,1,train,1,1\n", "line 3, ds",
      "2026-01-31T00:00:00Z", "increase");
}

TEST(SeriesFile, RefusesMixedKindsOfTime) {
  const std::string first = "a,2026-01-31,1,train,1,1\n";
  expect_row_refused(first + "a,7,1,train,1,1\n", "line 3, ds", "7", "the first is a date");
  expect_row_refused(first + "b,2026-01-31T00:00:00Z,1,train,1,1\n", "line 3, ds",
                     "2026-01-31T00:00:00Z", "of one kind");
  expect_row_refused("a,1,1,train,1,1\nb,749458803,1,train,1,1\n", "line 3, ds", "749458803",
                     "in Unix seconds, the first is a whole number");
  expect_row_refused("a,2026-01-31T00:00:00Z,1,train,1,1\na,2026-02-01T00:00:00,1,train,1,1\n",
                     "line 3, ds", "2026-02-01T00:00:00", "without an offset");
}

TEST(SeriesFile, RefusesWhatIsNoTime) {
  for (const std::string time : {"", "1.0", "2026-13-01", "31.01.2026", "99999999999999999999"}) {
    expect_row_refused("a," + time + ",1,train,1,1\n", "line 2, ds", time, "is needed");
  }
  expect_row_refused("a,1795257181488,1,train,1,1\n", "line 2, ds", "1795257181488", "year 9999");
}

TEST(SeriesFile, RefusesAValueThatIsNoNumber) {
  for (const std::string value : {"abc", "1.5x", "1,5", "NA", "0x1p3", "- 1"}) {
    const std::string quoted = "\"" + value + "\"";
    expect_row_refused("a,1," + quoted + ",train,1,1\n", "line 2, y", value, "a number is needed");
  }
}

TEST(SeriesFile, RefusesAValueThatIsNotFinite) {
  for (const std::string value : {"nan", "NaN", "inf", "-Infinity"}) {
    expect_row_refused("a,1," + value + ",train,1,1\n", "line 2, y", value, "finite");
  }
  expect_row_refused("a,1,1e999,train,1,1\n", "line 2, y", "1e999", "range");
}

TEST(SeriesFile, RefusesACovariateThatIsNoNumber) {
  const Error error =
      error_of_text("unique_id,ds,y,price\na,1,1,cheap\n", {.covariates = {"price"}});
  EXPECT_EQ(error.detail().field, "line 2, price");
  EXPECT_EQ(error.detail().value, "cheap");
}

TEST(SeriesFile, AColumnThatIsNotAskedForIsNotRead) {
  EXPECT_EQ(all_series("unique_id,ds,y,price\na,1,1,cheap\n").size(), 1U);
}

TEST(SeriesFile, RefusesAHorizonThatChangesOrIsNoCount) {
  expect_row_refused("a,1,1,train,2,1\na,2,1,train,3,1\n", "line 3, horizon", "3",
                     "the first has 2");
  expect_row_refused("a,1,1,train,2,1\na,2,1,test,,1\n", "line 3, horizon", "", "the first has 2");
  expect_row_refused("a,1,1,train,0,1\n", "line 2, horizon", "0", "a whole number from 1");
  expect_row_refused("a,1,1,train,1.5,1\n", "line 2, horizon", "1.5", "a whole number from 1");
  EXPECT_EQ(read_rows("a,1,1,train,2,1\nb,1,1,train,3,1\n").at(1).horizon, 3);
}

TEST(SeriesFile, RefusesAPeriodThatChangesOrIsNegative) {
  expect_row_refused("a,1,1,train,1,12\na,2,1,train,1,4\n", "line 3, period", "4",
                     "the first has 12");
  expect_row_refused("a,1,1,train,1,-1\n", "line 2, period", "-1", "a whole number from 0");
}

TEST(SeriesFile, RefusesAWrongNumberOfFields) {
  expect_row_refused("a,1,1,train,1\n", "line 2, row", "5 fields", "the header: 6");
  expect_row_refused("a,1,1,train,1,1\na,2,1,train,1,1,\n", "line 3, row", "7 fields",
                     "the header: 6");
}

TEST(SeriesFile, RefusesAMissingColumnAndNamesANearOne) {
  const Error error = error_of_text("id,DS,value\na,1,1\n", {.id = "id", .value = "value"});
  EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
  EXPECT_EQ(error.detail().field, "line 1, column");
  EXPECT_EQ(error.detail().value, "ds");
  EXPECT_NE(error.detail().rule.find("id, DS, value"), std::string::npos) << error.what();
  EXPECT_EQ(error.detail().hint, "did you mean 'DS'?");
  EXPECT_EQ(error_of_text("uniqueid,ds,y\n").detail().hint, "did you mean 'uniqueid'?");
  EXPECT_EQ(error_of_text("unique_id,ds,y,prize\n", {.covariates = {"price"}}).detail().hint,
            "did you mean 'prize'?");
  EXPECT_EQ(error_of_text("a,b,c\n").detail().hint, "");
}

TEST(SeriesFile, ACallerMayNeedAColumn) {
  const SeriesFile file = file_of("unique_id,ds,y,spilt\na,1,1,train\n");
  EXPECT_EQ(file.header(), (std::vector<std::string>{"unique_id", "ds", "y", "spilt"}));
  EXPECT_NO_THROW(file.need_column("ds"));
  try {
    file.need_column("split");
    FAIL() << "a missing column was found";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().value, "split");
    EXPECT_EQ(error.detail().field, "line 1, column");
  }
}

TEST(SeriesFile, RefusesAColumnThatStandsTwice) {
  EXPECT_EQ(error_of_text("unique_id,ds,y,y\na,1,1,1\n").detail().value, "y");
  EXPECT_EQ(error_of_text("unique_id,ds,y,split,split\na,1,1,train,train\n").detail().value,
            "split");
  EXPECT_EQ(all_series("unique_id,ds,y,x,x\na,1,1,1,1\n").size(), 1U);
}

TEST(SeriesFile, RefusesAnEmptyFile) {
  for (const std::string text : {"", "\xEF\xBB\xBF", "\n\r\n", kHeader}) {
    const Error error = error_of_text(text);
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "line 1, file");
    EXPECT_NE(error.detail().rule.find("the file is empty"), std::string::npos) << error.what();
  }
}

TEST(SeriesFile, RefusesAnIdThatComesBack) {
  expect_row_refused("a,1,1,train,1,1\nb,1,1,train,1,1\na,2,1,train,1,1\n", "line 4, unique_id",
                     "a", "stand together");
}

TEST(SeriesFile, RefusesAnIdThatIsNoName) {
  expect_row_refused(",1,1,train,1,1\n", "line 2, unique_id", "", "a name of the series");
  expect_row_refused("\xFF,1,1,train,1,1\n", "line 2, unique_id", "\xEF\xBF\xBD", "UTF-8");
}

TEST(SeriesFile, NamesTheLineOfTheFileAndTheFile) {
  const Error error = error_of_text(std::string("\n") + kHeader + "\r\n\"a\nb\",1,x,train,1,1\r\n");
  EXPECT_STREQ(
      error.what(),
      "s.csv, line 4, y 'x' is refused: a number is needed, or nothing for a missing value");
}

TEST(SeriesFile, ManySeriesAndLongOnes) {
  constexpr std::size_t kSeries = 20'000;
  std::string text = kHeader;
  for (std::size_t i = 0; i < kSeries; ++i) {
    text += "s" + std::to_string(i) + ",1," + std::to_string(i) + ",train,1,1\n";
  }
  for (std::size_t i = 1; i <= kSeries; ++i) {
    text += "long," + std::to_string(i) + "," + std::to_string(i) + ",train,1,1\n";
  }
  const auto all = all_series(text);
  ASSERT_EQ(all.size(), kSeries + 1);
  EXPECT_EQ(all[kSeries - 1].y.at(0), static_cast<double>(kSeries - 1));
  EXPECT_EQ(all.back().train_rows, kSeries);
  EXPECT_EQ(all.back().ds[kSeries - 1], std::to_string(kSeries));
}

}  // namespace
}  // namespace shelduck::interop
