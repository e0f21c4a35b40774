#include "shelduck/forecast/prophet/prophet.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shelduck/forecast/prophet/changepoints.hpp"
#include "shelduck/forecast/prophet/lasso_ridge.hpp"
#include "shelduck/forecast/prophet/waves.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kChangepointsMax = 25;
constexpr std::size_t kWavesMax = 10;
constexpr std::size_t kLineColumns = 2;
constexpr double kLineDeviation = 5;
constexpr double kWaveDeviation = 10;
constexpr double kChangeScale = 0.05;
constexpr double kNoiseScale = 0.5;

// The columns of the model: line, waves, changes.
struct Pieces {
  std::size_t steps;
  Waves waves;
  std::vector<std::size_t> changepoints;

  [[nodiscard]] std::size_t first_change() const { return kLineColumns + waves.columns(); }
  [[nodiscard]] std::size_t columns() const { return first_change() + changepoints.size(); }
  [[nodiscard]] double time(std::size_t step) const {
    return static_cast<double>(step) / static_cast<double>(steps - 1);
  }
};

Pieces pieces_of(std::size_t steps, std::size_t period) {
  Pieces pieces{.steps = steps, .waves = {}, .changepoints = {}};
  if (has_prophet_season(steps, period)) pieces.waves = Waves{period, kWavesMax};
  const std::size_t free = steps - std::min(steps, pieces.columns() + 1);
  pieces.changepoints = changepoints_of(steps, std::min(kChangepointsMax, free));
  return pieces;
}

void fill_row(const Pieces& pieces, std::size_t step, std::span<double> row) {
  const double time = pieces.time(step);
  row[0] = time;
  row[1] = 1;
  pieces.waves.fill(step, row.subspan(kLineColumns));
  const std::span changes = row.subspan(pieces.first_change());
  for (std::size_t j = 0; j < changes.size(); ++j) {
    changes[j] = std::max(0.0, time - pieces.time(pieces.changepoints[j]));
  }
}

std::vector<Price> prices_of(const Pieces& pieces) {
  std::vector<Price> prices(pieces.columns());
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (i >= pieces.first_change()) {
      prices[i].lasso = 1 / kChangeScale;
    } else {
      const double deviation = i < kLineColumns ? kLineDeviation : kWaveDeviation;
      prices[i].ridge = 1 / (deviation * deviation);
    }
  }
  return prices;
}

// Of the values in units of the largest.
std::vector<double> likely_weights(const Pieces& pieces, std::span<const double> values,
                                   double largest) {
  RowSums sums{pieces.columns()};
  std::vector<double> row(pieces.columns());
  for (std::size_t step = 0; step < values.size(); ++step) {
    fill_row(pieces, step, row);
    sums.add(row, values[step] / largest);
  }
  LassoRidge problem{std::move(sums), prices_of(pieces)};
  problem.settle({.scale = kNoiseScale});
  return {problem.weights().begin(), problem.weights().end()};
}

std::vector<double> season_of(const Pieces& pieces, std::span<const double> weights,
                              double largest) {
  std::vector<double> season;
  std::vector<double> row(pieces.waves.columns());
  for (std::size_t step = 0; step < pieces.waves.period(); ++step) {
    pieces.waves.fill(step, row);
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) sum += weights[kLineColumns + i] * row[i];
    season.push_back(largest * sum);
  }
  return season;
}

ProphetModel model_with(const Pieces& pieces, std::span<const double> weights, double largest) {
  const double per_step = largest / static_cast<double>(pieces.steps - 1);
  ProphetModel model{.initial_level = largest * weights[1],
                     .initial_slope = per_step * weights[0],
                     .season = season_of(pieces, weights, largest),
                     .season_columns = pieces.waves.columns()};
  const std::span changes = weights.subspan(pieces.first_change());
  double sizes = 0;
  for (std::size_t j = 0; j < changes.size(); ++j) {
    sizes += std::abs(changes[j]);
    if (changes[j] != 0) model.changes.push_back({pieces.changepoints[j], per_step * changes[j]});
  }
  const auto count = static_cast<double>(changes.size());
  const double a_step = count / static_cast<double>(pieces.steps - 1);
  if (count > 0) model.change_deviation = per_step * (sizes / count) * std::sqrt(2 * a_step);
  return model;
}

ProphetModel most_likely(std::span<const double> values, std::size_t period) {
  const auto [least, greatest] = std::ranges::minmax(values);
  if (least == greatest) return {.initial_level = least};
  const double largest = std::max(std::abs(least), std::abs(greatest));
  const Pieces pieces = pieces_of(values.size(), period);
  return model_with(pieces, likely_weights(pieces, values, largest), largest);
}

}  // namespace

double ProphetModel::next() const {
  return level + (season.empty() ? 0 : season[n % season.size()]);
}

void ProphetModel::absorb(double value) {
  errors.add(value - next());
  if (next_change < changes.size() && changes[next_change].at == n) {
    slope += changes[next_change].slope;
    ++next_change;
  }
  level += slope;
  ++n;
}

bool has_prophet_season(std::size_t values, std::size_t period) noexcept {
  return period > 1 && period <= std::min(values, kIterativeValuesMax) / 2;
}

ProphetModel fit_prophet(std::span<const double> values, std::size_t period) {
  check_length("prophet", values.size(), kProphetNeeds);
  const std::span newest = values.last(std::min(values.size(), kIterativeValuesMax));
  ProphetModel model = started(most_likely(newest, period));
  model.skipped = values.size() - newest.size();
  return absorbed(std::move(model), newest);
}

ProphetModel started(const ProphetModel& model) {
  ProphetModel start = model;
  start.level = model.initial_level;
  start.slope = model.initial_slope;
  start.next_change = 0;
  start.n = 0;
  start.errors = {};
  return start;
}

std::size_t fitted(const ProphetModel& model) {
  return kLineColumns + model.season_columns + model.changes.size();
}

Path forecast(const ProphetModel& model, std::size_t horizon) {
  const auto residual = model.errors.deviation(fitted(model));
  Path path = flat_path(0, residual, horizon);
  const std::size_t season = model.season.size();
  double trend = model.level;
  for (std::size_t h = 0; h < horizon; ++h) {
    path.points[h] = trend + (season == 0 ? 0 : model.season[(model.n + h) % season]);
    trend += model.slope;
    const auto ahead = static_cast<double>(h + 1);
    if (residual) {
      const double of_changes = model.change_deviation * std::sqrt(ahead * ahead * ahead / 3);
      path.deviations[h] = std::hypot(*residual, of_changes);
    }
  }
  return path;
}

OneStep one_step(const ProphetModel& model, std::span<const double> values) {
  return errors_since_start(model, values);
}

}  // namespace shelduck::forecast
