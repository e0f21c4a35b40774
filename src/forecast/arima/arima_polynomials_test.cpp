#include "shelduck/forecast/arima/arima_polynomials.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <string>

namespace shelduck::forecast {
namespace {

std::map<std::size_t, double> weights_by_lag(const ArimaTerms<double>& terms) {
  std::map<std::size_t, double> weights;
  for (std::size_t i = 0; i < terms.count; ++i) weights[terms.lags[i]] += terms.weights[i];
  return weights;
}

// By hand: 0.5 and -0.2 give 0.5 + 0.2 x 0.5 = 0.6 and -0.2.
TEST(ArimaPolynomials, ComeFromPartialAutocorrelations) {
  const ArimaFactor factor = factor_of_partials(std::array{0.5, -0.2});
  EXPECT_EQ(factor.degree, 2U);
  EXPECT_DOUBLE_EQ(factor.weights[0], 0.6);
  EXPECT_DOUBLE_EQ(factor.weights[1], -0.2);
  EXPECT_EQ(factor_of_partials({}).degree, 0U);
}

// 1 - 2 r cos(w) B + r^2 B^2 has two roots of modulus 1 / r, 1 - c B one of modulus 1 / |c|; and
// (1 - c B)(1 - 0.5 B)(1 + 0.5 B) has the smallest at 1 / |c|.
TEST(ArimaPolynomials, KnowTheModulusOfTheirRoots) {
  for (const double modulus : {1.005, 1.02, 1.3, 4.0}) {
    const double r = 1 / modulus;
    const std::array<ArimaFactor, 4> factors{
        ArimaFactor{.weights = {r}, .degree = 1}, ArimaFactor{.weights = {-r}, .degree = 1},
        ArimaFactor{.weights = {2 * r * std::cos(2.0), -r * r}, .degree = 2},
        ArimaFactor{.weights = {r, 0.25, -0.25 * r}, .degree = 3}};
    for (std::size_t i = 0; i < factors.size(); ++i) {
      const double smallest = i == 3 ? std::min(modulus, 2.0) : modulus;
      EXPECT_TRUE(has_roots_beyond(factors.at(i), smallest - 1e-6)) << i << " " << modulus;
      EXPECT_FALSE(has_roots_beyond(factors.at(i), smallest + 1e-6)) << i << " " << modulus;
    }
  }
  EXPECT_TRUE(has_roots_beyond({}, 1e9));
}

// By hand: (1 - 0.5 B + 0.1 B^2)(1 - 0.4 B^4).
TEST(ArimaPolynomials, MultiplyTheirFactors) {
  const ArimaTerms<double> terms =
      arima_terms({.weights = {0.5, -0.1}, .degree = 2}, {.weights = {0.4}, .degree = 1}, 4);
  const std::map<std::size_t, double> expected{{1, 0.5}, {2, -0.1}, {4, 0.4}, {5, -0.2}, {6, 0.04}};
  const auto weights = weights_by_lag(terms);
  ASSERT_EQ(weights.size(), expected.size());
  for (const auto& [lag, weight] : expected) EXPECT_DOUBLE_EQ(weights.at(lag), weight) << lag;
  EXPECT_EQ(terms.longest, 6U);
}

// By hand: (1 - B)^2 (1 - B^4) = 1 - 2 B + B^2 - B^4 + 2 B^5 - B^6.
TEST(ArimaPolynomials, MultiplyDifferences) {
  const std::map<std::size_t, double> expected{{1, 2}, {2, -1}, {4, 1}, {5, -2}, {6, 1}};
  EXPECT_EQ(weights_by_lag(difference_terms({.d = 2, .D = 1}, 4)), expected);
  EXPECT_EQ(difference_terms({}, 4).count, 0U);
}

TEST(ArimaOrders, SayTheirName) {
  EXPECT_EQ(to_string({.p = 1, .d = 1, .q = 2}, 1), "(1,1,2)");
  EXPECT_EQ(to_string({.q = 1, .P = 2, .D = 1, .constant = true}, 12),
            "(0,0,1)(2,1,0)12 with constant");
}

}  // namespace
}  // namespace shelduck::forecast
