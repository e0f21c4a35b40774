// ArimaColumns are the covariates of a series as an ARIMA fits them: after the differences of the
// values, and so that no column says what those before it say.
//
//   const ArimaColumns columns{rows, {.d = 1, .constant = true}, 12};
//   columns.beside(orders)        // each as long as the differenced values
//   columns.effects(weights)      // of the covariates, from weights of the columns
//
// Each is a sum of differenced covariates, orthogonal to the columns before it and of mean square 1
// (Gram, Schmidt; twice, for rounding), so that covariates of any unit and much alike are fitted as
// well as others. Beside a constant they have no mean, which the constant takes over.
// A covariate is left out, and has the effect 0, where its differences do not move, or where all of
// it but a part of kColumnNew is the sum of those before it: a constant, the last of seven
// weekdays, a straight line after one difference.
// Failure: Error invalid_input for more than kArimaRegressorsMax. Rows are finite and within
// kCovariateMax. Threads: plain data. Private to this room.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/arima/arima_orders.hpp"
#include "shelduck/forecast/step_covariates.hpp"

namespace shelduck::forecast {

inline constexpr double kColumnNew = 1e-5;

class ArimaColumns {
 public:
  ArimaColumns() = default;  // none
  ArimaColumns(KnownRows rows, const ArimaOrders& orders, std::size_t period);

  [[nodiscard]] std::size_t size() const noexcept { return columns_.size(); }
  // What stands in the model beside these orders: with their means where no constant takes them.
  [[nodiscard]] std::vector<std::vector<double>> beside(const ArimaOrders& orders) const;
  // By ordinary least squares on values that are differenced as they are.
  [[nodiscard]] std::vector<double> weights_of(std::span<const double> values) const;
  // Of every covariate, also of those that are left out.
  [[nodiscard]] std::vector<double> effects(std::span<const double> weights) const;
  // What the means of the columns add where a constant took them over.
  [[nodiscard]] double mean_of(std::span<const double> weights) const;

 private:
  struct Column {
    std::vector<double> values{};
    double mean = 0;
    std::vector<double> shares{};  // of the covariates
  };

  // What those before it do not say of it, unless that is nothing.
  void add(Column column);

  std::size_t covariates_ = 0;
  std::vector<Column> columns_{};
};

}  // namespace shelduck::forecast
