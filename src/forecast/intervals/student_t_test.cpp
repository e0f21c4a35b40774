#include "shelduck/forecast/intervals/student_t.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// Two-sided values of printed tables (Abramowitz and Stegun, table 26.10).
TEST(StudentT, GivesTheValuesOfTheTable) {
  EXPECT_NEAR(student_t_radius(0.95, 1), 12.706, 5e-4);
  EXPECT_NEAR(student_t_radius(0.9, 5), 2.015, 5e-4);
  EXPECT_NEAR(student_t_radius(0.99, 30), 2.750, 5e-4);
  EXPECT_NEAR(student_t_radius(0.95, 120), 1.980, 5e-4);
}

// With one degree of freedom |t| < x has the probability 2 atan(x) / pi, with two x / sqrt(2 +
// x^2).
TEST(StudentT, AgreesWithClosedForms) {
  for (const double level : {0.01, 0.5, 0.8, 0.9, 0.999}) {
    EXPECT_NEAR(2 * std::atan(student_t_radius(level, 1)) / std::acos(-1.0), level, 1e-9);
    const double x = student_t_radius(level, 2);
    EXPECT_NEAR(x / std::sqrt(2 + x * x), level, 1e-9);
  }
}

TEST(StudentT, ComesCloseToTheNormalDistribution) {
  EXPECT_NEAR(student_t_radius(0.95, 1'000'000), 1.959964, 1e-5);
}

TEST(StudentT, RefusesWhatHasNoRadius) {
  EXPECT_THROW(static_cast<void>(student_t_radius(1, 5)), Error);
  EXPECT_THROW(static_cast<void>(student_t_radius(0.9, 0)), Error);
}

}  // namespace
}  // namespace shelduck::forecast
