// The search for the orders of a series that needs no further difference. Orders tried, bounds and
// criterion: arima.hpp.
//
//   ArimaSearch search{differenced, {.period = 12, .d = 1}};
//   const ArimaFit best = search.best({.p = 5, .q = 5, .P = 2, .Q = 2, .constant = true});
//
// Likelihoods of mixed orders have several maxima, so a fit has two starts: the best one so far,
// with zeros for what that has not, and, where both p and q are there, a slow autoregression beside
// half an MA, which is given up where its steps promise no better sum than the first
// found. On the train part of 40 series of M4 weekly the second start took 5.8 off the mean
// AICc that is found, a third from zeros 1.3 more, at half the cost again. The search takes steps
// until they gain less than kArimaGain; its winner goes on to kArimaPolish. No orders are passed
// over: fewer terms cannot have a higher likelihood than more, but what a search finds of either
// can, so that this bound hid better orders (docs/performance.md).
// Beside many columns (the waves of long seasons) a step costs as much as a pass for each of them.
// So their weights are those of the errors of a first model while orders are searched for, and all
// is fitted together at the end: on M4 weekly a series with waves took half the time, with as good
// forecasts at three origins inside the train parts (docs/forecasting-constants.md).
// Threads: one at a time. Values are borrowed, finite and of size near 1. Private to this room.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/arima/arima_squares.hpp"

namespace shelduck::forecast {

// An AR or MA root nearer to 0 than that is too near to the unit circle.
inline constexpr double kArimaRootMin = 1.01;
inline constexpr std::size_t kArimaModelsMax = 94;

struct ArimaFit {
  ArimaOrders orders{};
  ArimaUnknowns at{};
  double criterion = 0;  // -2 log likelihood
  double aicc = 0;       // infinite: refused, or too few values
  bool is_exact = false;
};

struct ArimaSetting {
  std::size_t period = 1;
  std::size_t d = 0;
  std::size_t D = 0;
  double enough = 0;        // a sum of squares that is rounding alone
  std::size_t weights = 0;  // fitted to the values before, which count as parameters
  StopCheck check{};        // called before each step of a fit
};

class ArimaSearch {
 public:
  ArimaSearch(std::span<const double> values, const ArimaSetting& setting,
              ArimaColumns columns = {});

  // Of these orders, the differences aside.
  [[nodiscard]] ArimaFit fit(const ArimaOrders& orders) const;
  // None of them above `limits`.
  [[nodiscard]] ArimaFit best(const ArimaOrders& limits);
  // The same where there are many columns: orders are searched for beside the weights that are best
  // at the errors of `guide`, and all is fitted together at the end.
  [[nodiscard]] ArimaFit best_beside(const ArimaOrders& limits, const ArimaFit& guide) const;
  // Of the values that an ordinary regression on the columns leaves.
  [[nodiscard]] ArimaFit guide_of(const ArimaOrders& orders) const;

 private:
  void try_starts(const ArimaOrders& limits);
  [[nodiscard]] bool improved_nearby(const ArimaOrders& limits);
  // Whether it is the best now.
  bool consider(ArimaOrders orders);
  [[nodiscard]] bool is_known(const ArimaOrders& orders) const;
  [[nodiscard]] ArimaFit fit_from(std::span<const ArimaUnknowns> starts, const ArimaOrders& orders,
                                  double gain) const;
  [[nodiscard]] ArimaUnknowns start_beside(const ArimaFit& of,
                                           std::span<const double> weights) const;
  // What the columns, with their means, leave of the values: right without a constant, and beside
  // one, which takes any mean.
  [[nodiscard]] std::vector<double> left_by(std::span<const double> weights) const;
  [[nodiscard]] double aicc_of(double criterion, const ArimaOrders& orders) const;
  [[nodiscard]] ArimaUnknowns zero_start(const ArimaOrders& orders) const;
  [[nodiscard]] ArimaUnknowns mixed_start(const ArimaOrders& orders) const;
  [[nodiscard]] ArimaUnknowns padded(const ArimaOrders& orders, const ArimaFit& relative) const;

  std::span<const double> values_;
  ArimaSetting setting_;
  ArimaColumns columns_;
  std::vector<double> weights_;  // of the columns, by ordinary least squares
  double mean_ = 0;
  std::vector<ArimaFit> fits_{};
  std::size_t best_ = 0;  // place in fits_
};

}  // namespace shelduck::forecast
