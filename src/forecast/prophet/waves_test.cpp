#include "shelduck/forecast/prophet/waves.hpp"

#include <gtest/gtest.h>

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
