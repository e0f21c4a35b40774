#include "shelduck/forecast/intermittent/croston.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

using Demand = std::vector<double>;

// By hand. First demand: size 6 after 2 steps. Second, with weight 1/2: 6 + (3 - 6) / 2 = 4.5 and
// 2 + (3 - 2) / 2 = 2.5. The point is 0.85 times size over interval: 2.55, then 1.53. So the errors
// from the second value on are 6, -2.55, -2.55, 3 - 2.55, -1.53.
TEST(Croston, FollowsItsRecursion) {
  const Demand values{0, 6, 0, 0, 3, 0};
  const CrostonModel model = fit_croston(values);
  EXPECT_DOUBLE_EQ(model.size, 4.5);
  EXPECT_DOUBLE_EQ(model.interval, 2.5);
  EXPECT_EQ(model.waiting, 2U);
  const Path path = forecast(model, 3);
  const double squares = 36 + 2 * 2.55 * 2.55 + 0.45 * 0.45 + 1.53 * 1.53;
  for (std::size_t h = 0; h < 3; ++h) {
    EXPECT_DOUBLE_EQ(path.points[h], 1.53);
    EXPECT_DOUBLE_EQ(path.deviations[h], std::sqrt(squares / 3));  // five errors, two averages
  }
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 1U);
  const Demand expected{6, -2.55, -2.55, 0.45, -1.53};
  ASSERT_EQ(past.errors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(past.errors[i], expected[i], 1e-14);
  }
}

// By hand: the mean of three demands is 1, the fourth weighs 0.3: 1 + 0.3 (5 - 1) = 2.2.
TEST(Croston, SettlesIntoSmoothing) {
  const CrostonModel model = fit_croston(Demand{1, 1, 1, 5});
  EXPECT_DOUBLE_EQ(model.size, 2.2);
  EXPECT_EQ(model.interval, 1);
  EXPECT_DOUBLE_EQ(model.next(), 0.85 * 2.2);
}

// Expected numbers: the averages as weighted sums, the k-th value with max(0.3, 1/k) times the rest
// that each later one leaves; Python 3.
TEST(Croston, EqualsTheWeightedSums) {
  const CrostonModel model =
      fit_croston(Demand{0, 0, 4, 0, 7, 0, 0, 0, 1, 2, 0, 0, 9, 0, 0, 3, 0, 0, 0, 0, 5, 1, 0, 0});
  EXPECT_NEAR(model.size, 3.5334399999999997, 1e-13);
  EXPECT_NEAR(model.interval, 2.6759399999999998, 1e-13);
  EXPECT_NEAR(model.next(), 1.1223809203494848, 1e-13);
}

TEST(Croston, StaysAtZeroWithoutADemand) {
  const Path path = forecast(fit_croston(Demand(9, 0.0)), 2);
  EXPECT_EQ(path.points, Demand(2, 0.0));
  EXPECT_EQ(path.deviations, Demand(2, 0.0));
}

TEST(Croston, KnowsFromOneDemandItsSizeAndTheWayToIt) {
  EXPECT_DOUBLE_EQ(fit_croston(Demand{0, 0, 6}).next(), 0.85 * 2);
  const Path path = forecast(fit_croston(Demand{6}), 1);
  EXPECT_DOUBLE_EQ(path.points[0], 0.85 * 6);
  EXPECT_TRUE(path.deviations.empty()) << "no error is known";
}

TEST(Croston, IsNotChangedByZeros) {
  EXPECT_EQ(fit_croston(Demand{0, 4, 0, 4, 0, 0, 0, 0}).next(),
            fit_croston(Demand{0, 4, 0, 4}).next());
}

// By hand: a size of -4 after 2 steps.
TEST(Croston, TakesANegativeValueAsADemand) {
  EXPECT_DOUBLE_EQ(fit_croston(Demand{0, -4}).next(), 0.85 * -2);
}

TEST(Croston, NeedsAValue) { EXPECT_THROW((void)fit_croston({}), Error); }

}  // namespace
}  // namespace shelduck::forecast
