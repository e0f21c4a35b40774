#include "shelduck/forecast/intermittent/tsb.hpp"

#include "shelduck/forecast/intermittent/settling_gain.hpp"

namespace shelduck::forecast {

void TsbModel::absorb(double value) {
  if (n > 0) errors.add(value - next());
  ++n;
  const bool demand = value != 0;
  probability += settling_gain(kTsbProbabilityGain, n) * ((demand ? 1 : 0) - probability);
  if (!demand) return;
  ++demands;
  size += settling_gain(kTsbSizeGain, demands) * (value - size);
}

TsbModel fit_tsb(std::span<const double> values) {
  check_length("tsb", values.size(), 1);
  return absorbed(TsbModel{}, values);
}

Path forecast(const TsbModel& model, std::size_t horizon) {
  return flat_path(model.next(), model.errors.deviation(fitted(model)), horizon);
}

TsbModel started(const TsbModel& /*model*/) { return TsbModel{}; }

std::size_t fitted(const TsbModel& /*model*/) { return 2; }

OneStep one_step(const TsbModel& model, std::span<const double> values) {
  return errors_along(started(model), values, 1);
}

}  // namespace shelduck::forecast
