#include "shelduck/forecast/baselines/median.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

double between(double low, double high) { return low + (high - low) / 2; }

void require(std::size_t have, std::size_t need) {
  if (have < need) {
    throw Error{ErrorKind::invalid_input,
                "a median cannot be fitted: too few values",
                {.field = "values",
                 .value = std::to_string(have),
                 .rule = "at least " + std::to_string(need) + " values"}};
  }
}

double spread_of(std::size_t n) {
  return std::sqrt(1 + std::numbers::pi / (2 * static_cast<double>(n)));
}

}  // namespace

Fitted<MedianModel> fit_median(std::span<const double> values) {
  require(values.size(), 1);
  Fitted<MedianModel> fitted{.model = {}, .backtest = {.first = 1}};
  fitted.backtest.steps.reserve(values.size());
  for (const double value : values) {
    if (fitted.model.n() > 0) {
      fitted.backtest.steps.push_back(predict_next(fitted.model));
    }
    fitted.model.absorb(value);
  }
  return fitted;
}

Backtest leave_one_out_median(std::span<const double> values) {
  require(values.size(), 2);
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t n = sorted.size();
  Backtest backtest{.first = 0};
  backtest.steps.reserve(n);
  for (const double value : values) {
    const auto left_out = static_cast<std::size_t>(
        std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
    // The k-th smallest of the n - 1 others.
    const auto other = [&](std::size_t k) { return sorted[k < left_out ? k : k + 1]; };
    const std::size_t middle = (n - 1) / 2;
    const double centre =
        (n - 1) % 2 == 1 ? other(middle) : between(other(middle - 1), other(middle));
    backtest.steps.push_back({.centre = centre, .spread = spread_of(n - 1)});
  }
  return backtest;
}

Centred predict_next(const MedianModel& model) {
  return {.centre = model.median(), .spread = spread_of(model.n())};
}

}  // namespace shelduck::forecast
