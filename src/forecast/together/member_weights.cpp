#include "shelduck/forecast/together/member_weights.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace shelduck::forecast {
namespace {

// Of members i < j: (0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3).
std::size_t pair_of(std::size_t i, std::size_t j) {
  return i * (2 * kTogetherMembers - i - 1) / 2 + (j - i - 1);
}

}  // namespace

void MemberWeights::add(const OfMembers& errors) {
  origins_ = kErrorFading * origins_ + 1;
  squared_origins_ = kErrorFading * kErrorFading * squared_origins_ + 1;
  std::size_t pair = 0;
  for (std::size_t i = 0; i < kTogetherMembers; ++i) {
    for (std::size_t j = i + 1; j < kTogetherMembers; ++j, ++pair) {
      const double apart = errors[i] - errors[j];
      sums_[pair] = kErrorFading * sums_[pair] + apart;
      squares_[pair] = kErrorFading * squares_[pair] + apart * apart;
    }
  }
}

double MemberWeights::behind(std::size_t best, std::size_t other) const {
  const std::size_t pair = pair_of(std::min(best, other), std::max(best, other));
  const double mean = std::abs(sums_[pair]) / origins_;
  const double variance = squares_[pair] / origins_ - mean * mean;
  const double origins = origins_ * origins_ / squared_origins_;
  const double error = std::sqrt(std::max(0.0, variance) / std::max(1.0, origins - 1));
  if (error > 0) return mean / error;
  return mean > 0 ? std::numeric_limits<double>::infinity() : 0;
}

OfMembers MemberWeights::shares() const {
  OfMembers shares;
  shares.fill(1.0 / kTogetherMembers);
  if (!(origins_ > 0)) return shares;
  std::size_t best = 0;
  for (std::size_t k = 1; k < kTogetherMembers; ++k) {
    const double ahead_of_first = sums_[pair_of(0, k)];
    if (ahead_of_first > (best == 0 ? 0 : sums_[pair_of(0, best)])) best = k;
  }
  double sum = 0;
  for (std::size_t k = 0; k < kTogetherMembers; ++k) {
    shares[k] = k == best ? 1 : std::exp(-kDoubt * behind(best, k));
    sum += shares[k];
  }
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace shelduck::forecast
