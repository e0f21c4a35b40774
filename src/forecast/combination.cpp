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

double middle(std::span<double> values) {
  const std::size_t half = values.size() / 2;
  const auto upper = values.begin() + static_cast<std::ptrdiff_t>(half);
  std::ranges::nth_element(values, upper);
  if (values.size() % 2 == 1) return *upper;
  return *std::max_element(values.begin(), upper) / 2 + *upper / 2;
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
    result.points.push_back(middle(points));
    if (is_deviating) result.deviations.push_back(mean_deviation(paths, h));
  }
  return result;
}

}  // namespace shelduck::forecast
