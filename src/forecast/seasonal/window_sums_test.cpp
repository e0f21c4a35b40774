#include "shelduck/forecast/seasonal/window_sums.hpp"

#include <gtest/gtest.h>

#include <random>

namespace shelduck::forecast {
namespace {

double window_sum_by_itself(std::span<const double> values, std::span<const double> weights) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * values[i];
  return sum;
}

TEST(WindowSums, AreThoseOfPlainLoopsBitForBit) {
  std::mt19937 generator{3};
  std::normal_distribution<double> noise{5, 1};
  for (const std::size_t window : {1U, 2U, 7U, 13U}) {
    std::vector<double> weights(window);
    for (double& weight : weights) weight = noise(generator);
    for (std::size_t n = window; n < window + 30; ++n) {
      std::vector<double> values(n);
      for (double& value : values) value = noise(generator);
      const std::vector<double> sums = window_sums(values, weights);
      ASSERT_EQ(sums.size(), n - window + 1);
      for (std::size_t t = 0; t < sums.size(); ++t) {
        EXPECT_EQ(sums[t], window_sum_by_itself(std::span{values}.subspan(t), weights));
      }
    }
  }
}

TEST(WindowSums, OfNoWholeWindowAreNone) {
  const std::vector<double> three{1, 2, 3};
  EXPECT_TRUE(window_sums({}, three).empty());
  EXPECT_TRUE(window_sums(std::span{three}.first(2), three).empty());
  EXPECT_TRUE(window_sums(three, {}).empty());
  EXPECT_EQ(window_sums(three, three), std::vector<double>{14});
}

}  // namespace
}  // namespace shelduck::forecast
