#include "shelduck/forecast/arima/arima_squares.hpp"

#include <algorithm>
#include <cmath>

namespace shelduck::forecast {
namespace {

// Of an unknown: the error of a difference is then 1e-6 of the second derivative, and rounding 1e-9
// of the residual.
constexpr double kArimaMove = 1e-6;
constexpr std::size_t kGroup = kLanesOf<ArimaLanes>;

// The terms of one more place.
void set_terms(ArimaTerms<ArimaLanes>& terms, std::size_t k, const ArimaTerms<double>& place) {
  terms.count = place.count;
  terms.longest = place.longest;
  terms.lags = place.lags;
  for (std::size_t i = 0; i < place.count; ++i) set_lane(terms.weights[i], k, place.weights[i]);
}

// The products of four columns with four others: the four of each lane of the first.
using GroupProducts = std::array<ArimaLanes, kGroup>;

GroupProducts products_of(std::span<const ArimaLanes> columns, std::size_t groups, std::size_t a,
                          std::size_t b) {
  ArimaLanes first{};
  ArimaLanes second{};
  ArimaLanes third{};
  ArimaLanes fourth{};
  for (std::size_t row = 0; row < columns.size(); row += groups) {
    const ArimaLanes factors = columns[row + a];
    const ArimaLanes& others = columns[row + b];
    first += lanes_of<ArimaLanes>(lane(factors, 0)) * others;
    second += lanes_of<ArimaLanes>(lane(factors, 1)) * others;
    third += lanes_of<ArimaLanes>(lane(factors, 2)) * others;
    fourth += lanes_of<ArimaLanes>(lane(factors, 3)) * others;
  }
  return {first, second, third, fourth};
}

}  // namespace

ArimaFactors factors_of(const ArimaOrders& orders, std::span<const double> at) {
  std::size_t next = 0;
  const auto factor = [&](std::size_t degree) {
    next += degree;
    return factor_of_partials(at.subspan(next - degree, degree));
  };
  ArimaFactors factors;
  factors.ar = factor(orders.p);
  factors.seasonal_ar = factor(orders.P);
  factors.ma = factor(orders.q);
  factors.seasonal_ma = factor(orders.Q);
  factors.mean = orders.constant ? at[next] : 0;
  return factors;
}

ArimaSquares::ArimaSquares(const ArimaOrders& orders, std::size_t period,
                           std::span<const double> values, const ArimaColumns& columns)
    : orders_(orders),
      period_(period),
      values_(values),
      parameters_(arima_parameters(orders)),
      unknowns_(parameters_ + columns.size()),
      groups_(unknowns_ / kGroup + 1),
      pass_(orders, period, values.size()),
      passes_(orders, period, values.size()),
      columns_(values.size() * groups_),
      covariates_(columns.beside(orders)),
      unexplained_(columns.size() > 0 ? values.size() : 0) {
  lower_.fill(-kPartialMax);
  upper_.fill(kPartialMax);
}

Walls ArimaSquares::walls() const noexcept {
  const std::size_t walled = parameters_ - (orders_.constant ? 1 : 0);
  return {.lower = std::span{lower_}.first(walled), .upper = std::span{upper_}.first(walled)};
}

double ArimaSquares::squares(std::span<const double> at) {
  double sum = 0;
  const std::span<const double> values = unexplained(at);
  for (const double r : pass_.residuals(process_of(factors_of(orders_, at), period_), values)) {
    sum += r * r;
  }
  return sum;
}

const NormalEquations& ArimaSquares::linearise(std::span<const double> at) {
  for (std::size_t first = 0; first <= parameters_; first += kGroup) fill_columns(at, first);
  for (std::size_t first = 0; first <= parameters_; first += kGroup) take_differences(first);
  fill_covariates(at);
  multiply();
  return equations_;
}

void ArimaSquares::fill_columns(std::span<const double> at, std::size_t first) {
  ArmaProcess<ArimaLanes> process;
  for (std::size_t k = 0; k < kGroup; ++k) {
    ArimaUnknowns place{};
    std::copy(at.begin(), at.end(), place.begin());
    if (const std::size_t column = first + k; column > 0 && column <= parameters_) {
      const std::size_t i = column - 1;
      const double move = at[i] + kArimaMove > kPartialMax ? -kArimaMove : kArimaMove;
      place.at(i) += move;
      moves_.at(i) = place.at(i) - at[i];  // as it was rounded
    }
    const ArmaProcess<double> one = process_of(factors_of(orders_, place), period_);
    set_terms(process.ar, k, one.ar);
    set_terms(process.ma, k, one.ma);
    set_lane(process.mean, k, one.mean);
  }
  ArimaLanes* column = columns_.data() + first / kGroup;
  for (const ArimaLanes& residual : passes_.residuals(process, unexplained(at))) {
    *column = residual;
    column += groups_;
  }
}

void ArimaSquares::fill_covariates(std::span<const double> at) {
  if (covariates_.empty()) return;
  ArmaProcess<double> process = process_of(factors_of(orders_, at), period_);
  process.mean = 0;
  for (std::size_t j = 0; j < covariates_.size(); ++j) {
    const std::size_t place = 1 + parameters_ + j;
    ArimaLanes* column = columns_.data() + place / kGroup;
    for (const double residual : pass_.residuals(process, covariates_[j])) {
      set_lane(*column, place % kGroup, -residual);
      column += groups_;
    }
  }
}

std::span<const double> ArimaSquares::unexplained(std::span<const double> at) {
  if (covariates_.empty()) return values_;
  std::ranges::copy(values_, unexplained_.begin());
  for (std::size_t j = 0; j < covariates_.size(); ++j) {
    const double weight = at[parameters_ + j];
    const std::vector<double>& column = covariates_[j];
    for (std::size_t t = 0; t < column.size(); ++t) unexplained_[t] -= weight * column[t];
  }
  return unexplained_;
}

// The derivatives in place of the residuals at the places nearby, and zeros behind the last; the
// residual itself stays in the first lane of its row.
void ArimaSquares::take_differences(std::size_t first) {
  ArimaLanes inverse{};
  ArimaLanes kept{};  // of the place's own residual
  for (std::size_t k = 0; k < kGroup; ++k) {
    const std::size_t column = first + k;
    set_lane(inverse, k, column > 0 && column <= parameters_ ? 1 / moves_.at(column - 1) : 0);
    set_lane(kept, k, column == 0 ? 1 : 0);
  }
  for (std::size_t row = 0; row < columns_.size(); row += groups_) {
    const auto own = lanes_of<ArimaLanes>(lane(columns_[row], 0));
    ArimaLanes& group = columns_[row + first / kGroup];
    group = (group - own) * inverse + own * kept;
  }
}

// The products of all columns: the first row is J'r, the others J'J.
void ArimaSquares::multiply() {
  for (std::size_t a = 0; a < groups_; ++a) {
    for (std::size_t b = a; b < groups_; ++b) {
      const GroupProducts products = products_of(columns_, groups_, a, b);
      for (std::size_t k = 0; k < kGroup; ++k) {
        for (std::size_t l = 0; l < kGroup; ++l) {
          keep_product(a * kGroup + k, b * kGroup + l, lane(products.at(k), l));
        }
      }
    }
  }
}

// Of two columns, the residual and the unknowns from 1.
void ArimaSquares::keep_product(std::size_t column, std::size_t later, double product) {
  if (column > later || later == 0 || later > unknowns_) return;
  if (column == 0) {
    equations_.gradient[later - 1] = product;
  } else {
    equations_.matrix[(later - 1) * kUnknownsMax + column - 1] = product;
  }
}

}  // namespace shelduck::forecast
