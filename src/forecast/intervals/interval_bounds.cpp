#include "shelduck/forecast/intervals/interval_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "shelduck/forecast/conformal.hpp"
#include "shelduck/forecast/intervals/student_t.hpp"

namespace shelduck::forecast {
namespace {

// Half the width of one level at one step, in units of the series.
double half_width(const IntervalEvidence& own, const PooledScores& pooled, double level,
                  std::size_t step, std::optional<double> own_radius) {
  const auto pool = pooled.radius(step, level);
  if (!pool) return student_t_radius(level, own.degrees) * own.deviations[step];
  const double evidence =
      own_radius ? static_cast<double>(own.counts[step]) / static_cast<double>(step + 1) : 0;
  const double weight = evidence / (evidence + kOwnEvidence);
  return (weight * own_radius.value_or(0) + (1 - weight) * *pool) * own.units[step];
}

// Where each level stands when they are sorted.
std::vector<std::size_t> ascending(std::span<const double> levels) {
  std::vector<std::size_t> order(levels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return levels[i]; });
  return order;
}

}  // namespace

IntervalEvidence evidence_of(const OriginScores& scores, std::span<const double> levels) {
  IntervalEvidence own{.units = scores.units,
                       .deviations = scores.deviations,
                       .degrees = scores.degrees,
                       .need = scores.need};
  for (const auto& of_step : scores.by_step) own.counts.push_back(of_step.size());
  for (const double level : levels) {
    auto& radii = own.radii.emplace_back();
    for (const auto& of_step : scores.by_step) radii.push_back(conformal_radius(of_step, level));
  }
  return own;
}

std::vector<LevelBounds> bounds_of(std::span<const double> points, const IntervalEvidence& own,
                                   const PooledScores& pooled, std::span<const double> levels,
                                   Sign sign) {
  std::vector<LevelBounds> bounds;
  for (const double level : levels) bounds.push_back({.level = level});
  if (own.units.empty() || own.degrees == 0) return bounds;
  std::vector<double> reach(points.size(), 0.0);  // of the next lower level
  for (const std::size_t i : ascending(levels)) {
    for (std::size_t h = 0; h < points.size(); ++h) {
      reach[h] = std::max(reach[h], half_width(own, pooled, levels[i], h, own.radii[i][h]));
      const auto clipped = [&](double y) { return sign == Sign::any ? y : std::max(0.0, y); };
      bounds[i].lower.push_back(clipped(points[h] - reach[h]));
      bounds[i].upper.push_back(clipped(points[h] + reach[h]));
    }
  }
  return bounds;
}

}  // namespace shelduck::forecast
