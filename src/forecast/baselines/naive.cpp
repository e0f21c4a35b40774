#include "shelduck/forecast/baselines/naive.hpp"

#include <cmath>

namespace shelduck::forecast {

void NaiveModel::absorb(double value) {
  if (n > 0) {
    errors.add(value - last);
  }
  last = value;
  ++n;
}

NaiveModel fit_naive(std::span<const double> values) {
  check_length("naive", values.size(), 1);
  return absorbed(NaiveModel{}, values);
}

Path forecast(const NaiveModel& model, std::size_t horizon) {
  Path path = flat_path(model.last, model.errors.deviation(), horizon);
  for (std::size_t h = 0; h < path.deviations.size(); ++h) {
    path.deviations[h] *= std::sqrt(static_cast<double>(h + 1));
  }
  return path;
}

NaiveModel started(const NaiveModel& /*model*/) { return NaiveModel{}; }

std::size_t fitted(const NaiveModel& /*model*/) { return 0; }

OneStep one_step(const NaiveModel& model, std::span<const double> values) {
  return errors_along(started(model), values, 1);
}

double SeasonalNaiveModel::next() const {
  return season.size() < period ? plain.last : season[plain.n % period];
}

void SeasonalNaiveModel::absorb(double value) {
  if (season.size() < period) {
    season.push_back(value);
  } else {
    double& before = season[plain.n % period];
    errors.add(value - before);
    before = value;
  }
  plain.absorb(value);
}

SeasonalNaiveModel fit_seasonal_naive(std::span<const double> values, std::size_t period) {
  check_length("seasonal_naive", values.size(), 1);
  return absorbed(SeasonalNaiveModel{.period = period == 0 ? 1 : period}, values);
}

Path forecast(const SeasonalNaiveModel& model, std::size_t horizon) {
  if (model.season.size() < model.period) {
    return forecast(model.plain, horizon);
  }
  Path path = flat_path(0, model.errors.deviation(), horizon);
  for (std::size_t h = 0; h < horizon; ++h) {
    path.points[h] = model.season[(model.plain.n + h) % model.period];
  }
  for (std::size_t h = 0; h < path.deviations.size(); ++h) {
    const std::size_t seasons = h / model.period + 1;
    path.deviations[h] *= std::sqrt(static_cast<double>(seasons));
  }
  return path;
}

SeasonalNaiveModel started(const SeasonalNaiveModel& model) {
  return SeasonalNaiveModel{.period = model.period};
}

std::size_t fitted(const SeasonalNaiveModel& /*model*/) { return 0; }

std::size_t first_scored(const SeasonalNaiveModel& model, std::size_t values) {
  return values > model.period ? model.period : 1;
}

OneStep one_step(const SeasonalNaiveModel& model, std::span<const double> values) {
  return errors_along(started(model), values, first_scored(model, values.size()));
}

double DriftModel::slope() const { return n < 2 ? 0 : (last - first) / static_cast<double>(n - 1); }

void DriftModel::absorb(double value) {
  if (n == 0) {
    first = value;
  } else {
    steps.add(value - last);
  }
  last = value;
  ++n;
}

DriftModel fit_drift(std::span<const double> values) {
  check_length("drift", values.size(), 2);
  return absorbed(DriftModel{}, values);
}

Path forecast(const DriftModel& model, std::size_t horizon) {
  Path path = flat_path(model.last, model.steps.sample_deviation(), horizon);
  const double slope = model.slope();
  for (std::size_t h = 0; h < horizon; ++h) {
    path.points[h] += slope * static_cast<double>(h + 1);
  }
  for (std::size_t h = 0; h < path.deviations.size(); ++h) {
    const auto ahead = static_cast<double>(h + 1);
    path.deviations[h] *= std::sqrt(ahead * (1 + ahead / static_cast<double>(model.n - 1)));
  }
  return path;
}

DriftModel started(const DriftModel& /*model*/) { return DriftModel{}; }

std::size_t fitted(const DriftModel& /*model*/) { return 1; }

OneStep one_step(const DriftModel& model, std::span<const double> values) {
  return errors_along(started(model), values, 2);
}

}  // namespace shelduck::forecast
