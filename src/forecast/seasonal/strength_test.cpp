#include "shelduck/forecast/seasonal/strength.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

// Monthly totals of airline passengers, 1949 to 1953 (Box, Jenkins 1970, series G).
const std::vector<double> kPassengers{112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
                                      115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
                                      145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
                                      171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
                                      196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201};

// The numbers are those of statsmodels 0.14 (STL with seasonal 11 of degree 0, trend 21 or 7,
// low_pass 13 or 5, two inner rounds and no outer one), from its season and remainder.
TEST(SeasonalStrength, IsThatOfAnotherImplementation) {
  EXPECT_NEAR(seasonal_strength(kPassengers, 12), 0.9171555003635703, 1e-12);
  EXPECT_NEAR(seasonal_strength(std::span{kPassengers}.first(30), 12), 0.9446980050362161, 1e-12);
  std::vector<double> mixed;
  for (int t = 0; t < 41; ++t) {
    mixed.push_back(3 * std::sin(1.3 * t) + t * 37 % 11 + (t % 4 == 1 ? 2 : 0));
  }
  EXPECT_NEAR(seasonal_strength(mixed, 4), 0.10766058294422032, 1e-12);
}

TEST(SeasonalStrength, TellsASeasonFromNone) {
  std::vector<double> pure;
  for (std::size_t t = 0; t < 60; ++t) pure.push_back(7 + 3 * season_wave(t, 5));
  EXPECT_NEAR(seasonal_strength(pure, 5), 1, 1e-9);
  EXPECT_LT(seasonal_strength(drifting_series(120, 1), 12), 0.5);
  EXPECT_EQ(seasonal_strength(std::vector<double>(30, 4.0), 7), 0);
}

TEST(SeasonalStrength, ComesWithTheShortestSeries) {
  for (std::size_t period = 2; period < 14; ++period) {
    const std::vector<double> values = drifting_series(2 * period + 1, 3);
    const double strength = seasonal_strength(values, period);
    EXPECT_GE(strength, 0);
    EXPECT_LE(strength, 1);
    EXPECT_THROW((void)seasonal_strength(std::span{values}.first(2 * period), period), Error);
  }
  EXPECT_THROW((void)seasonal_strength(kPassengers, 1), Error);
}

}  // namespace
}  // namespace shelduck::forecast
