#include "shelduck/forecast/response.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace shelduck::forecast {
namespace {

TEST(Response, IsThePlainLogOfPositiveValues) {
  const std::array values{12.0, 3.0, 40.0};
  const Response response = natural_response(values);
  EXPECT_EQ(response.kind, ResponseKind::log);
  EXPECT_EQ(response.offset, 0);
  EXPECT_EQ(response.unit, 8);  // the power of two below 12
  EXPECT_DOUBLE_EQ(response.to_scale(24), std::log(3.0));
  EXPECT_DOUBLE_EQ(response.from_scale(std::log(3.0)), 24);
}

TEST(Response, GetsAnOffsetWithTheFirstZero) {
  const std::array values{0.0, 12.0, 3.0};
  const Response response = natural_response(values);
  EXPECT_EQ(response.offset, 3);  // a quarter of 12
  EXPECT_EQ(natural_response(std::array{12.0, 0.0, 5.0}).offset, 3);
  EXPECT_DOUBLE_EQ(response.from_scale(response.to_scale(0)), 0);
  EXPECT_EQ(response.from_scale(-50), 0);
  const std::array zeros{0.0, 0.0};
  EXPECT_EQ(natural_response(zeros).to_scale(0), 0);
}

TEST(Response, FollowsEveryFactorOfTheData) {
  for (const double factor : {3.0, 0.1, 1e100, 7e-90}) {
    const std::array values{0.0, 12 * factor, 0.7 * factor, 40 * factor};
    const Response response = natural_response(values);
    EXPECT_DOUBLE_EQ(response.offset, 0.375 * factor) << factor;
  }
  // Also where no double lies between.
  const std::array far{0.0, 1e150, 1e-310};
  EXPECT_GT(natural_response(far).offset, 0);
  EXPECT_LE(natural_response(far).offset, 1e-310);
}

TEST(Response, IsIdentityOnceAValueIsNegative) {
  const std::array values{5.0, -1.0, 2.0};
  const Response response = natural_response(values);
  EXPECT_EQ(response.kind, ResponseKind::identity);
  EXPECT_EQ(response.from_scale(response.to_scale(-7)), -7);
}

TEST(Response, StaysFiniteHoweverFarAModelExtrapolates) {
  EXPECT_TRUE(std::isfinite(Response{.kind = ResponseKind::log}.from_scale(1e6)));
  EXPECT_TRUE(std::isfinite(Response{.unit = 1e300}.from_scale(-1e300)));
}

}  // namespace
}  // namespace shelduck::forecast
