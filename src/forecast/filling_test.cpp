#include "shelduck/forecast/filling.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
using Row = std::vector<double>;
const Row kHoles{kGap, 2, kGap, kGap, 8, kGap};

// Expected numbers: by hand from the rules of the header.
TEST(Filling, FollowsEachRule) {
  EXPECT_EQ(filled(kHoles, Fill::forward), (Row{2, 2, 2, 2, 8, 8}));
  EXPECT_EQ(filled(kHoles, Fill::backward), (Row{2, 2, 8, 8, 8, 8}));
  EXPECT_EQ(filled(kHoles, Fill::linear), (Row{2, 2, 4, 6, 8, 8}));
  EXPECT_EQ(filled(kHoles, Fill::mean), (Row{5, 2, 5, 5, 8, 5}));
  EXPECT_EQ(filled(kHoles, Fill::zero), (Row{0, 2, 0, 0, 8, 0}));
}

TEST(Filling, LeavesMissingValuesWhereNothingIsAsked) {
  const Row same = filled(kHoles, Fill::none);
  EXPECT_TRUE(std::isnan(same[0]) && std::isnan(same[2]) && std::isnan(same[5]));
  EXPECT_EQ(same[4], 8);
}

TEST(Filling, RefusesWhatItCannotFill) {
  EXPECT_TRUE(filled(Row{}, Fill::linear).empty());
  EXPECT_EQ(filled(Row{kGap, kGap}, Fill::zero), (Row{0, 0}));
  EXPECT_THROW((void)filled(Row{kGap, kGap}, Fill::mean), Error);
  const double infinite = std::numeric_limits<double>::infinity();
  try {
    (void)filled(Row{1, infinite}, Fill::none);
    FAIL() << "an infinite value was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "values[1]");
  }
}

TEST(Filling, CutsTheStartOnly) {
  EXPECT_EQ(from_first_known(kHoles).size(), 5U);
  EXPECT_EQ(from_first_known(kHoles).front(), 2);
  EXPECT_TRUE(from_first_known(Row{kGap}).empty());
}

}  // namespace
}  // namespace shelduck::forecast
