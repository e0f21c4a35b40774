#include "shelduck/forecast/baselines/level.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace shelduck::forecast {
namespace {

template <class Order>
void push(std::vector<double>& heap, double value, Order order) {
  heap.push_back(value);
  std::push_heap(heap.begin(), heap.end(), order);
}

template <class Order>
double pop(std::vector<double>& heap, Order order) {
  std::pop_heap(heap.begin(), heap.end(), order);
  const double top = heap.back();
  heap.pop_back();
  return top;
}

std::optional<double> deviation_about(double level, const Moments& moments) {
  if (moments.n < 2) {
    return std::nullopt;
  }
  const auto n = static_cast<double>(moments.n);
  const double off = level - moments.mean;
  return std::sqrt((moments.squares + n * off * off) / (n - 1));
}

std::optional<double> widened(std::optional<double> deviation, double extra) {
  return deviation ? std::optional{*deviation * std::sqrt(1 + extra)} : std::nullopt;
}

}  // namespace

MeanLevel fit_mean_level(std::span<const double> values) {
  check_length("mean", values.size(), 1);
  return absorbed(MeanLevel{}, values);
}

Path forecast(const MeanLevel& model, std::size_t horizon) {
  const double extra = 1 / static_cast<double>(model.moments.n);
  return flat_path(model.next(), widened(model.moments.sample_deviation(), extra), horizon);
}

MeanLevel started(const MeanLevel& /*model*/) { return MeanLevel{}; }

std::size_t fitted(const MeanLevel& /*model*/) { return 1; }

OneStep one_step(const MeanLevel& model, std::span<const double> values) {
  return errors_along(started(model), values, 1);
}

double MedianLevel::next() const {
  if (low.empty()) {
    return 0;
  }
  return low.size() > high.size() ? low.front() : low.front() + (high.front() - low.front()) / 2;
}

void MedianLevel::absorb(double value) {
  moments.add(value);
  if (low.size() == high.size()) {
    push(high, value, std::greater<>{});
    push(low, pop(high, std::greater<>{}), std::less<>{});
  } else {
    push(low, value, std::less<>{});
    push(high, pop(low, std::less<>{}), std::greater<>{});
  }
}

MedianLevel fit_median_level(std::span<const double> values) {
  check_length("median", values.size(), 1);
  return absorbed(MedianLevel{}, values);
}

Path forecast(const MedianLevel& model, std::size_t horizon) {
  const double extra = std::numbers::pi / (2 * static_cast<double>(model.moments.n));
  return flat_path(model.next(), widened(deviation_about(model.next(), model.moments), extra),
                   horizon);
}

MedianLevel started(const MedianLevel& /*model*/) { return MedianLevel{}; }

std::size_t fitted(const MedianLevel& /*model*/) { return 1; }

OneStep one_step(const MedianLevel& model, std::span<const double> values) {
  return errors_along(started(model), values, 1);
}

}  // namespace shelduck::forecast
