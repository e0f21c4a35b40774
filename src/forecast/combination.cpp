#include "shelduck/forecast/combination.hpp"

#include <algorithm>

namespace shelduck::forecast {
namespace {

double mean_deviation(std::span<const Path> paths, std::size_t step) {
  double sum = 0;
  double count = 0;
  for (const Path& path : paths) {
    if (path.deviations.empty()) continue;
    sum += path.deviations[step];
    ++count;
  }
  return sum / count;
}

}  // namespace

double trimmed_mean(std::span<double> values) {
  std::ranges::sort(values);
  const auto kept = values.size() > 2 ? values.subspan(1, values.size() - 2) : values;
  double sum = 0;
  for (const double value : kept) sum += value;
  return sum / static_cast<double>(kept.size());
}

Path combined(std::span<const Path> paths) {
  if (paths.size() == 1) return paths.front();
  const bool is_deviating =
      std::ranges::any_of(paths, [](const Path& path) { return !path.deviations.empty(); });
  Path result;
  std::vector<double> points;
  for (std::size_t h = 0; h < paths.front().points.size(); ++h) {
    points.clear();
    for (const Path& path : paths) points.push_back(path.points[h]);
    result.points.push_back(trimmed_mean(points));
    if (is_deviating) result.deviations.push_back(mean_deviation(paths, h));
  }
  return result;
}

}  // namespace shelduck::forecast
