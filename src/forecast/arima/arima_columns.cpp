#include "shelduck/forecast/arima/arima_columns.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/arima/difference_tests.hpp"
#include "shelduck/forecast/arima/product_of.hpp"

namespace shelduck::forecast {
namespace {

// Of the covariate: what its differences may be by rounding alone.
constexpr double kColumnRounding = 1e-14;

double column_product(std::span<const double> a, std::span<const double> b) {
  return product_of(a, b) / static_cast<double>(a.size());
}

double column_square(std::span<const double> values) { return column_product(values, values); }

std::vector<double> covariate_of(KnownRows rows, std::size_t covariate) {
  std::vector<double> values;
  for (std::size_t t = 0; t < rows.entries.size() / rows.columns; ++t) {
    values.push_back(rows.at(t)[covariate]);
  }
  return values;
}

double take_mean(std::vector<double>& values) {
  // From the first value on: of a column that stands still nothing is left.
  const double first = values.front();
  double rest = 0;
  for (const double value : values) rest += (value - first) / static_cast<double>(values.size());
  for (double& value : values) value = value - first - rest;
  return first + rest;
}

void check_count(std::size_t covariates) {
  if (covariates <= kArimaRegressorsMax) return;
  const std::string have = std::to_string(covariates);
  const std::string rule = "at most " + std::to_string(kArimaRegressorsMax);
  throw Error{ErrorKind::invalid_input,
              "an ARIMA cannot use " + have + " regressors, but " + rule,
              {.field = "regressors", .value = have, .rule = rule}};
}

}  // namespace

ArimaColumns::ArimaColumns(KnownRows rows, const ArimaOrders& orders, std::size_t period)
    : covariates_(rows.columns) {
  check_count(rows.columns);
  for (std::size_t c = 0; c < rows.columns; ++c) {
    std::vector<double> values = covariate_of(rows, c);
    const double size = largest_magnitude(values);
    // The differences of what is far from 0 lose digits unless that is taken away first.
    const double origin = orders.d + orders.D > 0 ? values.front() : 0;
    for (double& value : values) value -= origin;
    Column column{.values = differenced(differenced(values, orders.D, period), orders.d, 1),
                  .shares = std::vector<double>(rows.columns)};
    const double largest = largest_magnitude(column.values);
    if (largest < kCovariateMoveMin || largest <= kColumnRounding * size) continue;
    if (orders.constant && is_still(column.values, size)) continue;
    const double unit = std::scalbn(1.0, std::ilogb(largest));
    for (double& value : column.values) value /= unit;
    if (orders.constant) column.mean = take_mean(column.values);
    column.shares[c] = 1 / unit;
    add(std::move(column));
  }
}

void ArimaColumns::add(Column column) {
  const double before = std::sqrt(column_square(column.values));
  for (int round = 0; round < 2; ++round) {
    for (const Column& other : columns_) {
      const double share = column_product(column.values, other.values);
      for (std::size_t t = 0; t < column.values.size(); ++t) {
        column.values[t] -= share * other.values[t];
      }
      column.mean -= share * other.mean;
      for (std::size_t c = 0; c < covariates_; ++c) column.shares[c] -= share * other.shares[c];
    }
  }
  const double left = std::sqrt(column_square(column.values));
  if (!(left > kColumnNew * before)) return;
  for (double& value : column.values) value /= left;
  for (double& share : column.shares) share /= left;
  column.mean /= left;
  columns_.push_back(std::move(column));
}

std::vector<std::vector<double>> ArimaColumns::beside(const ArimaOrders& orders) const {
  std::vector<std::vector<double>> result;
  for (const Column& column : columns_) {
    result.push_back(column.values);
    if (orders.constant) continue;
    for (double& value : result.back()) value += column.mean;
  }
  return result;
}

std::vector<double> ArimaColumns::weights_of(std::span<const double> values) const {
  std::vector<double> weights;
  for (const Column& column : columns_) weights.push_back(column_product(column.values, values));
  return weights;
}

std::vector<double> ArimaColumns::effects(std::span<const double> weights) const {
  std::vector<double> result(covariates_);
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    for (std::size_t c = 0; c < covariates_; ++c) result[c] += weights[j] * columns_[j].shares[c];
  }
  return result;
}

double ArimaColumns::mean_of(std::span<const double> weights) const {
  double sum = 0;
  for (std::size_t j = 0; j < columns_.size(); ++j) sum += weights[j] * columns_[j].mean;
  return sum;
}

}  // namespace shelduck::forecast
