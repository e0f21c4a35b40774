#include "shelduck/forecast/baselines/growth.hpp"

#include <algorithm>
#include <cmath>

namespace shelduck::forecast {
namespace {

constexpr double kRatioMax = 1e150;  // of the last value and the first: a guard of the logarithm

// The logarithm of the mean growth of a step. A ratio is the same in any unit, to the last bit.
double mean_growth(const DriftModel& line) {
  if (line.n < 2) return 0;
  const double ratio = std::clamp(line.last / line.first, 1 / kRatioMax, kRatioMax);
  return std::log(ratio) / static_cast<double>(line.n - 1);
}

double grown(double last, double growth, std::size_t ahead) {
  return last * std::min(kGrowthReach, std::exp(growth * static_cast<double>(ahead)));
}

}  // namespace

double GrowthModel::next() const {
  return not_positive > 0 ? line.next() : grown(line.last, mean_growth(line), 1);
}

void GrowthModel::absorb(double value) {
  if (!(value > 0)) ++not_positive;
  line.absorb(value);
}

GrowthModel fit_growth(std::span<const double> values) {
  check_length("growth", values.size(), 2);
  return absorbed(GrowthModel{}, values);
}

Path forecast(const GrowthModel& model, std::size_t horizon) {
  Path path = forecast(model.line, horizon);
  if (model.not_positive > 0) return path;
  const double growth = mean_growth(model.line);
  for (std::size_t h = 0; h < horizon; ++h) {
    path.points[h] = grown(model.line.last, growth, h + 1);
  }
  return path;
}

GrowthModel started(const GrowthModel& /*model*/) { return GrowthModel{}; }

std::size_t fitted(const GrowthModel& /*model*/) { return 1; }

OneStep one_step(const GrowthModel& model, std::span<const double> values) {
  return errors_along(started(model), values, 2);
}

}  // namespace shelduck::forecast
