#include "shelduck/forecast/intervals/origin_scores.hpp"

#include <algorithm>
#include <cmath>

namespace shelduck::forecast {
namespace {

constexpr double kFloorShare = 1e-9;
constexpr double kFading = 0.9;  // of the weight of a difference, a step
// Before so many seasonal differences are known an origin has no measure.
constexpr std::size_t kDifferencesMin = 3;

double mean_size(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += std::abs(value) / static_cast<double>(values.size());
  return sum;
}

// Of every origin 0..n; 0 before the first difference.
std::vector<double> mean_differences(std::span<const double> values, std::size_t period) {
  std::vector<double> means(values.size() + 1, 0.0);
  double sum = 0;
  double weights = 0;
  for (std::size_t t = period; t < values.size(); ++t) {
    sum = kFading * sum + std::abs(values[t] - values[t - period]);
    weights = kFading * weights + 1;
    means[t + 1] = sum / weights;
  }
  return means;
}

ErrorSum one_step_errors(const TrainedRegular& model, std::span<const double> values) {
  ErrorSum sum;
  for (const double error : one_step(model, values).errors) sum.add(error);
  return sum;
}

class Units {
 public:
  Units(const TrainedRegular& model, std::span<const double> values)
      : period_(model.period > 1 && values.size() > model.period + kDifferencesMin ? model.period
                                                                                   : 1),
        differences_(mean_differences(values, period_)),
        floor_(kFloorShare * mean_size(values)),
        errors_(one_step_errors(model, values)),
        fitted_(fitted(model)) {}

  [[nodiscard]] std::size_t missing() const { return fitted_ + 1 - errors_.count; }
  [[nodiscard]] std::size_t degrees() const {
    return errors_.count > fitted_ ? errors_.count - fitted_ : 0;
  }

  [[nodiscard]] std::size_t first_origin() const { return period_ + kDifferencesMin; }

  // Nothing where neither the model nor its errors tell.
  [[nodiscard]] std::vector<double> deviations(const Path& path) const {
    const auto residual = errors_.deviation(fitted_);
    if (path.deviations.empty() && !residual) return {};
    std::vector<double> result(path.points.size());
    for (std::size_t h = 0; h < result.size(); ++h) {
      result[h] = path.deviations.empty() ? *residual * std::sqrt(static_cast<double>(h + 1))
                                          : path.deviations[h];
    }
    return result;
  }

  // Where nothing has moved yet, or nothing was missed, an error has no measure.
  [[nodiscard]] bool measures(double deviation, std::size_t origin) const {
    return deviation > floor_ && differences_[origin] > floor_;
  }

  [[nodiscard]] double unit(double deviation, std::size_t origin) const {
    return std::sqrt(floored(deviation)) * std::sqrt(floored(differences_[origin]));
  }

 private:
  [[nodiscard]] double floored(double size) const {
    const double least = std::max(size, floor_);
    return least > 0 ? least : 1;
  }

  std::size_t period_;
  std::vector<double> differences_;
  double floor_;
  ErrorSum errors_;
  std::size_t fitted_;
};

double inflation(double n, double k) { return n > k ? std::sqrt((n + k) / (n - k)) : 1; }

}  // namespace

OriginScores origin_scores(const TrainedRegular& model, std::span<const double> values,
                           std::size_t horizon) {
  const Units units{model, values};
  const Path next = forecast(model, horizon);
  OriginScores scores{.by_step = std::vector<std::vector<double>>(horizon),
                      .targets = std::vector<std::vector<std::size_t>>(horizon)};
  scores.degrees = units.degrees();
  scores.deviations = units.deviations(next);
  if (scores.degrees == 0) scores.need = values.size() + units.missing();
  if (scores.degrees == 0 || scores.deviations.empty()) return scores;
  for (const double deviation : scores.deviations) {
    scores.units.push_back(units.unit(deviation, values.size()));
  }
  const std::size_t n = values.size();
  const std::size_t k = fitted(model);
  const double factor = inflation(static_cast<double>(n), static_cast<double>(k));
  const std::size_t newest = n - std::min(n / kNewestPart, kOriginsMax);
  const Origins origins{.first = std::max(units.first_origin(), newest), .horizon = horizon};
  for_each_origin(model, values, origins, [&](std::size_t t, const Path& path) {
    const std::vector<double> deviations = units.deviations(path);
    for (std::size_t h = 0; h < path.points.size(); ++h) {
      if (!units.measures(deviations[h], t)) continue;
      const double error = std::abs(values[t + h] - path.points[h]);
      scores.by_step[h].push_back(factor * error / units.unit(deviations[h], t));
      scores.targets[h].push_back(t + h);
    }
  });
  return scores;
}

}  // namespace shelduck::forecast
