#include "shelduck/forecast/intervals/interval_scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shelduck/forecast/accuracy.hpp"

namespace shelduck::forecast {
namespace {

// The yardstick's bounds where there are none.
LevelBounds completed(LevelBounds bounds, const LevelBounds& yardstick) {
  for (std::size_t i = 0; i < bounds.lower.size(); ++i) {
    if (!std::isnan(bounds.lower[i])) continue;
    bounds.lower[i] = yardstick.lower[i];
    bounds.upper[i] = yardstick.upper[i];
  }
  return bounds;
}

// Without the truths for which not even the yardstick has an interval.
std::vector<double> measurable(std::span<const double> truth, LevelBounds& bounds) {
  std::vector<double> result(truth.begin(), truth.end());
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!std::isnan(bounds.lower[i])) continue;
    bounds.lower[i] = bounds.upper[i] = 0;
    result[i] = std::numeric_limits<double>::quiet_NaN();
  }
  return result;
}

}  // namespace

IntervalScores::IntervalScores(double level, std::size_t horizon)
    : level_(level), scored_(horizon, 0), covered_(horizon, 0) {}

void IntervalScores::add(const ScoredTruth& known, const LevelBounds& bounds,
                         const LevelBounds& yardstick) {
  LevelBounds whole = completed(bounds, yardstick);
  const std::vector<double> truth = measurable(known.truth, whole);
  const IntervalAccuracy accuracy = interval_accuracy(
      truth, {.lower = whole.lower, .upper = whole.upper}, {.level = level_, .scale = known.scale});
  if (!accuracy.width || !accuracy.msis) return;
  std::size_t scored = 0;
  std::size_t covered = 0;
  for (std::size_t i = 0; i < known.truth.size(); ++i) {
    if (std::isnan(known.truth[i])) continue;
    const bool is_inside = known.truth[i] >= bounds.lower[i] && known.truth[i] <= bounds.upper[i];
    if (std::isnan(bounds.lower[i])) ++without_;
    ++scored;
    covered += is_inside ? 1 : 0;
    ++scored_[i % known.horizon];
    covered_[i % known.horizon] += is_inside ? 1 : 0;
  }
  const double share = static_cast<double>(covered) / static_cast<double>(scored);
  ++series_;
  poor_ += share < kPoorCoverage ? 1 : 0;
  coverage_sum_ += share;
  width_sum_ += *accuracy.width;
  msis_sum_ += *accuracy.msis;
}

std::optional<IntervalMeans> IntervalScores::means() const {
  if (series_ == 0) return std::nullopt;
  const auto n = static_cast<double>(series_);
  return IntervalMeans{.coverage = coverage_sum_ / n,
                       .width = width_sum_ / n,
                       .msis = msis_sum_ / n,
                       .share_poor = static_cast<double>(poor_) / n};
}

std::vector<std::optional<double>> IntervalScores::coverage_by_step() const {
  std::vector<std::optional<double>> shares;
  for (std::size_t h = 0; h < scored_.size(); ++h) {
    shares.push_back(scored_[h] == 0 ? std::nullopt
                                     : std::optional{static_cast<double>(covered_[h]) /
                                                     static_cast<double>(scored_[h])});
  }
  return shares;
}

}  // namespace shelduck::forecast
