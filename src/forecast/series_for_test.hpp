// Series and measures that the tests of several models share.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"

namespace shelduck::forecast {

// A level that drifts and wanders, seen through noise.
[[nodiscard]] inline std::vector<double> drifting_series(std::size_t n, unsigned seed,
                                                         double drift = 0.6) {
  std::mt19937 generator{seed};
  std::normal_distribution<double> noise;
  std::vector<double> values;
  double level = 80;
  for (std::size_t t = 0; t < n; ++t) {
    level += drift + 0.7 * noise(generator);
    values.push_back(level + 2 * noise(generator));
  }
  return values;
}

// The wave of a season, from -1 to 1.
[[nodiscard]] inline double season_wave(std::size_t t, std::size_t period) {
  const double phase = static_cast<double>(t % period) / static_cast<double>(period);
  return std::sin(2 * 3.14159265358979 * phase);
}

// The mean |y_t - y_(t-m)|, m the period, or 1 where that is none.
[[nodiscard]] inline double difference_scale(const std::vector<double>& values,
                                             std::size_t period = 1) {
  const std::size_t m = period > 1 && period < values.size() ? period : 1;
  double sum = 0;
  for (std::size_t t = m; t < values.size(); ++t) sum += std::abs(values[t] - values[t - m]);
  return sum / static_cast<double>(values.size() - m);
}

[[nodiscard]] inline std::vector<std::vector<double>> degenerate_series() {
  std::vector<double> giant(30, 5.0);
  giant[17] = 1e150;
  std::vector<double> first(30, 5.0);
  first[0] = -1e150;
  return {std::vector<double>(24, 0.0), std::vector<double>(24, 4.1),
          std::vector<double>(24, -3e-200), giant, first};
}

// A hundred values more than an iterative model uses, which differ from all the others.
[[nodiscard]] inline std::vector<double> longer_than_used() {
  std::vector<double> values(kIterativeValuesMax + 100, 1e6);
  for (std::size_t t = 100; t < values.size(); ++t) values[t] = static_cast<double>(t % 7);
  return values;
}

inline void expect_finite(const Path& path) {
  for (std::size_t h = 0; h < path.points.size(); ++h) {
    EXPECT_TRUE(std::isfinite(path.points[h]));
    EXPECT_TRUE(path.deviations.empty() || std::isfinite(path.deviations[h]));
  }
}

// 20,000 continuations with errors of standard deviation s times what `size_of` says of the state:
// the relative error of a standard deviation from so many is 1 / sqrt(40,000), and four of them are
// allowed.
template <class Model, class SizeOf>
void expect_simulated_deviations(const Model& model, double s, const SizeOf& size_of) {
  constexpr std::size_t kContinuations = 20'000;
  constexpr std::size_t kAhead = 6;
  const Path path = forecast(model, kAhead);
  std::mt19937 generator{1};
  std::normal_distribution<double> noise{0, s};
  std::array<double, kAhead> squares{};
  for (std::size_t run = 0; run < kContinuations; ++run) {
    Model ahead = model;
    for (std::size_t h = 0; h < kAhead; ++h) {
      const double value = ahead.next() + noise(generator) * size_of(ahead);
      squares.at(h) += (value - path.points[h]) * (value - path.points[h]);
      ahead.absorb(value);
    }
  }
  for (std::size_t h = 0; h < kAhead; ++h) {
    const double simulated = std::sqrt(squares.at(h) / kContinuations);
    EXPECT_NEAR(path.deviations[h] / simulated, 1, 0.02) << "step " << h + 1;
  }
}

}  // namespace shelduck::forecast
