#include "shelduck/interop/series_rhythm.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/logs/byte_source.hpp"

namespace shelduck::interop {
namespace {

struct Read {
  FileSeries series;
  SeriesRhythm rhythm;
};

Read series_at(const std::vector<std::string>& times) {
  std::string text = "unique_id,ds,y\n";
  for (std::size_t i = 0; i < times.size(); ++i) {
    text += "a," + times[i] + "," + std::to_string(i + 1) + "\n";
  }
  SeriesFile file{logs::memory_bytes(text), {}, "test.csv"};
  FileSeries series = file.next().value();
  const SeriesRhythm rhythm = rhythm_of(series, file.time_kind().value());
  return {std::move(series), rhythm};
}

std::string after(const std::vector<std::string>& times, std::size_t steps) {
  const Read read = series_at(times);
  return read.rhythm.time_after(read.series, steps);
}

TEST(SeriesRhythm, NamesTheTimesToComeAsTheFileDoes) {
  EXPECT_EQ(after({"1", "2", "3"}, 2), "5");
  EXPECT_EQ(after({"10", "20"}, 1), "30");
  EXPECT_EQ(after({"2026-01-05", "2026-01-12"}, 2), "2026-01-26");
  EXPECT_EQ(after({"2026-01-30T22:00:00Z", "2026-01-30T23:00:00Z"}, 1), "2026-01-31T00:00:00Z");
  EXPECT_EQ(after({"2026-01-30 22:00:00", "2026-01-30 22:30:00"}, 1), "2026-01-30 23:00:00");
  EXPECT_EQ(after({"1767225600", "1767229200"}, 1), "1767232800");
}

TEST(SeriesRhythm, KnowsTheCyclesOfTheCalendar) {
  using Seasons = std::vector<std::size_t>;
  const auto seasons = [](const std::vector<std::string>& times) {
    return calendar_seasons(series_at(times).rhythm);
  };
  EXPECT_EQ(seasons({"1", "2", "3"}), Seasons{});
  EXPECT_EQ(seasons({"2026-01-30T22:00:00Z", "2026-01-30T23:00:00Z"}), (Seasons{24, 168}));
  EXPECT_EQ(seasons({"1767225600", "1767226500"}), (Seasons{96, 672}));  // a quarter of an hour
  EXPECT_EQ(seasons({"2026-01-01T00:00:00Z", "2026-01-01T00:07:01Z"}), Seasons{});  // of no day
  EXPECT_EQ(seasons({"2026-01-05", "2026-01-06"}), (Seasons{7, 365}));
  EXPECT_EQ(seasons({"2026-01-05", "2026-01-12"}), Seasons{52});
  EXPECT_EQ(seasons({"2026-01-31", "2026-02-28"}), Seasons{12});
  EXPECT_EQ(seasons({"2026-01-01", "2026-04-01"}), Seasons{4});
  EXPECT_EQ(seasons({"2024-01-01", "2025-01-01"}), Seasons{});
}

TEST(SeriesRhythm, GoesInMonthsAndTheirEnds) {
  EXPECT_EQ(after({"2025-11-15", "2025-12-15"}, 2), "2026-02-15");
  EXPECT_EQ(after({"2025-11-30", "2025-12-31"}, 2), "2026-02-28");
  EXPECT_EQ(after({"2023-12-31", "2024-03-31"}, 1), "2024-06-30");
  EXPECT_EQ(after({"2024-02-29", "2024-03-29"}, 11), "2025-02-28");
  EXPECT_EQ(after({"2020-01-01", "2021-01-01"}, 1), "2022-01-01");
  EXPECT_EQ(after({"2025-01-30", "2025-02-28", "2025-03-30"}, 11), "2026-02-28");
  EXPECT_EQ(after({"2025-01-01T06:00:00Z", "2025-02-01T06:00:00Z"}, 1), "2025-03-01T06:00:00Z");
}

TEST(SeriesRhythm, OfASingleRowIsThatOfItsKind) {
  EXPECT_EQ(after({"7"}, 1), "8");
  EXPECT_EQ(after({"2026-01-31"}, 1), "2026-02-01");
  EXPECT_EQ(after({"2026-01-31T10:00:00+02:00"}, 1), "2026-01-31T11:00:00+02:00");
}

TEST(SeriesRhythm, MakesGapsMissingValues) {
  const Read read = series_at({"2026-01-01", "2026-01-02", "2026-01-05", "2026-01-06"});
  const GapFreeValues whole = without_gaps(read.series, read.rhythm);
  EXPECT_EQ(whole.gaps, 2U);
  ASSERT_EQ(whole.values.size(), 6U);
  EXPECT_EQ(whole.values[1], 2);
  EXPECT_TRUE(std::isnan(whole.values[2]) && std::isnan(whole.values[3]));
  EXPECT_EQ(whole.values[4], 3);
  EXPECT_EQ(whole.times[2], read.series.times[2]);
  EXPECT_EQ(whole.times[5], read.series.times[3]);
}

TEST(SeriesRhythm, RefusesATimeOffTheRhythm) {
  const Read read = series_at({"10", "20", "30", "35", "45"});
  try {
    static_cast<void>(without_gaps(read.series, read.rhythm));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().field, "ds");
    EXPECT_EQ(error.detail().value, "35");
  }
}

TEST(SeriesRhythm, RefusesTimesThatLeaveTheirKind) {
  EXPECT_THROW(static_cast<void>(after({"9999-11-30", "9999-12-31"}, 1)), Error);
  EXPECT_THROW(static_cast<void>(after({"2", "9000000000000000000"}, 1)), Error);
  EXPECT_THROW(static_cast<void>(after({"4611686018427387903"}, 4611686018427387905)), Error);
}

TEST(SeriesRhythm, RefusesAGapWithoutEnd) {
  const Read read = series_at({"1", "2", "3", "99999999"});
  EXPECT_THROW(static_cast<void>(without_gaps(read.series, read.rhythm)), Error);
}

bool is_irregular_at(const std::string& text, const SeriesColumns& columns = {}) {
  SeriesFile file{logs::memory_bytes(text), columns, "test.csv"};
  const FileSeries series = file.next().value();
  return is_irregular(series, file.time_kind().value());
}

TEST(IrregularSeries, HaveNoCommonStepOrSaySo) {
  const std::string header = "unique_id,ds,y\n";
  EXPECT_FALSE(is_irregular_at(header + "a,2026-01-05,1\na,2026-01-06,1\na,2026-01-09,1\n"));
  EXPECT_TRUE(is_irregular_at(header + "a,2026-01-05,1\na,2026-01-07,1\na,2026-01-12,1\n" +
                              "a,2026-01-14,1\n"));
  EXPECT_TRUE(is_irregular_at(header + "a,749458803,1\na,749460263,1\na,749464001,1\n"));
  // Two jobs of one second: 30 steps for three rows.
  EXPECT_TRUE(is_irregular_at(header + "a,749458803,1\na,749458804,1\na,749458833,1\n"));
  EXPECT_FALSE(is_irregular_at(header + "a,1,1\na,3,1\na,8,1\n"));
  EXPECT_FALSE(is_irregular_at(header + "a,2026-01-05,1\n"));
}

TEST(IrregularSeries, AreWhatAPeriodOf0Says) {
  const std::string header = "unique_id,ds,y,period,procs\n";
  EXPECT_TRUE(is_irregular_at(header + "a,2026-01-05,1,0,8\na,2026-01-06,1,0,8\n"));
  EXPECT_FALSE(is_irregular_at(header + "a,1,1,0,8\na,2,1,0,8\n"));
  EXPECT_TRUE(is_irregular_at(header + "a,1,1,0,8\na,2,1,0,8\n", {.covariates = {"procs"}}));
}

TEST(IrregularSeries, GoOnInTheirMeanGap) {
  const Read read = series_at({"2026-01-05", "2026-01-07", "2026-01-12", "2026-01-15"});
  const SeriesRhythm rhythm = mean_rhythm(read.series, TimeKind::date);
  EXPECT_EQ(rhythm.time_after(read.series, 2), "2026-01-21");  // 10 days in three gaps
  EXPECT_EQ(rhythm.time_after(read.series, {.row = 0, .steps = 1}), "2026-01-08");
  EXPECT_EQ(mean_rhythm(series_at({"7", "9", "12"}).series, TimeKind::index).step, 2);
}

}  // namespace
}  // namespace shelduck::interop
