#include "shelduck/forecast/combination.hpp"

#include <gtest/gtest.h>

#include <array>

namespace shelduck::forecast {
namespace {

TEST(Combination, LeavesTheLowestAndTheHighestOut) {
  std::vector<double> three{5, -100, 3};
  std::vector<double> five{9, 1e300, 1, 4, 2};
  std::vector<double> two{1, 4};
  EXPECT_EQ(trimmed_mean(three), 3);
  EXPECT_EQ(trimmed_mean(five), 5);  // of 2, 4 and 9
  EXPECT_EQ(trimmed_mean(two), 2.5);
}

TEST(Combination, IsMadeAtEachStepAndOfTheDeviationsThatAreStated) {
  const std::array<Path, 3> paths{Path{.points = {1, 20}, .deviations = {2, 4}},
                                  Path{.points = {2, 10}},
                                  Path{.points = {9, 15}, .deviations = {4, 10}}};
  const Path path = combined(paths);
  EXPECT_EQ(path.points, (std::vector<double>{2, 15}));
  EXPECT_EQ(path.deviations, (std::vector<double>{3, 7}));
}

TEST(Combination, StatesNoDeviationWhereNoMemberDoes) {
  const std::array<Path, 2> paths{Path{.points = {1}}, Path{.points = {2}}};
  EXPECT_EQ(combined(paths).points, std::vector<double>{1.5});
  EXPECT_TRUE(combined(paths).deviations.empty());
}

}  // namespace
}  // namespace shelduck::forecast
