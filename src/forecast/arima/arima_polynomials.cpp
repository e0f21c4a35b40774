#include "shelduck/forecast/arima/arima_polynomials.hpp"

#include <algorithm>
#include <cmath>

namespace shelduck::forecast {
namespace {

ArimaFactor difference_factor(std::size_t times) {
  switch (times) {
    case 0:
      return {};
    case 1:
      return {.weights = {1}, .degree = 1};
    default:
      return {.weights = {2, -1}, .degree = 2};
  }
}

// Levinson's recursion backwards: the factor without its last partial autocorrelation.
ArimaFactor shortened(const ArimaFactor& longer) {
  ArimaFactor shorter{.degree = longer.degree - 1};
  const double partial = longer.weights[shorter.degree];
  for (std::size_t j = 0; j < shorter.degree; ++j) {
    shorter.weights[j] = (longer.weights[j] + partial * longer.weights[shorter.degree - 1 - j]) /
                         (1 - partial * partial);
  }
  return shorter;
}

}  // namespace

// Durbin and Levinson, from one degree to the next.
ArimaFactor factor_of_partials(std::span<const double> partials) {
  ArimaFactor factor;
  for (const double partial : partials) {
    const std::array<double, kArimaOrderMax> shorter = factor.weights;
    const std::size_t degree = factor.degree;
    for (std::size_t j = 0; j < degree; ++j) {
      factor.weights[j] = shorter[j] - partial * shorter[degree - 1 - j];
    }
    factor.weights[degree] = partial;
    ++factor.degree;
  }
  return factor;
}

// Roots of factor(modulus B) are those of factor(B) divided by it, and all are outside the unit
// circle if and only if all partial autocorrelations are within (-1, 1).
bool has_roots_beyond(const ArimaFactor& factor, double modulus) {
  ArimaFactor rest = factor;
  double power = 1;
  for (std::size_t j = 0; j < rest.degree; ++j) {
    power *= modulus;
    rest.weights[j] *= power;
  }
  while (rest.degree > 0) {
    if (!(std::abs(rest.weights[rest.degree - 1]) < 1)) return false;
    rest = shortened(rest);
  }
  return true;
}

ArimaTerms<double> arima_terms(const ArimaFactor& factor, const ArimaFactor& seasonal,
                               std::size_t period) {
  ArimaTerms<double> terms;
  for (std::size_t i = 0; i < factor.degree; ++i) {
    terms.add(i + 1, factor.weights[i]);
  }
  for (std::size_t j = 0; j < seasonal.degree; ++j) {
    terms.add((j + 1) * period, seasonal.weights[j]);
    for (std::size_t i = 0; i < factor.degree; ++i) {
      terms.add((j + 1) * period + i + 1, -factor.weights[i] * seasonal.weights[j]);
    }
  }
  return terms;
}

ArmaProcess<double> process_of(const ArimaFactors& factors, std::size_t period) {
  return {.ar = arima_terms(factors.ar, factors.seasonal_ar, period),
          .ma = arima_terms(factors.ma, factors.seasonal_ma, period),
          .mean = factors.mean};
}

ArimaTerms<double> difference_terms(const ArimaOrders& orders, std::size_t period) {
  return arima_terms(difference_factor(orders.d), difference_factor(orders.D), period);
}

}  // namespace shelduck::forecast
