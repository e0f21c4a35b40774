#include "shelduck/forecast/intermittent/croston.hpp"

#include "shelduck/forecast/intermittent/settling_gain.hpp"

namespace shelduck::forecast {

double CrostonModel::next() const {
  return demands == 0 ? 0 : (1 - kCrostonGain / 2) * (size / interval);
}

void CrostonModel::absorb(double value) {
  if (n > 0) errors.add(value - next());
  ++n;
  if (value == 0) {
    ++waiting;
    return;
  }
  ++demands;
  const double gain = settling_gain(kCrostonGain, demands);
  size += gain * (value - size);
  interval += gain * (static_cast<double>(waiting) - interval);
  waiting = 1;
}

CrostonModel fit_croston(std::span<const double> values) {
  check_length("croston", values.size(), 1);
  return absorbed(CrostonModel{}, values);
}

Path forecast(const CrostonModel& model, std::size_t horizon) {
  return flat_path(model.next(), model.errors.deviation(fitted(model)), horizon);
}

CrostonModel started(const CrostonModel& /*model*/) { return CrostonModel{}; }

std::size_t fitted(const CrostonModel& /*model*/) { return 2; }

OneStep one_step(const CrostonModel& model, std::span<const double> values) {
  return errors_along(started(model), values, 1);
}

}  // namespace shelduck::forecast
