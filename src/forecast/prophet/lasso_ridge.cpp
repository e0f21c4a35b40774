#include "shelduck/forecast/prophet/lasso_ridge.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kTurnsMax = 100;
constexpr std::size_t kJoinsAColumn = 4;
constexpr double kSameVariance = 1e-9;
// What rounding may leave of the sums, as a part of them.
constexpr double kRoundingOfSquares = 1e-14;
constexpr double kRoundingOfSlope = 1e-12;
// A pivot below this part of its column's square is a sum of others.
constexpr double kPivotMin = 1e-12;

}  // namespace

double likely_variance(double squares, std::size_t rows, const NoisePrior& prior) {
  const auto n = static_cast<double>(rows);
  const double root = std::sqrt(n * n + 4 * squares / (prior.scale * prior.scale));
  return std::max(prior.least * prior.least, 2 * squares / (n + root));
}

void RowSums::add(std::span<const double> row, double target) {
  for (std::size_t i = 0; i < columns(); ++i) {
    if (row[i] == 0) continue;
    for (std::size_t j = 0; j <= i; ++j) products_[i * columns() + j] += row[i] * row[j];
    with_target_[i] += row[i] * target;
  }
  targets_ += target * target;
  ++rows_;
}

LassoRidge::LassoRidge(RowSums sums, std::span<const Price> prices)
    : sums_(std::move(sums)),
      prices_(prices.begin(), prices.end()),
      weights_(prices.size()),
      signs_(prices.size()),
      is_active_(prices.size()),
      is_shut_out_(prices.size()),
      lower_(prices.size() * prices.size()),
      goal_(prices.size()) {
  if (prices.size() != sums_.columns()) {
    throw Error{ErrorKind::invalid_input,
                "a linear model needs a price for each of its columns",
                {.field = "prices",
                 .value = std::to_string(prices.size()),
                 .rule = "as many as columns, " + std::to_string(sums_.columns())}};
  }
  active_.reserve(prices.size());
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (prices[i].lasso > 0) continue;
    is_active_[i] = true;
    active_.push_back(i);
  }
}

void LassoRidge::solve(double variance) {
  variance_ = variance;
  factored_ = 0;
  std::fill(is_shut_out_.begin(), is_shut_out_.end(), false);
  descend();
  for (std::size_t joins = kJoinsAColumn * weights_.size(); joins > 0; --joins) {
    const auto column = most_wanted();
    if (!column) return;
    signs_[*column] = slope(*column) > 0 ? -1 : 1;
    is_active_[*column] = true;
    active_.push_back(*column);
    descend();
  }
}

void LassoRidge::settle(const NoisePrior& prior) {
  const double rounding = kRoundingOfSquares * sums_.targets() /
                          static_cast<double>(std::max<std::size_t>(1, sums_.rows()));
  for (std::size_t turn = 0; turn < kTurnsMax; ++turn) {
    const double variance = likely_variance(squares(), sums_.rows(), prior);
    if (turn > 0 && std::abs(variance - variance_) <= kSameVariance * variance + rounding) return;
    solve(variance);
  }
}

// To the minimum over the active columns; each further turn has one of them less.
void LassoRidge::descend() {
  while (true) {
    if (!factor()) {
      is_shut_out_[active_[factored_]] = true;
      release(factored_);
      continue;
    }
    solve_active();
    const auto stop = first_stop();
    walk(stop ? stop->share : 1);
    if (!stop) return;
    // Rounding alone wanted it, and would want it again.
    if (stop->share <= 0) is_shut_out_[active_[stop->place]] = true;
    release(stop->place);
  }
}

// Rows of columns that joined earlier stay as they are.
bool LassoRidge::factor() {
  while (factored_ < active_.size()) {
    if (!factor_row(factored_)) return false;
    ++factored_;
  }
  return true;
}

bool LassoRidge::factor_row(std::size_t r) {
  const std::size_t width = weights_.size();
  const std::size_t column = active_[r];
  double* const row = &lower_[r * width];
  for (std::size_t j = 0; j < r; ++j) {
    const double* const above = &lower_[j * width];
    double rest = sums_.product(column, active_[j]);
    for (std::size_t k = 0; k < j; ++k) rest -= row[k] * above[k];
    row[j] = rest / above[j];
  }
  double pivot = sums_.product(column, column) + variance_ * prices_[column].ridge;
  for (std::size_t k = 0; k < r; ++k) pivot -= row[k] * row[k];
  if (pivot <= kPivotMin * sums_.product(column, column)) return false;
  row[r] = std::sqrt(pivot);
  return true;
}

void LassoRidge::solve_active() {
  ++systems_;
  const std::size_t width = weights_.size();
  const std::size_t size = active_.size();
  for (std::size_t r = 0; r < size; ++r) {
    const std::size_t column = active_[r];
    double rest = sums_.with_target(column) - variance_ * prices_[column].lasso * signs_[column];
    for (std::size_t k = 0; k < r; ++k) rest -= lower_[r * width + k] * goal_[k];
    goal_[r] = rest / lower_[r * width + r];
  }
  for (std::size_t r = size; r-- > 0;) {
    goal_[r] /= lower_[r * width + r];
    for (std::size_t k = 0; k < r; ++k) goal_[k] -= lower_[r * width + k] * goal_[r];
  }
}

std::optional<LassoRidge::Stop> LassoRidge::first_stop() const {
  std::optional<Stop> first;
  for (std::size_t r = 0; r < active_.size(); ++r) {
    const std::size_t column = active_[r];
    const bool keeps_sign = prices_[column].lasso <= 0 || goal_[r] * signs_[column] > 0;
    if (keeps_sign) continue;
    const double weight = weights_[column];
    const double share = weight == 0 ? 0 : weight / (weight - goal_[r]);
    if (!first || share < first->share) first = Stop{.place = r, .share = share};
  }
  return first;
}

void LassoRidge::walk(double share) {
  for (std::size_t r = 0; r < active_.size(); ++r) {
    double& weight = weights_[active_[r]];
    weight = share < 1 ? weight + share * (goal_[r] - weight) : goal_[r];
  }
}

void LassoRidge::release(std::size_t place) {
  const std::size_t column = active_[place];
  weights_[column] = 0;
  signs_[column] = 0;
  is_active_[column] = false;
  active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(place));
  factored_ = std::min(factored_, place);
}

double LassoRidge::slope(std::size_t column) const {
  double sum = variance_ * prices_[column].ridge * weights_[column] - sums_.with_target(column);
  for (const std::size_t other : active_) sum += sums_.product(column, other) * weights_[other];
  return sum;
}

std::optional<std::size_t> LassoRidge::most_wanted() const {
  std::optional<std::size_t> wanted;
  double most = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    if (is_active_[i] || is_shut_out_[i]) continue;
    const double rounding = kRoundingOfSlope * std::sqrt(sums_.product(i, i) * sums_.targets());
    const double excess = std::abs(slope(i)) - variance_ * prices_[i].lasso - rounding;
    if (excess > most) {
      most = excess;
      wanted = i;
    }
  }
  return wanted;
}

double LassoRidge::squares() const {
  double sum = sums_.targets();
  for (const std::size_t i : active_) {
    double product = -2 * sums_.with_target(i);
    for (const std::size_t j : active_) product += sums_.product(i, j) * weights_[j];
    sum += weights_[i] * product;
  }
  return std::max(0.0, sum);
}

}  // namespace shelduck::forecast
