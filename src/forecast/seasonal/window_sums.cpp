#include "shelduck/forecast/seasonal/window_sums.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "shelduck/forecast/seasonal/number_pair.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kPlacePairs = 4;
constexpr std::size_t kPlacesAtOnce = 2 * kPlacePairs;

std::array<NumberPair, kPlacePairs> sums_from(const double* values,
                                              std::span<const double> weights) {
  std::array<NumberPair, kPlacePairs> sums{};
  for (const double weight : weights) {
    const NumberPair both{weight, weight};
    for (std::size_t k = 0; k < kPlacePairs; ++k) sums[k] += both * pair_at(values + 2 * k);
    ++values;
  }
  return sums;
}

double sum_from(const double* values, std::span<const double> weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight * *values++;
  return sum;
}

}  // namespace

std::vector<double> window_sums(std::span<const double> values, std::span<const double> weights) {
  if (weights.empty() || weights.size() > values.size()) return {};
  std::vector<double> result(values.size() - weights.size() + 1);
  std::size_t t = 0;
  for (; t + kPlacesAtOnce <= result.size(); t += kPlacesAtOnce) {
    const auto sums = sums_from(&values[t], weights);
    for (std::size_t k = 0; k < kPlacesAtOnce; ++k) result[t + k] = sums[k / 2][k % 2];
  }
  for (; t < result.size(); ++t) result[t] = sum_from(&values[t], weights);
  return result;
}

}  // namespace shelduck::forecast
