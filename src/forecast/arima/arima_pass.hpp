// The standardised errors of an ARMA process with a mean along its values.
//
//   ArimaPass<double> pass{orders, 12, n};
//   for (const double r : pass.residuals({.ar = ar, .ma = ma, .mean = 0}, values)) ...
//
// r_t = v_t / sqrt(F_t) g, g^(2 n) the product of F, v and F of arima_filter.hpp: -n/2 log of the
// sum of their squares is the logarithm of the exact likelihood at the best s^2, but for a
// constant. Where the filter has settled v follows from the values and errors before it alone: e_t
// = z_t - sum a_i z_(t-i) + sum b_j e_(t-j). Cost: O(r) a value at first, O(terms) later. Nothing
// is allocated after construction. Threads: one at a time. Private to this room.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/arima/arima_filter.hpp"

namespace shelduck::forecast {

template <class Number>
class ArimaPass {
 public:
  ArimaPass(const ArimaOrders& orders, std::size_t period, std::size_t n)
      : start_(orders.p + orders.P * period, orders.q + orders.Q * period),
        filter_(std::max(orders.p + orders.P * period, orders.q + orders.Q * period)),
        residuals_(n) {}

  // Good until the next call.
  [[nodiscard]] std::span<const Number> residuals(const ArmaProcess<Number>& process,
                                                  std::span<const double> values) {
    filter_.begin(start_.of(process.ar, process.ma), process.ar);
    product_ = lanes_of<Number>(1);
    logarithm_ = Number{};
    const std::size_t settled = until_settled(process, values);
    note_variance(values.size() - settled);
    go_on(process, values, settled);
    const double share = 0.5 / static_cast<double>(values.size());
    const Number scale = each_lane(logarithm_, [&](double log) { return std::exp(share * log); });
    const Number late = scale * root(filter_.precision());
    for (std::size_t t = 0; t < settled; ++t) residuals_[t] *= scale;
    for (std::size_t t = settled; t < values.size(); ++t) residuals_[t] *= late;
    return residuals_;
  }

 private:
  // The filter looks so often whether it has settled.
  static constexpr std::size_t kLook = 8;
  static constexpr double kProductMax = 1e30;

  [[nodiscard]] static Number root(const Number& number) {
    return each_lane(number, [](double x) { return std::sqrt(x); });
  }

  [[nodiscard]] std::size_t until_settled(const ArmaProcess<Number>& process,
                                          std::span<const double> values) {
    for (std::size_t t = 0; t < values.size(); ++t) {
      if (t % kLook == 0) {
        filter_.settle();
        if (filter_.is_settled()) return t;
        keep_product_small();
      }
      const Number value = lanes_of<Number>(values[t]) - process.mean;
      product_ *= filter_.variance();
      residuals_[t] = (value - filter_.next()) * root(filter_.precision());
      filter_.absorb(value);
    }
    return values.size();
  }

  void keep_product_small() {
    if (largest_size(product_) > kProductMax) {
      logarithm_ += each_lane(product_, [](double x) { return std::log(x); });
      product_ = lanes_of<Number>(1);
    }
  }

  // The variance of all later errors.
  void note_variance(std::size_t times) {
    const double count = static_cast<double>(times);
    logarithm_ += each_lane(product_, [](double x) { return std::log(x); });
    logarithm_ += each_lane(filter_.variance(), [&](double x) { return count * std::log(x); });
  }

  void go_on(const ArmaProcess<Number>& process, std::span<const double> values,
             std::size_t settled) {
    const std::size_t reach = filter_.predictions().size();
    const std::size_t head = std::min(settled + reach, values.size());
    for (std::size_t t = settled; t < head; ++t) {
      residuals_[t] = head_error(process, values, settled, t);
    }
    Number mean = process.mean;
    for (std::size_t i = 0; i < process.ar.count; ++i) {
      mean -= process.ar.weights[i] * process.mean;
    }
    for (std::size_t t = head; t < values.size(); ++t) {
      Number error = lanes_of<Number>(values[t]) - mean;
      for (std::size_t i = 0; i < process.ar.count; ++i) {
        error -= process.ar.weights[i] * lanes_of<Number>(values[t - process.ar.lags[i]]);
      }
      for (std::size_t j = process.ma.count; j-- > 0;) {
        error += process.ma.weights[j] * residuals_[t - process.ma.lags[j]];
      }
      residuals_[t] = error;
    }
  }

  // Of the first values after the filter has settled: what it predicted for them stands for what
  // came before, less what the recursion makes of its own predictions.
  [[nodiscard]] Number head_error(const ArmaProcess<Number>& process,
                                  std::span<const double> values, std::size_t settled,
                                  std::size_t t) const {
    const std::span<const Number> known = filter_.predictions();
    const auto seen = [&](std::size_t at) {
      return lanes_of<Number>(values[at]) - process.mean - known[at - settled];
    };
    Number error = seen(t);
    for (std::size_t i = 0; i < process.ar.count; ++i) {
      const std::size_t lag = process.ar.lags[i];
      if (lag <= t - settled) error -= process.ar.weights[i] * seen(t - lag);
    }
    for (std::size_t j = 0; j < process.ma.count; ++j) {
      const std::size_t lag = process.ma.lags[j];
      if (lag <= t - settled) error += process.ma.weights[j] * residuals_[t - lag];
    }
    return error;
  }

  ArimaStart<Number> start_;
  ArimaFilter<Number> filter_;
  std::vector<Number> residuals_;
  Number product_{};
  Number logarithm_{};
};

}  // namespace shelduck::forecast
