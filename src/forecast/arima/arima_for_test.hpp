// What the tests of ARIMA share: an exact likelihood that knows nothing of filters.
#pragma once

#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <vector>

#include "shelduck/forecast/arima/arima_squares.hpp"

namespace shelduck::forecast {

// psi_0, psi_1, ... of a process: z_t = sum psi_j e_(t-j).
inline std::vector<double> effects_for_test(const ArmaProcess<double>& process, std::size_t count) {
  std::vector<double> effects(count);
  for (std::size_t h = 0; h < count; ++h) {
    effects[h] = h == 0 ? 1 : 0;
    for (std::size_t i = 0; i < process.ar.count; ++i) {
      if (process.ar.lags[i] <= h) {
        effects[h] += process.ar.weights[i] * effects[h - process.ar.lags[i]];
      }
    }
    for (std::size_t j = 0; j < process.ma.count; ++j) {
      if (process.ma.lags[j] == h) effects[h] -= process.ma.weights[j];
    }
  }
  return effects;
}

// gamma(h) = sum psi_j psi_(j+h), to where psi has faded.
inline std::vector<double> autocovariances_for_test(const ArmaProcess<double>& process,
                                                    std::size_t count) {
  constexpr std::size_t kFadedAfter = 20'000;
  const std::vector<double> effects = effects_for_test(process, kFadedAfter);
  std::vector<double> result(count);
  for (std::size_t h = 0; h < count; ++h) {
    for (std::size_t j = 0; j + h < kFadedAfter; ++j) result[h] += effects[j] * effects[j + h];
  }
  return result;
}

// One-step errors and their variances, from the Cholesky factor of the whole covariance matrix:
// what a value is, given those before it.
struct DenseErrors {
  std::vector<double> errors;
  std::vector<double> variances;
};

inline DenseErrors dense_errors(const ArmaProcess<double>& process,
                                std::span<const double> values) {
  const std::size_t n = values.size();
  const std::vector<double> gammas = autocovariances_for_test(process, n);
  std::vector<std::vector<double>> factor(n, std::vector<double>(n));
  std::vector<double> whitened(n);
  DenseErrors result;
  for (std::size_t t = 0; t < n; ++t) {
    double rest = values[t] - process.mean;
    for (std::size_t s = 0; s <= t; ++s) {
      double entry = gammas[t - s];
      for (std::size_t k = 0; k < s; ++k) entry -= factor[t][k] * factor[s][k];
      factor[t][s] = s == t ? std::sqrt(entry) : entry / factor[s][s];
      if (s < t) rest -= factor[t][s] * whitened[s];
    }
    whitened[t] = rest / factor[t][t];
    result.errors.push_back(rest);
    result.variances.push_back(factor[t][t] * factor[t][t]);
  }
  return result;
}

inline double dense_squares(const ArmaProcess<double>& process, std::span<const double> values) {
  const DenseErrors dense = dense_errors(process, values);
  double sum = 0;
  double logarithm = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    sum += dense.errors[t] * dense.errors[t] / dense.variances[t];
    logarithm += std::log(dense.variances[t]);
  }
  return sum * std::exp(logarithm / static_cast<double>(values.size()));
}

// Partial autocorrelations well within the walls, and a mean.
inline ArimaUnknowns any_unknowns(const ArimaOrders& orders, unsigned seed) {
  std::mt19937 generator{seed};
  std::uniform_real_distribution<double> partial{-0.8, 0.8};
  ArimaUnknowns at{};
  for (std::size_t i = 0; i < arima_parameters(orders); ++i) at.at(i) = partial(generator);
  return at;
}

inline std::vector<double> noise_for_test(std::size_t n, unsigned seed) {
  std::mt19937 generator{seed};
  std::normal_distribution<double> noise;
  std::vector<double> values;
  for (std::size_t t = 0; t < n; ++t) values.push_back(noise(generator));
  return values;
}

}  // namespace shelduck::forecast
