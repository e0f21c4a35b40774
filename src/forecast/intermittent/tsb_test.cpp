#include "shelduck/forecast/intermittent/tsb.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

using Sales = std::vector<double>;

// By hand. The share of demands is 0, 1/2, 1/3, 1/4, 2/5, 2/6 after each value; the size 6, from
// the fifth on 6 + (3 - 6) / 2 = 4.5. So the points are 3, 2, 1.5, 1.8 and 1.5, and the errors from
// the second value on 6, -3, -2, 3 - 1.5, -1.8.
TEST(Tsb, FollowsItsRecursion) {
  const Sales values{0, 6, 0, 0, 3, 0};
  const TsbModel model = fit_tsb(values);
  EXPECT_DOUBLE_EQ(model.probability, 1.0 / 3);
  EXPECT_DOUBLE_EQ(model.size, 4.5);
  const Path path = forecast(model, 3);
  const double squares = 36 + 9 + 4 + 1.5 * 1.5 + 1.8 * 1.8;
  for (std::size_t h = 0; h < 3; ++h) {
    EXPECT_DOUBLE_EQ(path.points[h], 1.5);
    EXPECT_DOUBLE_EQ(path.deviations[h], std::sqrt(squares / 3));  // five errors, two averages
  }
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 1U);
  const Sales expected{6, -3, -2, 1.5, -1.8};
  ASSERT_EQ(past.errors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(past.errors[i], expected[i], 1e-14);
  }
}

// By hand: ten demands make the probability 1; each zero after them leaves 0.9 of it. The fourth
// size weighs 0.3: 1 + 0.3 (5 - 1) = 2.2.
TEST(Tsb, SettlesIntoSmoothing) {
  Sales values(10, 2.0);
  values.insert(values.end(), {0.0, 0.0});
  EXPECT_DOUBLE_EQ(fit_tsb(values).next(), 2 * 0.81);
  EXPECT_DOUBLE_EQ(fit_tsb(Sales{1, 1, 1, 5}).next(), 2.2);
}

// Expected numbers: the averages as weighted sums, the k-th value with max(gain, 1/k) times the
// rest that each later one leaves; Python 3.
TEST(Tsb, EqualsTheWeightedSums) {
  const TsbModel model =
      fit_tsb(Sales{0, 0, 4, 0, 7, 0, 0, 0, 1, 2, 0, 0, 9, 0, 0, 3, 0, 0, 0, 0, 5, 1, 0, 0});
  EXPECT_NEAR(model.probability, 0.31983495042884413, 1e-13);
  EXPECT_NEAR(model.next(), 1.130117607243295, 1e-13);
}

TEST(Tsb, StaysAtZeroWithoutADemand) {
  const Path path = forecast(fit_tsb(Sales(9, 0.0)), 2);
  EXPECT_EQ(path.points, Sales(2, 0.0));
  EXPECT_EQ(path.deviations, Sales(2, 0.0));
}

TEST(Tsb, KnowsFromOneDemandItsSizeAndItsShare) {
  EXPECT_DOUBLE_EQ(fit_tsb(Sales{0, 0, 6}).next(), 2);
  const Path path = forecast(fit_tsb(Sales{6}), 1);
  EXPECT_DOUBLE_EQ(path.points[0], 6);
  EXPECT_TRUE(path.deviations.empty()) << "no error is known";
}

// By hand: a size of -4 in half of the steps.
TEST(Tsb, TakesANegativeValueAsADemand) { EXPECT_DOUBLE_EQ(fit_tsb(Sales{0, -4}).next(), -2); }

TEST(Tsb, NeedsAValue) { EXPECT_THROW((void)fit_tsb({}), Error); }

}  // namespace
}  // namespace shelduck::forecast
