#include "shelduck/forecast/baselines/mean.hpp"

#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
void MeanModel::absorb(double value) {
  const double next = sum + value;
  lost += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
  sum = next;
  ++n;
}

Fitted<MeanModel> fit_mean(std::span<const double> values) {
  if (values.empty()) {
    throw Error{ErrorKind::invalid_input,
                "a mean cannot be fitted to no values",
                {.field = "values", .value = "0", .rule = "at least one value"}};
  }
  Fitted<MeanModel> fitted{.model = {}, .backtest = {.first = 1}};
  fitted.backtest.steps.reserve(values.size());
  for (const double value : values) {
    if (fitted.model.n > 0) {
      fitted.backtest.steps.push_back(predict_next(fitted.model));
    }
    fitted.model.absorb(value);
  }
  return fitted;
}

Centred predict_next(const MeanModel& model) {
  return {.centre = model.mean(), .spread = std::sqrt(1 + 1 / static_cast<double>(model.n))};
}

}  // namespace shelduck::forecast
