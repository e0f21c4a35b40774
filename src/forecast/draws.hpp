// Deterministic draws of uniform and normal numbers: the same bits on every machine and compiler,
// which the distributions of <random> do not promise.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace shelduck::forecast {

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : engine_(seed) {}

  // In (0, 1), both excluded: 53 bits and a half.
  [[nodiscard]] double uniform() {
    constexpr double kStep = 1.0 / 9007199254740992.0;  // 2^-53
    return (static_cast<double>(engine_() >> 11U) + 0.5) * kStep;
  }

  // Box and Muller 1958, one of the pair.
  [[nodiscard]] double normal() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::mt19937_64 engine_;
};

// The standard normal distribution function.
[[nodiscard]] inline double normal_probability(double z) {
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

}  // namespace shelduck::forecast
