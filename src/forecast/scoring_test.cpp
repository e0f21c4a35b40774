#include "shelduck/forecast/scoring.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// Expected numbers: quantiles of the beta distribution, scipy.stats.beta.ppf.
TEST(BinomialBand, IsClopperPearson) {
  const Band nine = binomial_band(9, 10);
  EXPECT_NEAR(nine.low, 0.554983882971805, 1e-10);
  EXPECT_NEAR(nine.high, 0.997471421455538, 1e-10);
  const Band most = binomial_band(45, 50);
  EXPECT_NEAR(most.low, 0.781864633565798, 1e-10);
  EXPECT_NEAR(most.high, 0.966724906410978, 1e-10);
  EXPECT_EQ(binomial_band(0, 12).low, 0);
  EXPECT_NEAR(binomial_band(0, 12).high, 0.264648469397051, 1e-10);
  EXPECT_NEAR(binomial_band(12, 12).low, 0.735351530602949, 1e-10);
  EXPECT_EQ(binomial_band(12, 12).high, 1);
}

TEST(BinomialBand, HoldsForManyTrials) {
  const Band band = binomial_band(9000, 10000);
  EXPECT_NEAR(band.low, 0.9 - 1.96 * 0.003, 2e-4);  // normal approximation
  EXPECT_NEAR(band.high, 0.9 + 1.96 * 0.003, 2e-4);
  EXPECT_THROW((void)binomial_band(3, 2), Error);
  EXPECT_THROW((void)binomial_band(0, 0), Error);
}

// Expected numbers: the definitions by hand.
TEST(Losses, FollowTheirDefinitions) {
  EXPECT_DOUBLE_EQ(pinball_loss(0.9, 10, 14), 3.6);
  EXPECT_NEAR(pinball_loss(0.9, 10, 6), 0.4, 1e-12);
  EXPECT_DOUBLE_EQ(interval_score(0.9, 2, 5, 3), 3);
  EXPECT_NEAR(interval_score(0.9, 2, 5, 6), 3 + 20, 1e-9);
  EXPECT_NEAR(interval_score(0.9, 2, 5, 1.5), 3 + 10, 1e-9);
}

TEST(Scorecard, CountsPairsWithAndWithoutBounds) {
  const std::array<ScoredForecast, 4> pairs{{{.point = 10, .lower = 8, .upper = 12, .actual = 12},
                                             {.point = 10, .lower = 8, .upper = 14, .actual = 15},
                                             {.point = 4, .lower = 2, .upper = 6, .actual = 3},
                                             {.point = 5, .actual = 1}}};
  const Scorecard card = score(pairs, 0.9);
  EXPECT_EQ(card.forecasts, 4U);
  EXPECT_EQ(card.with_interval, 3U);
  EXPECT_EQ(card.covered, 2U);
  EXPECT_NEAR(*card.coverage, 2.0 / 3, 1e-15);
  EXPECT_LT(*card.band_low, *card.coverage);
  EXPECT_GT(*card.band_high, *card.coverage);
  EXPECT_NEAR(*card.mean_width, 14.0 / 3, 1e-12);
  EXPECT_NEAR(*card.bias, (-2 - 5 + 1 + 4) / 4.0, 1e-12);
  EXPECT_NEAR(*card.mean_absolute_error, 3, 1e-12);
  EXPECT_NEAR(*card.point_pinball, 1.5, 1e-12);
  // Lower, point, upper of each pair: (.2 + 1 + 0), (.35 + 2.5 + .95), (.05 + .5 + .15), over 3.
  EXPECT_NEAR(*card.pinball_loss, (1.2 + 3.8 + 0.7) / 9, 1e-12);
}

TEST(Scorecard, IsEmptyWithoutPairs) {
  const Scorecard card = score({}, 0.9);
  EXPECT_EQ(card.forecasts, 0U);
  EXPECT_FALSE(card.coverage || card.bias || card.pinball_loss);
  EXPECT_THROW((void)score({}, 1.5), Error);
}

}  // namespace
}  // namespace shelduck::forecast
