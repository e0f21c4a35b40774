#include "shelduck/forecast/prophet/prophet.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shelduck/forecast/prophet/changepoints.hpp"
#include "shelduck/forecast/prophet/lasso_ridge.hpp"
#include "shelduck/forecast/seasonal/waves.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kChangepointsMax = 25;
constexpr std::size_t kWavesMax = 10;
constexpr std::size_t kLineColumns = 2;
constexpr double kLineDeviation = 5;
constexpr double kWaveDeviation = 10;
constexpr double kChangeScale = 0.05;
constexpr double kNoiseScale = 0.5;
constexpr double kRegressorDeviation = 10;
// Of its size: what moves by less stands still.
constexpr double kRegressorStill = 1e-14;

// How a covariate enters: (x - mean) / unit, or not at all.
struct Standard {
  double mean = 0;
  double unit = 1;
  bool is_still = false;

  [[nodiscard]] double of(double x) const { return is_still ? 0 : (x - mean) / unit; }
};

Standard standard_of(KnownRows rows, std::size_t steps, std::size_t covariate) {
  double least = rows.at(0)[covariate];
  double greatest = least;
  bool is_flag = true;
  for (std::size_t t = 0; t < steps; ++t) {
    const double x = rows.at(t)[covariate];
    least = std::min(least, x);
    greatest = std::max(greatest, x);
    is_flag = is_flag && (x == 0 || x == 1);
  }
  const double size = std::max(std::abs(least), std::abs(greatest));
  if (greatest - least <= kRegressorStill * size || size < kCovariateMoveMin) {
    return {.is_still = true};
  }
  if (is_flag) return {};
  const double unit = std::scalbn(1.0, std::ilogb(greatest - least));
  const auto n = static_cast<double>(steps);
  double sum = 0;  // of what is above the least, in that unit
  for (std::size_t t = 0; t < steps; ++t) sum += (rows.at(t)[covariate] - least) / unit;
  double squares = 0;
  for (std::size_t t = 0; t < steps; ++t) {
    const double error = (rows.at(t)[covariate] - least) / unit - sum / n;
    squares += error * error;
  }
  return {.mean = least + unit * (sum / n), .unit = unit * std::sqrt(squares / (n - 1))};
}

// The columns of the model: line, waves, covariates, changes.
struct Pieces {
  std::size_t steps;
  Waves waves;
  KnownRows rows;
  std::vector<Standard> standards;  // of the covariates
  std::vector<std::size_t> changepoints;

  [[nodiscard]] std::size_t first_covariate() const { return kLineColumns + waves.columns(); }
  [[nodiscard]] std::size_t first_change() const { return first_covariate() + standards.size(); }
  [[nodiscard]] std::size_t columns() const { return first_change() + changepoints.size(); }
  [[nodiscard]] double time(std::size_t step) const {
    return static_cast<double>(step) / static_cast<double>(steps - 1);
  }
};

Pieces pieces_of(std::size_t steps, std::size_t period, KnownRows rows) {
  Pieces pieces{.steps = steps, .waves = {}, .rows = rows, .standards = {}, .changepoints = {}};
  for (std::size_t c = 0; c < rows.columns; ++c) {
    pieces.standards.push_back(standard_of(rows, steps, c));
  }
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
  for (std::size_t c = 0; c < pieces.standards.size(); ++c) {
    row[pieces.first_covariate() + c] = pieces.standards[c].of(pieces.rows.at(step)[c]);
  }
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
      const double deviation = i < kLineColumns               ? kLineDeviation
                               : i < pieces.first_covariate() ? kWaveDeviation
                                                              : kRegressorDeviation;
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
  for (std::size_t c = 0; c < pieces.standards.size(); ++c) {
    const Standard& standard = pieces.standards[c];
    const double effect = largest * weights[pieces.first_covariate() + c];
    model.effects.push_back(effect / standard.unit);
    model.initial_level -= effect * (standard.mean / standard.unit);
  }
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

ProphetModel most_likely(std::span<const double> values, std::size_t period, KnownRows rows) {
  const auto [least, greatest] = std::ranges::minmax(values);
  if (least == greatest) {
    return {.initial_level = least, .effects = std::vector<double>(rows.columns)};
  }
  const double largest = std::max(std::abs(least), std::abs(greatest));
  const Pieces pieces = pieces_of(values.size(), period, rows);
  return model_with(pieces, likely_weights(pieces, values, largest), largest);
}

}  // namespace

double ProphetModel::next(KnownRow row) const {
  return level + (season.empty() ? 0 : season[n % season.size()]) + effect_of(effects, row);
}

void ProphetModel::absorb(double value, KnownRow row) {
  errors.add(value - next(row));
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

ProphetModel fit_prophet(std::span<const double> values, std::size_t period, KnownRows rows) {
  check_length("prophet", values.size(), kProphetNeeds + rows.columns);
  const std::span newest = values.last(std::min(values.size(), kIterativeValuesMax));
  const std::size_t skipped = values.size() - newest.size();
  ProphetModel model = started(most_likely(newest, period, rows.from(skipped)));
  model.skipped = skipped;
  return absorbed(std::move(model), newest, rows.from(skipped));
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
  const auto effects =
      std::ranges::count_if(model.effects, [](double effect) { return effect != 0; });
  return kLineColumns + model.season_columns + model.changes.size() +
         static_cast<std::size_t>(effects);
}

Path forecast(const ProphetModel& model, std::size_t horizon, KnownRows rows) {
  const auto residual = model.errors.deviation(fitted(model));
  Path path = flat_path(0, residual, horizon);
  const std::size_t season = model.season.size();
  double trend = model.level;
  for (std::size_t h = 0; h < horizon; ++h) {
    path.points[h] = trend + (season == 0 ? 0 : model.season[(model.n + h) % season]) +
                     effect_of(model.effects, rows.at(h));
    trend += model.slope;
    const auto ahead = static_cast<double>(h + 1);
    if (residual) {
      const double of_changes = model.change_deviation * std::sqrt(ahead * ahead * ahead / 3);
      path.deviations[h] = std::hypot(*residual, of_changes);
    }
  }
  return path;
}

OneStep one_step(const ProphetModel& model, std::span<const double> values, KnownRows rows) {
  return errors_since_start(model, values, 0, rows);
}

}  // namespace shelduck::forecast
