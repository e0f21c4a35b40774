#include "shelduck/forecast/seasonal/lagged_products.hpp"

#include <algorithm>
#include <array>

#include "shelduck/forecast/seasonal/number_pair.hpp"

namespace shelduck::forecast {
namespace {

// So many registers hide that a sum waits for the one before.
constexpr std::size_t kLagPairs = 8;
constexpr std::size_t kLagsAtOnce = 2 * kLagPairs;

// Of the lags from `first` on. `reversed` has the values with the newest first, and zeros behind
// the oldest.
std::array<NumberPair, kLagPairs> products_from(std::size_t first, std::span<const double> values,
                                                std::span<const double> reversed) {
  std::array<NumberPair, kLagPairs> sums{};
  const std::size_t last = values.size() - 1;
  for (std::size_t t = first; t < values.size(); ++t) {
    const double* before = &reversed[last - t + first];
    const NumberPair value{values[t], values[t]};
    for (std::size_t k = 0; k < kLagPairs; ++k) sums[k] += value * pair_at(before + 2 * k);
  }
  return sums;
}

}  // namespace

std::vector<double> lagged_products(std::span<const double> values, std::size_t lags) {
  const std::size_t count = std::min(lags + 1, values.size());
  std::vector<double> reversed{values.rbegin(), values.rend()};
  reversed.resize(values.size() + kLagsAtOnce);
  std::vector<double> products;
  for (std::size_t first = 0; first < count; first += kLagsAtOnce) {
    const auto sums = products_from(first, values, reversed);
    for (std::size_t k = 0; k < std::min(kLagsAtOnce, count - first); ++k) {
      products.push_back(sums[k / 2][k % 2]);
    }
  }
  return products;
}

}  // namespace shelduck::forecast
