#include "shelduck/forecast/intervals/score_meter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shelduck/forecast/intervals/scored_origins.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kFloorShare = 1e-9;
constexpr double kFading = 0.9;  // of the weight of a difference, a step

double mean_size(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += std::abs(value) / static_cast<double>(values.size());
  return sum;
}

// Of two positive numbers: both times 2^k give 2^k times the same bits, for odd k too, and the
// product neither overflows nor vanishes.
double geometric_mean(double a, double b) {
  const int of_a = std::ilogb(a);
  const int of_b = std::ilogb(b);
  const int whole = of_a + of_b;
  const int even = whole - (whole & 1);
  const double rest = std::scalbn(a, -of_a) * std::scalbn(b, of_a - even);
  return std::scalbn(std::sqrt(rest), even / 2);
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

std::vector<double> deviations_growing_from(double deviation, std::size_t steps) {
  std::vector<double> result(steps);
  for (std::size_t h = 0; h < steps; ++h) {
    result[h] = deviation * std::sqrt(static_cast<double>(h + 1));
  }
  return result;
}

}  // namespace

ScoreMeter::ScoreMeter(const TrainedRegular& model, std::span<const double> values,
                       std::size_t horizon, const StepCovariates& known)
    : values_(with_replacements(values, model.outliers)),
      outliers_(model.outliers),
      period_(compared_period(values.size(), model.period)),
      differences_(mean_differences(values_, period_)),
      floor_(kFloorShare * mean_size(values_)),
      scores_{.by_step = std::vector<std::vector<double>>(horizon),
              .targets = std::vector<std::vector<std::size_t>>(horizon),
              .period = std::max<std::size_t>(1, model.period)} {
  check(known, values.size() + horizon);
  const ErrorSum errors = past_errors(model, values, known.part(0, values.size()));
  const std::size_t used = fitted(model);
  residual_ = errors.deviation(used);
  scores_.degrees = errors.count > used ? errors.count - used : 0;
  scores_.deviations = deviations(forecast(model, horizon, known.part(values.size(), horizon)));
  if (scores_.degrees == 0) scores_.need = values.size() + used + 1 - errors.count;
  if (scores_.degrees == 0) return;
  for (const double deviation : scores_.deviations) {
    scores_.units.push_back(unit(deviation, values.size()));
  }
}

std::size_t ScoreMeter::first_origin() const {
  return first_scored_origin(values_.size(), period_);
}

void ScoreMeter::add(std::size_t origin, const Path& path, double factor) {
  const std::vector<double> of_steps = deviations(path);
  for (std::size_t h = 0; h < path.points.size(); ++h) {
    if (is_replaced(origin + h) || !measures(of_steps[h], origin)) continue;
    const double error = factor * std::abs(values_[origin + h] - path.points[h]);
    const double in_unit_of_now = std::max(kOrdinaryScore, error / scores_.units[h]);
    scores_.by_step[h].push_back(
        std::min({error / unit(of_steps[h], origin), in_unit_of_now, kScoreMax}));
    scores_.targets[h].push_back(origin + h);
  }
}

OriginScores ScoreMeter::scores() && { return std::move(scores_); }

// Nothing where neither the model nor its errors tell.
std::vector<double> ScoreMeter::deviations(const Path& path) const {
  if (!path.deviations.empty()) return path.deviations;
  return residual_ ? deviations_growing_from(*residual_, path.points.size())
                   : std::vector<double>{};
}

bool ScoreMeter::is_replaced(std::size_t t) const {
  return std::ranges::find(outliers_, t, &Replacement::t) != outliers_.end();
}

// Where nothing has moved yet, or nothing was missed, an error has no measure.
bool ScoreMeter::measures(double deviation, std::size_t origin) const {
  return deviation > floor_ && differences_[origin] > floor_;
}

double ScoreMeter::unit(double deviation, std::size_t origin) const {
  return geometric_mean(floored(deviation), floored(differences_[origin]));
}

double ScoreMeter::floored(double size) const {
  const double least = std::max(size, floor_);
  return least > 0 ? least : 1;
}

std::vector<double> residual_deviations(const TrainedRegular& model, std::span<const double> values,
                                        std::size_t steps, const StepCovariates& past) {
  const auto residual = past_errors(model, values, past).deviation(fitted(model));
  return residual ? deviations_growing_from(*residual, steps) : std::vector<double>{};
}

}  // namespace shelduck::forecast
