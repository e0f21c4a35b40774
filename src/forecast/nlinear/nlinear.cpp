#include "shelduck/forecast/nlinear/nlinear.hpp"

#include <algorithm>
#include <utility>

namespace shelduck::forecast {
namespace {

constexpr std::size_t kLagsWithoutSeason = 8;
constexpr std::size_t kLagsBesideSeason = 2;
constexpr std::size_t kLagsMax = 64;

constexpr std::size_t kLagsBesideLongSeasons = 4;

// In the scale of the model.
double point_after(const NlinearModel& model, const StepWeights& step) {
  const std::size_t size = model.newest.size();
  const std::size_t last_place = model.place + size - 1;
  const double last = model.newest[last_place % size];
  double point = last;
  for (std::size_t i = 0; i < step.weights.size(); ++i) {
    const double earlier = model.newest[(last_place - step.distances[i]) % size];
    point += step.weights[i] * (earlier - last);
  }
  return point;
}

double in_units(const NlinearModel& model, double point) {
  return model.scale ? model.scale->back(point) : point;
}

void remember(NlinearModel& model, double value) {
  const double scaled = model.scale ? model.scale->of(value) : value;
  if (model.n == 0) std::ranges::fill(model.newest, scaled);
  model.newest[model.place] = scaled;
  model.place = model.place + 1 == model.newest.size() ? 0 : model.place + 1;
  ++model.n;
}

std::vector<std::size_t> long_seasons(std::size_t n, std::size_t period, std::size_t horizon,
                                      std::span<const std::size_t> longer) {
  std::vector<std::size_t> seasons{longer.begin(), longer.end()};
  if (period > 1 && (period > kPlainSeasonMax || !longer.empty())) seasons.push_back(period);
  const std::size_t steps = std::min(horizon, kNlinearStepsMax);
  std::erase_if(seasons, [&](std::size_t season) { return n / 3 < season + steps / 3; });
  return seasons;
}

std::size_t longest_season(const NlinearModel& model) {
  std::size_t longest = model.period;
  for (const std::size_t season : model.weights->shape.seasons) longest = std::max(longest, season);
  return longest;
}

// The value so many steps before the next one; the oldest that is known where that is older.
double known_before(const NlinearModel& model, std::size_t steps) {
  const std::size_t size = model.newest.size();
  return in_units(model, model.newest[(model.place + size - std::min(steps, size)) % size]);
}

std::optional<LogScale> log_scale(std::span<const double> values) {
  const auto [least, most] = std::ranges::minmax(values);
  if (!(least > 0)) return std::nullopt;
  const double unit = std::scalbn(1.0, std::ilogb(most));
  if (!std::isnormal(least / unit)) return std::nullopt;
  return LogScale{.unit = unit, .least = least};
}

NlinearModel along(NlinearModel model, std::span<const double> values) {
  const std::span newest = values.last(std::min(values.size(), kIterativeValuesMax));
  model.skipped = values.size() - newest.size();
  model.newest.assign(model.weights->shape.reach(), 0.0);
  return absorbed(std::move(model), newest);
}

}  // namespace

bool NlinearModel::is_whole() const {
  if (weights->by_step.empty() || period == 0 || place >= newest.size()) return false;
  return std::ranges::all_of(weights->by_step, [&](const StepWeights& step) {
    return std::ranges::all_of(step.distances, [&](std::size_t d) { return d < newest.size(); });
  });
}

double NlinearModel::next() const {
  return in_units(*this, point_after(*this, weights->by_step.front()));
}

void NlinearModel::absorb(double value) {
  if (n > 0) errors.add(value - next());
  remember(*this, value);
}

std::size_t nlinear_lags(std::size_t period) noexcept {
  const bool is_seasonal = period > 1 && period + kLagsBesideSeason <= kLagsMax;
  return is_seasonal ? period + kLagsBesideSeason : kLagsWithoutSeason;
}

NlinearModel fit_nlinear(std::span<const double> values, std::size_t period, std::size_t horizon,
                         std::span<const std::size_t> longer) {
  check_length("nlinear", values.size(), kNlinearNeeds);
  const std::span newest = values.last(std::min(values.size(), kIterativeValuesMax));
  LagShape shape{.seasons = long_seasons(newest.size(), period, horizon, longer)};
  const bool is_long = !shape.seasons.empty();
  shape.lags = is_long ? kLagsBesideLongSeasons : std::min(nlinear_lags(period), newest.size() / 2);
  shape.horizon = std::min({horizon, newest.size() - shape.lags, kNlinearStepsMax});
  std::vector<double> scaled{newest.begin(), newest.end()};
  const auto scale = is_long ? log_scale(newest) : std::nullopt;
  if (scale) std::ranges::transform(newest, scaled.begin(), [&](double y) { return scale->of(y); });
  LagSums sums{shape};
  sums.add(scaled, period);
  return along({.weights = std::make_shared<const LagWeights>(sums.solved()),
                .scale = scale,
                .period = std::max<std::size_t>(1, period),
                .parameters = shape.distances(1).size()},
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
    path.points.push_back(in_units(model, point_after(model, by_step[h])));
  }
  const std::size_t season = longest_season(model);
  for (std::size_t h = path.points.size(); h < horizon; ++h) {
    path.points.push_back(h >= season ? path.points[h - season] : known_before(model, season - h));
  }
  return path;
}

OneStep one_step(const NlinearModel& model, std::span<const double> values) {
  return errors_since_start(model, values, 1);
}

}  // namespace shelduck::forecast
