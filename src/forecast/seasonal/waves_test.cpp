#include "shelduck/forecast/seasonal/waves.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace shelduck::forecast {
namespace {

TEST(Waves, AreCosinesAndSinesOfEachOrder) {
  const Waves waves{12, 2};
  std::vector<double> row(4);
  for (std::size_t step = 0; step < 30; ++step) {
    waves.fill(step, row);
    const double angle = 2 * std::numbers::pi * static_cast<double>(step) / 12;
    EXPECT_NEAR(row[0], std::cos(angle), 1e-14);
    EXPECT_NEAR(row[1], std::sin(angle), 1e-14);
    EXPECT_NEAR(row[2], std::cos(2 * angle), 1e-14);
    EXPECT_NEAR(row[3], std::sin(2 * angle), 1e-14);
  }
}

TEST(Waves, AddByPhase) {
  const Waves waves{4, 2};
  const WaveEffects effects = waves.effects_of(std::array{3.0, 5.0, 0.5});
  EXPECT_EQ(effects.columns, 3U);
  for (const std::size_t step : {0U, 4U, 8U}) EXPECT_NEAR(effects.at(step), 3.5, 1e-14);
  EXPECT_NEAR(effects.at(1), 4.5, 1e-14);
  EXPECT_NEAR(effects.at(2), -2.5, 1e-14);
  EXPECT_NEAR(effects.at(7), -5.5, 1e-14);
}

TEST(Waves, EndAtHalfOfThePeriod) {
  EXPECT_EQ(Waves(12, 10).columns(), 11U);  // without the sine of the sixth
  EXPECT_EQ(Waves(7, 10).columns(), 6U);
  EXPECT_EQ(Waves(2, 10).columns(), 1U);
  EXPECT_EQ(Waves(365, 10).columns(), 20U);
  EXPECT_EQ(Waves(12, 0).columns(), 0U);
  EXPECT_EQ(Waves().columns(), 0U);
}

}  // namespace
}  // namespace shelduck::forecast
