#include "shelduck/forecast/seasonal/season_search.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

using Seasons = std::vector<std::size_t>;

std::vector<double> noisy(std::size_t n, double deviation, unsigned seed) {
  std::mt19937 generator{seed};
  std::normal_distribution<double> noise{0, deviation};
  std::vector<double> values(n);
  for (double& value : values) value = noise(generator);
  return values;
}

std::vector<double> day_and_week(std::size_t n) {
  std::vector<double> values = noisy(n, 1, 5);
  for (std::size_t t = 0; t < n; ++t) {
    values[t] += 0.02 * static_cast<double>(t) + 6 * season_wave(t, 24);
    if (t % 168 >= 120) values[t] -= 5;  // the end of the week
  }
  return values;
}

TEST(SeasonSearch, FindsADayAndAWeek) {
  EXPECT_EQ(seasons_of(day_and_week(1000), {}), (Seasons{24, 168}));
  constexpr std::array<std::size_t, 2> kLikely{168, 24};
  EXPECT_EQ(seasons_of(day_and_week(1000), kLikely), (Seasons{24, 168}));
}

// Three cycles are the least from which a season is read.
TEST(SeasonSearch, LeavesOutWhatIsNotThereThreeTimes) {
  EXPECT_EQ(seasons_of(day_and_week(500), {}), Seasons{24});
  EXPECT_TRUE(has_season(day_and_week(72), 24));
  EXPECT_FALSE(has_season(day_and_week(71), 24));
}

// A day of minutes: four of them are more than is looked at without a reason.
TEST(SeasonSearch, LooksBackAsFarAsALikelySeasonNeeds) {
  std::vector<double> values = noisy(8 * 1440, 1, 2);
  for (std::size_t t = 0; t < values.size(); ++t) values[t] += 4 * season_wave(t, 1440);
  constexpr std::array<std::size_t, 1> kMinutes{1440};
  EXPECT_TRUE(has_season(values, 1440));
  EXPECT_EQ(seasons_of(values, kMinutes).front(), 1440U);
}

// At three standard errors one of 740 white series would pass at a lag that was not chosen.
TEST(SeasonSearch, FindsNoneInNoiseAndWalks) {
  int found = 0;
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::vector<double> walk = noisy(200, 1, seed);
    found += seasons_of(walk, {}).empty() ? 0 : 1;
    for (std::size_t t = 1; t < walk.size(); ++t) walk[t] += walk[t - 1];
    found += seasons_of(walk, {}).empty() ? 0 : 1;
  }
  EXPECT_LE(found, 10);
}

TEST(SeasonSearch, FindsNoneInTheRoundingThatAnExactSeasonLeaves) {
  constexpr std::array<double, 7> kWeek{3, 5, 4, 8, 9, 1, 2};
  std::vector<double> values;
  for (std::size_t t = 0; t < 210; ++t) values.push_back(kWeek.at(t % 7) + 0.1);
  EXPECT_EQ(seasons_of(values, {}), Seasons{7});
}

TEST(SeasonSearch, AsksLessOfWhatIsLikely) {
  constexpr std::array<std::size_t, 1> kLikely{12};
  int likely = 0;
  int unknown = 0;
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::vector<double> values = noisy(72, 1, seed);
    for (std::size_t t = 0; t < values.size(); ++t) values[t] += 0.8 * season_wave(t, 12);
    likely += seasons_of(values, kLikely) == Seasons{12} ? 1 : 0;
    unknown += seasons_of(values, {}) == Seasons{12} ? 1 : 0;
  }
  EXPECT_GT(likely, 2 * unknown);
}

// Two years of months tell nothing of a season; a week has been there four times.
TEST(SeasonSearch, TakesALikelySeasonAsItIsWhereNoTestCanTell) {
  constexpr std::array<std::size_t, 1> kMonths{12};
  EXPECT_EQ(seasons_of(drifting_series(47, 3), kMonths), Seasons{12});
  EXPECT_EQ(seasons_of(drifting_series(48, 3), kMonths), Seasons{});
  EXPECT_EQ(seasons_of(drifting_series(13, 3), kMonths), Seasons{12});
  EXPECT_EQ(seasons_of(std::vector<double>(13, 3), kMonths), Seasons{});
  EXPECT_EQ(seasons_of(drifting_series(47, 3), {}), Seasons{});
  constexpr std::array<std::size_t, 2> kDays{7, 365};
  EXPECT_EQ(seasons_of(drifting_series(27, 3), kDays), Seasons{7});
  constexpr std::array<std::size_t, 1> kYearOfWeeks{52};  // long ones cost what they do not bring
  EXPECT_EQ(seasons_of(drifting_series(150, 3), kYearOfWeeks), Seasons{});
}

// Half of a standard error: three of ten white series have that much, nearly all with a weak
// season.
TEST(SeasonSearch, AsksLeastOfAShortLikelySeason) {
  constexpr std::array<std::size_t, 1> kMonths{12};
  int weak = 0;
  int none = 0;
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::vector<double> values = noisy(72, 1, seed);
    none += seasons_of(values, kMonths).empty() ? 1 : 0;
    for (std::size_t t = 0; t < values.size(); ++t) values[t] += 0.6 * season_wave(t, 12);
    weak += !seasons_of(values, kMonths).empty() && !has_season(values, 12) ? 1 : 0;
  }
  EXPECT_GT(none, 25);
  EXPECT_GT(weak, 10);
}

TEST(SeasonSearch, FindsNoneWhereNothingMovesOrNothingIs) {
  EXPECT_EQ(seasons_of({}, {}), Seasons{});
  EXPECT_EQ(seasons_of(std::vector<double>{5}, {}), Seasons{});
  EXPECT_EQ(seasons_of(std::vector<double>(100, 5), {}), Seasons{});
  constexpr std::array<std::size_t, 3> kLikely{0, 1, 50};
  EXPECT_EQ(seasons_of(drifting_series(40, 3), kLikely), Seasons{});
  for (const auto& values : degenerate_series()) EXPECT_LE(seasons_of(values, {}).size(), 2U);
}

}  // namespace
}  // namespace shelduck::forecast
