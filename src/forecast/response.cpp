#include "shelduck/forecast/response.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace shelduck::forecast {
namespace {

double response_unit(double magnitude) { return std::ldexp(1.0, std::ilogb(magnitude)); }

// The largest of `scale` times a power of two that is not above `magnitude`.
double step_below(double magnitude, double scale) {
  const double step = scale * response_unit(magnitude / scale);
  return std::isfinite(step) && step > 0 ? step : magnitude;
}

}  // namespace

double Response::to_scale(double y) const {
  return kind == ResponseKind::identity ? y / unit : std::log((y + offset) / unit);
}

double Response::from_scale(double z) const {
  if (kind == ResponseKind::identity) {
    constexpr double kMax = std::numeric_limits<double>::max();
    return std::clamp(z * unit, -kMax, kMax);
  }
  // A model may extrapolate beyond every double; its forecast stays finite.
  const double y = unit * std::exp(z) - offset;
  return std::clamp(y, 0.0, std::numeric_limits<double>::max());
}

void ResponseReader::absorb(double value) {
  negative_ = negative_ || value < 0;
  zero_ = zero_ || value == 0;
  if (value > 0 && (smallest_positive_ == 0 || value < smallest_positive_)) {
    smallest_positive_ = value;
  }
  if (first_ == 0) {
    first_ = std::abs(value);
  }
}

Response ResponseReader::response() const {
  Response response{.kind = negative_ ? ResponseKind::identity : ResponseKind::log};
  if (first_ > 0) {
    response.unit = response_unit(first_);
  }
  if (!negative_ && zero_) {
    response.offset = smallest_positive_ > 0 ? step_below(smallest_positive_, first_) : 1.0;
  }
  return response;
}

Response natural_response(std::span<const double> values) {
  ResponseReader reader;
  for (const double value : values) {
    reader.absorb(value);
  }
  return reader.response();
}

}  // namespace shelduck::forecast
