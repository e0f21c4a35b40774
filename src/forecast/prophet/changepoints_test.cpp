#include "shelduck/forecast/prophet/changepoints.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace shelduck::forecast {
namespace {

using Places = std::vector<std::size_t>;

// By numpy: linspace(0, 79, 26).round()[1:].
TEST(Changepoints, AreSpreadOverTheFirstFourFifths) {
  EXPECT_EQ(changepoints_of(100, 25), (Places{3,  6,  9,  13, 16, 19, 22, 25, 28, 32, 35, 38, 41,
                                              44, 47, 51, 54, 57, 60, 63, 66, 70, 73, 76, 79}));
}

TEST(Changepoints, AreAllTheStepsWhereThoseAreFew) {
  EXPECT_EQ(changepoints_of(14, 25), (Places{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(changepoints_of(5, 25), (Places{1, 2, 3}));
  EXPECT_EQ(changepoints_of(3, 25), (Places{1}));
  EXPECT_EQ(changepoints_of(2, 25), Places{});
  EXPECT_EQ(changepoints_of(0, 25), Places{});
}

TEST(Changepoints, AreNoMoreThanAskedFor) {
  EXPECT_EQ(changepoints_of(100, 2), (Places{40, 79}));  // 39.5 goes to the even neighbour
  EXPECT_EQ(changepoints_of(100, 0), Places{});
}

}  // namespace
}  // namespace shelduck::forecast
