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
  EXPECT_EQ(response.offset, 2);  // the power of two below 3
  EXPECT_DOUBLE_EQ(response.from_scale(response.to_scale(0)), 0);
  EXPECT_EQ(response.from_scale(-50), 0);
  const std::array zeros{0.0, 0.0};
  EXPECT_EQ(natural_response(zeros).to_scale(0), 0);
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
