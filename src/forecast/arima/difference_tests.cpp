#include "shelduck/forecast/arima/difference_tests.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace shelduck::forecast {
namespace {

// Of values of that size: a few roundings of each of the values behind a difference.
constexpr double kStill = 1e-14;

double product_at_lag(std::span<const double> values, std::size_t lag) {
  return std::inner_product(values.begin() + static_cast<std::ptrdiff_t>(lag), values.end(),
                            values.begin(), 0.0);
}

}  // namespace

double largest_magnitude(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

std::vector<double> differenced(std::span<const double> values, std::size_t times,
                                std::size_t lag) {
  std::vector<double> result{values.begin(), values.end()};
  for (std::size_t round = 0; round < times; ++round) {
    for (std::size_t t = 0; t + lag < result.size(); ++t) {
      result[t] = result[t + lag] - result[t];
    }
    result.resize(result.size() - std::min(lag, result.size()));
  }
  return result;
}

double level_statistic(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  std::vector<double> centred;
  double sum = 0;
  double squares = 0;  // of the partial sums
  for (const double value : values) {
    centred.push_back(value - mean);
    sum += centred.back();
    squares += sum * sum;
  }
  const auto lags = static_cast<std::size_t>(3 * std::sqrt(n) / 13);
  double variance = product_at_lag(centred, 0);
  for (std::size_t lag = 1; lag <= lags; ++lag) {
    const double weight = 1 - static_cast<double>(lag) / static_cast<double>(lags + 1);
    variance += 2 * weight * product_at_lag(centred, lag);
  }
  return variance > 0 ? squares / (n * variance) : 0;
}

std::size_t differences_needed(std::span<const double> values) {
  const double size = largest_magnitude(values);
  std::vector<double> left{values.begin(), values.end()};
  std::size_t taken = 0;
  while (taken < kArimaDifferencesMax && left.size() > kLeftAfterDifferences &&
         !is_still(left, size) && level_statistic(left) > kLevelStatisticMax.at(taken)) {
    left = differenced(left, 1, 1);
    ++taken;
  }
  return taken;
}

bool is_still(std::span<const double> values, double size) {
  const auto [least, most] = std::ranges::minmax_element(values);
  return values.empty() || *most - *least <= kStill * size;
}

}  // namespace shelduck::forecast
