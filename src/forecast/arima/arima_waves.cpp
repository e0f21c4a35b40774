#include "shelduck/forecast/arima/arima_waves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "shelduck/forecast/arima/arima_pass.hpp"
#include "shelduck/forecast/arima/difference_tests.hpp"
#include "shelduck/forecast/arima/product_of.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kWaveTurns = 4;
constexpr std::size_t kValuesOfAPair = 8;
// Of a column of length 1, what is left of it beside others: less says nothing new.
constexpr double kWaveColumnNew = 1e-10;
// Of the squares of the values: less is rounding.
constexpr double kWaveSquares = 1e-14;

// Filtered columns and values by their products: ordinary columns first (a constant, covariates),
// then pair by pair the waves of each season.
class WaveSums {
 public:
  WaveSums(const WaveTask& task, const ArimaFit& guide, std::span<const double> values)
      : orders_(guide.orders),
        period_(task.period),
        process_(process_of(factors_of(guide.orders, guide.at), period_)),
        pass_(guide.orders, period_, values.size()),
        steps_(values.size()) {
    process_.mean = 0;
    if (orders_.constant) take(std::vector<double>(values.size(), 1));
    for (std::size_t c = 0; c < task.known.columns; ++c) take_covariate(task, c);
    ordinary_ = columns_.size();
    for (const std::size_t season : task.seasons) take_season(task, season);
    target_ = filtered(values);
    multiply();
  }

  // With 0, 1, ... `most` pairs of a season beside those of the others.
  [[nodiscard]] std::vector<double> aicc_by_pairs(const WaveCounts& pairs, std::size_t season,
                                                  std::size_t most) const {
    Squares squares{*this};
    for (std::size_t i = 0; i < ordinary_; ++i) squares.join(i);
    for (std::size_t s = 0; s < pairs.size(); ++s) {
      for (std::size_t k = 0; s != season && k < pairs[s]; ++k) squares.join_pair(s, k);
    }
    std::vector<double> result{aicc_of(squares)};
    for (std::size_t k = 0; k < most; ++k) {
      squares.join_pair(season, k);
      result.push_back(aicc_of(squares));
    }
    return result;
  }

 private:
  // The sum of squares that a growing set of columns leaves, by the Cholesky factor of their
  // products. A column that says nothing new does not count.
  class Squares {
   public:
    explicit Squares(const WaveSums& sums) : sums_(sums), left_(sums.products_target_) {}

    void join(std::size_t column) {
      std::vector<double> row;
      double pivot = sums_.product(column, column);
      double with_target = sums_.with_target_[column];
      for (std::size_t i = 0; i < joined_.size(); ++i) {
        double rest = sums_.product(column, joined_[i]);
        for (std::size_t k = 0; k < i; ++k) rest -= row[k] * rows_[i][k];
        row.push_back(rest / rows_[i][i]);
        pivot -= row[i] * row[i];
        with_target -= row[i] * goals_[i];
      }
      if (!(pivot > kWaveColumnNew)) return;
      row.push_back(std::sqrt(pivot));
      goals_.push_back(with_target / row.back());
      left_ -= goals_.back() * goals_.back();
      rows_.push_back(std::move(row));
      joined_.push_back(column);
    }

    void join_pair(std::size_t season, std::size_t pair) {
      const auto [first, last] = sums_.seasons_[season];
      for (std::size_t i = first + 2 * pair; i < std::min(first + 2 * pair + 2, last); ++i) join(i);
    }

    [[nodiscard]] std::size_t columns() const noexcept { return joined_.size(); }
    [[nodiscard]] double left() const noexcept {
      return std::max(left_, kWaveSquares * sums_.products_target_);
    }

   private:
    const WaveSums& sums_;
    std::vector<std::size_t> joined_{};
    std::vector<std::vector<double>> rows_{};
    std::vector<double> goals_{};
    double left_;
  };

  struct Places {
    std::size_t first;
    std::size_t last;
  };

  [[nodiscard]] std::vector<double> filtered(std::span<const double> values) {
    const auto residuals = pass_.residuals(process_, values);
    return {residuals.begin(), residuals.end()};
  }

  // A column before its differences, which is as long as the series.
  void take_column(std::vector<double> column) {
    take(differenced(differenced(column, orders_.D, period_), orders_.d, 1));
  }

  void take(const std::vector<double>& column) {
    std::vector<double> result = filtered(column);
    const double length = std::sqrt(product_of(result, result));
    for (double& value : result) value = length > 0 ? value / length : 0;
    columns_.push_back(std::move(result));
  }

  void take_covariate(const WaveTask& task, std::size_t c) {
    std::vector<double> column;
    for (std::size_t t = 0; t < task.steps; ++t) column.push_back(task.known.at(t)[c]);
    if (orders_.constant || orders_.d + orders_.D > 0) {
      // What is far from 0 keeps its digits.
      double mean = 0;
      for (const double x : column) mean += x / static_cast<double>(task.steps);
      for (double& x : column) x -= mean;
    }
    take_column(std::move(column));
  }

  void take_season(const WaveTask& task, std::size_t season) {
    const Waves waves{season, std::min(season / 2, pairs_in_all(task))};
    std::vector<std::vector<double>> columns(waves.columns());
    std::vector<double> row(waves.columns());
    for (std::size_t t = 0; t < task.steps; ++t) {
      waves.fill(t, row);
      for (std::size_t i = 0; i < row.size(); ++i) columns[i].push_back(row[i]);
    }
    const std::size_t first = columns_.size();
    for (auto& column : columns) take_column(std::move(column));
    seasons_.push_back({first, columns_.size()});
  }

  void multiply() {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        products_.push_back(product_of(columns_[i], columns_[j]));
      }
      with_target_.push_back(product_of(columns_[i], target_));
    }
    products_target_ = product_of(target_, target_);
  }

  [[nodiscard]] double product(std::size_t i, std::size_t j) const {
    const std::size_t more = std::max(i, j);
    return products_[more * (more + 1) / 2 + std::min(i, j)];
  }

  [[nodiscard]] double aicc_of(const Squares& squares) const {
    const auto n = static_cast<double>(steps_);
    // The constant is a column here.
    const auto k = static_cast<double>(arima_parameters(orders_) - (orders_.constant ? 1 : 0) +
                                       squares.columns() + 1);
    const double rest = n - k - 1;
    if (!(rest > 0) || !(squares.left() > 0)) return std::numeric_limits<double>::infinity();
    return n * std::log(squares.left() / n) + 2 * k + 2 * k * (k + 1) / rest;
  }

  ArimaOrders orders_;
  std::size_t period_;
  ArmaProcess<double> process_;
  ArimaPass<double> pass_;
  std::size_t steps_;
  std::size_t ordinary_ = 0;
  std::vector<std::vector<double>> columns_{};
  std::vector<Places> seasons_{};
  std::vector<double> target_{};
  std::vector<double> products_{};  // the lower triangle
  std::vector<double> with_target_{};
  double products_target_ = 0;
};

std::size_t pairs_of_others(const WaveCounts& pairs, std::size_t season) {
  return std::accumulate(pairs.begin(), pairs.end(), std::size_t{0}) - pairs[season];
}

std::size_t columns_of(const std::vector<Waves>& waves) {
  std::size_t sum = 0;
  for (const Waves& of_season : waves) sum += of_season.columns();
  return sum;
}

}  // namespace

std::size_t pairs_in_all(const WaveTask& task) {
  const std::size_t room = (kArimaRegressorsMax - task.known.columns) / 2;
  return std::min(room, task.steps / kValuesOfAPair);
}

WaveCounts most_pairs(const WaveTask& task) {
  WaveCounts pairs(task.seasons.size());
  std::size_t room = pairs_in_all(task);
  for (bool is_growing = true; is_growing && room > 0;) {
    is_growing = false;
    for (std::size_t s = 0; s < pairs.size() && room > 0; ++s) {
      if (pairs[s] == task.seasons[s] / 2) continue;
      ++pairs[s];
      --room;
      is_growing = true;
    }
  }
  return pairs;
}

WaveCounts chosen_pairs(const WaveTask& task, const ArimaFit& guide,
                        std::span<const double> values) {
  const WaveSums sums{task, guide, values};
  WaveCounts pairs(task.seasons.size());
  for (std::size_t turn = 0; turn < kWaveTurns; ++turn) {
    const WaveCounts before = pairs;
    for (std::size_t s = 0; s < pairs.size(); ++s) {
      const std::size_t room = pairs_in_all(task) - pairs_of_others(pairs, s);
      const std::vector<double> aicc =
          sums.aicc_by_pairs(pairs, s, std::min(task.seasons[s] / 2, room));
      pairs[s] = static_cast<std::size_t>(std::ranges::min_element(aicc) - aicc.begin());
    }
    if (pairs == before) break;
  }
  return pairs;
}

WaveRows::WaveRows(const WaveTask& task, const WaveCounts& pairs)
    : covariates_(task.known.columns), columns_(task.known.columns) {
  for (std::size_t s = 0; s < pairs.size(); ++s) {
    if (pairs[s] > 0) waves_.emplace_back(task.seasons[s], pairs[s]);
  }
  columns_ += columns_of(waves_);
  entries_.resize(task.steps * columns_);
  for (std::size_t t = 0; t < task.steps; ++t) {
    std::span<double> row = std::span{entries_}.subspan(t * columns_, columns_);
    std::ranges::copy(task.known.at(t), row.begin());
    row = row.subspan(covariates_);
    for (const Waves& waves : waves_) {
      waves.fill(t, row);
      row = row.subspan(waves.columns());
    }
  }
}

std::vector<WaveEffects> WaveRows::seasons(std::span<const double> effects) const {
  std::vector<WaveEffects> result;
  std::span<const double> weights = effects.subspan(covariates_);
  for (const Waves& waves : waves_) {
    const std::span<const double> own = weights.first(waves.columns());
    result.push_back(waves.effects_of(own));
    // What others say was not fitted.
    result.back().columns -= static_cast<std::size_t>(std::ranges::count(own, 0.0));
    weights = weights.subspan(own.size());
  }
  return result;
}

}  // namespace shelduck::forecast
