#include "shelduck/forecast/prophet/prophet_modes.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "shelduck/forecast/prophet/changepoints.hpp"
#include "shelduck/forecast/prophet/lasso_ridge.hpp"
#include "shelduck/forecast/prophet/prophet.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kChangepointsMax = 25;
constexpr std::size_t kWavesMax = 10;
constexpr double kLineDeviation = 5;
constexpr double kWaveDeviation = 10;
constexpr double kChangeScale = 0.05;
constexpr double kRegressorDeviation = 10;
constexpr NoisePrior kProphetNoise{.scale = 0.5};
// Of its size: what moves by less stands still.
constexpr double kRegressorStill = 1e-14;
constexpr std::size_t kProductTurns = 50;
constexpr double kSameProduct = 1e-7;

StandardUnit standard_of(KnownRows rows, std::size_t steps, std::size_t covariate) {
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

std::vector<Price> prices_of(const ProphetColumns& columns) {
  std::vector<Price> prices(columns.size());
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (i >= columns.first_change()) {
      prices[i].lasso = 1 / kChangeScale;
    } else {
      const double deviation = i < kLineColumns                ? kLineDeviation
                               : i < columns.first_covariate() ? kWaveDeviation
                                                               : kRegressorDeviation;
      prices[i].ridge = 1 / (deviation * deviation);
    }
  }
  return prices;
}

// What a row adds by its trend, by its waves in units of the trend, and by its covariates.
struct ProphetParts {
  double trend = 0;
  double waves = 0;
  double covariates = 0;

  [[nodiscard]] double sum(SeasonalForm form) const {
    return covariates + (form == SeasonalForm::additive ? trend + waves : trend * (1 + waves));
  }
};

ProphetParts parts_of(const ProphetColumns& columns, std::size_t step,
                      std::span<const double> weights) {
  const std::span<const double> row = columns.row(step);
  const auto sum = [&](std::size_t first, std::size_t last) {
    return std::inner_product(row.begin() + static_cast<std::ptrdiff_t>(first),
                              row.begin() + static_cast<std::ptrdiff_t>(last),
                              weights.begin() + static_cast<std::ptrdiff_t>(first), 0.0);
  };
  return {.trend = sum(0, kLineColumns) + sum(columns.first_change(), columns.size()),
          .waves = sum(kLineColumns, columns.first_covariate()),
          .covariates = sum(columns.first_covariate(), columns.first_change())};
}

// -log of the posterior at weights and the likely variance of their errors.
double price_of(const ProphetColumns& columns, std::span<const double> values,
                const ProphetMode& mode) {
  double squares = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double error = values[t] - parts_of(columns, t, mode.weights).sum(mode.form);
    squares += error * error;
  }
  const double v = likely_variance(squares, values.size(), kProphetNoise);
  double price = static_cast<double>(values.size()) / 2 * std::log(v) + squares / (2 * v) +
                 v / (2 * kProphetNoise.scale * kProphetNoise.scale);
  const std::vector<Price> prices = prices_of(columns);
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const double weight = mode.weights[i];
    price += prices[i].ridge * weight * weight / 2 + prices[i].lasso * std::abs(weight);
  }
  return price;
}

// The descent of products: columns of one block at a time, the other one as it is.
class ProductDescent {
 public:
  ProductDescent(const ProphetColumns& columns, std::span<const double> values,
                 std::vector<double> trend)
      : columns_(columns),
        values_(values),
        prices_(prices_of(columns)),
        trend_(std::move(trend)),
        weights_(columns.size()) {
    for (std::size_t i = kLineColumns; i < columns.first_change(); ++i) seasonal_.push_back(i);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i < kLineColumns || i >= columns.first_covariate()) straight_.push_back(i);
    }
  }

  std::vector<double> run(const StopCheck& check) {
    double variance = kProphetNoise.scale * kProphetNoise.scale;
    settle_seasonal();  // beside the trend of the additive mode
    for (std::size_t turn = 0; turn < kProductTurns; ++turn) {
      stop_if_asked(check);
      const double before = variance;
      variance = likely_variance(squares(), values_.size(), kProphetNoise);
      if (turn > 0 && std::abs(variance - before) <= kSameProduct * variance) break;
      solve_straight(variance);
      solve_seasonal(variance);
    }
    return weights_;
  }

 private:
  // Waves by the trend, and covariates.
  [[nodiscard]] LassoRidge seasonal_problem() const {
    RowSums sums{seasonal_.size()};
    std::vector<double> block(seasonal_.size());
    for (std::size_t t = 0; t < values_.size(); ++t) {
      const std::span<const double> row = columns_.row(t);
      for (std::size_t i = 0; i < block.size(); ++i) {
        const bool is_wave = seasonal_[i] < columns_.first_covariate();
        block[i] = row[seasonal_[i]] * (is_wave ? trend_[t] : 1);
      }
      sums.add(block, values_[t] - trend_[t]);
    }
    return {std::move(sums), prices_at(seasonal_)};
  }

  void settle_seasonal() {
    LassoRidge problem = seasonal_problem();
    problem.settle(kProphetNoise);
    take(seasonal_, problem.weights());
  }

  void solve_seasonal(double variance) {
    LassoRidge problem = seasonal_problem();
    problem.solve(variance);
    take(seasonal_, problem.weights());
  }

  // Line and changes by 1 and the waves, and covariates.
  void solve_straight(double variance) {
    RowSums sums{straight_.size()};
    std::vector<double> block(straight_.size());
    for (std::size_t t = 0; t < values_.size(); ++t) {
      const std::span<const double> row = columns_.row(t);
      const double factor = 1 + parts_of(columns_, t, weights_).waves;
      for (std::size_t i = 0; i < block.size(); ++i) {
        block[i] = row[straight_[i]] * (is_trend(straight_[i]) ? factor : 1);
      }
      sums.add(block, values_[t]);
    }
    LassoRidge problem{std::move(sums), prices_at(straight_)};
    problem.solve(variance);
    take(straight_, problem.weights());
    for (std::size_t t = 0; t < values_.size(); ++t) {
      trend_[t] = parts_of(columns_, t, weights_).trend;
    }
  }

  [[nodiscard]] bool is_trend(std::size_t column) const {
    return column < kLineColumns || column >= columns_.first_change();
  }

  [[nodiscard]] std::vector<Price> prices_at(const std::vector<std::size_t>& places) const {
    std::vector<Price> prices;
    for (const std::size_t place : places) prices.push_back(prices_[place]);
    return prices;
  }

  void take(const std::vector<std::size_t>& places, std::span<const double> weights) {
    for (std::size_t i = 0; i < places.size(); ++i) weights_[places[i]] = weights[i];
  }

  [[nodiscard]] double squares() const {
    double sum = 0;
    for (std::size_t t = 0; t < values_.size(); ++t) {
      const ProphetParts parts = parts_of(columns_, t, weights_);
      const double error = values_[t] - trend_[t] * (1 + parts.waves) - parts.covariates;
      sum += error * error;
    }
    return sum;
  }

  const ProphetColumns& columns_;
  std::span<const double> values_;
  std::vector<Price> prices_;
  std::vector<double> trend_;
  std::vector<double> weights_;
  std::vector<std::size_t> seasonal_{};
  std::vector<std::size_t> straight_{};
};

ProphetMode additive_mode(const ProphetColumns& columns, std::span<const double> values) {
  RowSums sums{columns.size()};
  for (std::size_t t = 0; t < values.size(); ++t) sums.add(columns.row(t), values[t]);
  LassoRidge problem{std::move(sums), prices_of(columns)};
  problem.settle(kProphetNoise);
  ProphetMode mode{.weights = {problem.weights().begin(), problem.weights().end()}};
  mode.price = price_of(columns, values, mode);
  return mode;
}

ProphetMode multiplicative_mode(const ProphetColumns& columns, std::span<const double> values,
                                const ProphetMode& additive, const StopCheck& check) {
  std::vector<double> trend;
  for (std::size_t t = 0; t < values.size(); ++t) {
    trend.push_back(parts_of(columns, t, additive.weights).trend);
  }
  ProphetMode mode{.form = SeasonalForm::multiplicative,
                   .weights = ProductDescent{columns, values, std::move(trend)}.run(check)};
  mode.price = price_of(columns, values, mode);
  return mode;
}

}  // namespace

ProphetColumns::ProphetColumns(std::size_t steps, std::span<const std::size_t> seasons,
                               KnownRows rows)
    : steps_(steps), rows_(rows) {
  for (std::size_t c = 0; c < rows.columns; ++c) standards_.push_back(standard_of(rows, steps, c));
  for (const std::size_t season : seasons) {
    if (!has_prophet_season(steps, season)) continue;
    waves_.emplace_back(season, kWavesMax);
    first_covariate_ += waves_.back().columns();
  }
  const std::size_t free = steps - std::min(steps, size() + 1);
  changepoints_ = changepoints_of(steps, std::min(kChangepointsMax, free));
  entries_.resize(steps * size());
  for (std::size_t t = 0; t < steps; ++t) {
    fill(t, std::span{entries_}.subspan(t * size(), size()));
  }
}

void ProphetColumns::fill(std::size_t step, std::span<double> row) const {
  const double now = time(step);
  row[0] = now;
  row[1] = 1;
  std::size_t next = kLineColumns;
  for (const Waves& waves : waves_) {
    waves.fill(step, row.subspan(next));
    next += waves.columns();
  }
  for (std::size_t c = 0; c < standards_.size(); ++c) {
    row[first_covariate() + c] = standards_[c].of(rows_.at(step)[c]);
  }
  const std::span changes = row.subspan(first_change());
  for (std::size_t j = 0; j < changes.size(); ++j) {
    changes[j] = std::max(0.0, now - time(changepoints_[j]));
  }
}

ProphetMode most_likely_mode(const ProphetColumns& columns, std::span<const double> values,
                             const StopCheck& check) {
  stop_if_asked(check);
  ProphetMode additive = additive_mode(columns, values);
  const bool is_positive = std::ranges::all_of(values, [](double y) { return y > 0; });
  if (columns.waves().empty() || !is_positive) return additive;
  ProphetMode multiplicative = multiplicative_mode(columns, values, additive, check);
  return multiplicative.price < additive.price ? multiplicative : additive;
}

}  // namespace shelduck::forecast
