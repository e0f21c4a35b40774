#include "shelduck/forecast/nlinear/nlinear.hpp"

#include <algorithm>
#include <utility>

namespace shelduck::forecast {
namespace {

constexpr std::size_t kLagsWithoutSeason = 8;
constexpr std::size_t kLagsBesideSeason = 2;
constexpr std::size_t kLagsMax = 64;

double point_after(const NlinearModel& model, const std::vector<double>& weights) {
  const std::size_t lags = model.newest.size();
  const double last = model.newest[(model.place + lags - 1) % lags];
  double point = last;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double earlier = model.newest[(model.place + 2 * lags - 2 - i) % lags];
    point += weights[i] * (earlier - last);
  }
  return point;
}

void remember(NlinearModel& model, double value) {
  if (model.n == 0) std::ranges::fill(model.newest, value);
  model.newest[model.place] = value;
  model.place = model.place + 1 == model.newest.size() ? 0 : model.place + 1;
  ++model.n;
}

NlinearModel along(NlinearModel model, std::span<const double> values) {
  const std::span newest = values.last(std::min(values.size(), kIterativeValuesMax));
  model.skipped = values.size() - newest.size();
  model.newest.assign(model.weights->shape.lags, 0.0);
  return absorbed(std::move(model), newest);
}

}  // namespace

double NlinearModel::next() const { return point_after(*this, weights->by_step.front()); }

void NlinearModel::absorb(double value) {
  if (n > 0) errors.add(value - next());
  remember(*this, value);
}

std::size_t nlinear_lags(std::size_t period) noexcept {
  const bool is_seasonal = period > 1 && period + kLagsBesideSeason <= kLagsMax;
  return is_seasonal ? period + kLagsBesideSeason : kLagsWithoutSeason;
}

NlinearModel fit_nlinear(std::span<const double> values, std::size_t period, std::size_t horizon) {
  check_length("nlinear", values.size(), kNlinearNeeds);
  const std::span newest = values.last(std::min(values.size(), kIterativeValuesMax));
  const std::size_t lags = std::min(nlinear_lags(period), newest.size() / 2);
  LagSums sums{LagShape{.lags = lags,
                        .horizon = std::min({horizon, newest.size() - lags, kNlinearStepsMax})}};
  sums.add(newest, period);
  return along({.weights = std::make_shared<const LagWeights>(sums.solved()),
                .period = std::max<std::size_t>(1, period),
                .parameters = lags - 1},
               values);
}

NlinearModel fit_nlinear(std::span<const double> values, std::size_t period,
                         std::shared_ptr<const LagWeights> weights) {
  check_length("nlinear", values.size(), 1);
  const std::size_t lags = weights->shape.lags;
  const std::size_t own = values.size() > lags ? values.size() - lags : 0;
  const std::size_t all = std::max({weights->rows, own, std::size_t{1}});
  return along({.weights = std::move(weights),
                .period = std::max<std::size_t>(1, period),
                .parameters = ((lags - 1) * own + all - 1) / all},
               values);
}

NlinearModel started(const NlinearModel& model) {
  NlinearModel start = model;
  std::ranges::fill(start.newest, 0.0);
  start.place = 0;
  start.n = 0;
  start.errors = {};
  return start;
}

std::size_t fitted(const NlinearModel& model) { return model.parameters; }

Path forecast(const NlinearModel& model, std::size_t horizon) {
  check_horizon(horizon);
  const auto& by_step = model.weights->by_step;
  Path path;
  for (std::size_t h = 0; h < std::min(by_step.size(), horizon); ++h) {
    path.points.push_back(point_after(model, by_step[h]));
  }
  const std::size_t season = std::min(model.period, path.points.size());
  while (path.points.size() < horizon)
    path.points.push_back(path.points[path.points.size() - season]);
  return path;
}

OneStep one_step(const NlinearModel& model, std::span<const double> values) {
  return errors_since_start(model, values, 1);
}

}  // namespace shelduck::forecast
