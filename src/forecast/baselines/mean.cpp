#include "shelduck/forecast/baselines/mean.hpp"

#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// Neumaier 1974: the lost low parts are summed apart.
class CompensatedSum {
 public:
  void add(double value) {
    const double next = sum_ + value;
    lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - next) + value : (value - next) + sum_;
    sum_ = next;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

}  // namespace

Fitted<MeanModel> fit_mean(std::span<const double> values) {
  if (values.empty()) {
    throw Error{ErrorKind::invalid_input,
                "a mean cannot be fitted to no values",
                {.field = "values", .value = "0", .rule = "at least one value"}};
  }
  Fitted<MeanModel> fitted{.model = {}, .backtest = {.first = 1}};
  fitted.backtest.steps.reserve(values.size());
  CompensatedSum sum;
  for (const double value : values) {
    if (fitted.model.n > 0) {
      fitted.backtest.steps.push_back(predict_next(fitted.model));
    }
    sum.add(value);
    ++fitted.model.n;
    fitted.model.mean = sum.value() / static_cast<double>(fitted.model.n);
  }
  return fitted;
}

Centred predict_next(const MeanModel& model) {
  return {.centre = model.mean, .spread = std::sqrt(1 + 1 / static_cast<double>(model.n))};
}

}  // namespace shelduck::forecast
