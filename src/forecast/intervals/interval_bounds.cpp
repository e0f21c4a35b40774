#include "shelduck/forecast/intervals/interval_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "shelduck/forecast/conformal.hpp"
#include "shelduck/forecast/intervals/student_t.hpp"

namespace shelduck::forecast {
namespace {

// Half the widths of one level, by step.
std::vector<double> half_widths(const IntervalEvidence& own, const PooledScores& others,
                                double level, std::span<const std::optional<double>> radii) {
  const PooledScores pooled = others.of_period(own.period);
  std::vector<double> widths;
  std::optional<double> student;  // costly, and the same at every step
  // Of the step, or of the last one before it that has scores enough: units grow with the step.
  std::optional<double> pool;
  for (std::size_t h = 0; h < radii.size(); ++h) {
    if (const auto radius = pooled.radius(h, level)) pool = radius;
    if (!pool && !student) student = student_t_radius(level, own.degrees);
    if (!pool) {
      widths.push_back(*student * own.deviations[h]);
      continue;
    }
    const double evidence =
        radii[h] ? static_cast<double>(own.counts[h]) / static_cast<double>(h + 1) : 0;
    const double weight = evidence / (evidence + kOwnEvidence);
    widths.push_back((weight * radii[h].value_or(0) + (1 - weight) * *pool) * own.units[h]);
  }
  return widths;
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
                       .need = scores.need,
                       .period = scores.period,
                       .response = scores.response};
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
    const std::vector<double> widths = half_widths(own, pooled, levels[i], own.radii[i]);
    for (std::size_t h = 0; h < points.size(); ++h) {
      reach[h] = std::max(reach[h], widths[h]);
      const double centre = own.response.to_scale(points[h]);
      const auto bound = [&](double z) {
        const double y = own.response.from_scale(z);
        return sign == Sign::any ? y : std::max(0.0, y);
      };
      bounds[i].lower.push_back(bound(centre - reach[h]));
      bounds[i].upper.push_back(bound(centre + reach[h]));
    }
  }
  return bounds;
}

}  // namespace shelduck::forecast
