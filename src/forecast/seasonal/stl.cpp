#include "shelduck/forecast/seasonal/stl.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/seasonal/window_sums.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kStlRounds = 2;

enum class LoessDegree { constant, line };

std::size_t next_odd(double least) {
  const auto whole = static_cast<std::size_t>(std::ceil(least));
  return whole % 2 == 1 ? whole : whole + 1;
}

double tricube(double share) {
  const double rest = 1 - share * share * share;
  return rest * rest * rest;
}

// The weights of a window, and their moments over the distances.
struct LoessWindow {
  double sum = 0;
  double first = 0;
  double second = 0;

  void add(double weight, double x) {
    sum += weight;
    first += weight * x;
    second += weight * x * x;
  }

  // From the weighted sums of the values, and of the values by their distances.
  [[nodiscard]] double smoothed(LoessDegree degree, double value, double slope) const {
    const double spread = sum * second - first * first;
    const bool flat = degree == LoessDegree::constant || !(spread > 1e-6 * sum * sum);
    return flat ? value / sum : (second * value - first * slope) / spread;
  }
};

// A smoother of values of equal steps: at each place a constant or a line through the values of the
// window, those far away weighing less.
class Loess {
 public:
  Loess(std::size_t window, LoessDegree degree) : window_(window), degree_(degree) {
    for (std::size_t i = 0; i < window; ++i) {
      const double x = static_cast<double>(i) - inner_reach();
      weights_.push_back(weight_at(std::abs(x), inner_reach()));
      by_distance_.push_back(weights_.back() * x);
      inner_.add(weights_.back(), x);
    }
  }

  // At a place that may lie outside the values.
  [[nodiscard]] double at(std::span<const double> values, double place) const {
    const std::size_t width = std::min(window_, values.size());
    const auto latest = static_cast<double>(values.size() - width);
    const double first = std::clamp(place - inner_reach(), 0.0, latest);
    const auto begin = static_cast<std::size_t>(first);
    double reach = std::max(place - first, first + static_cast<double>(width - 1) - place);
    const std::size_t missing = window_ > width ? (window_ - width) / 2 : 0;
    reach += static_cast<double>(missing);
    return smoothed({.values = values.subspan(begin, width),
                     .offset = first - place,
                     .reach = reach > 0 ? reach : 1});
  }

  // At each of them; where the window is whole with the same weights.
  [[nodiscard]] std::vector<double> all(std::span<const double> values) const {
    const std::vector<double> sums = window_sums(values, weights_);
    const std::vector<double> slopes = window_sums(values, by_distance_);
    const std::size_t half = window_ / 2;
    std::vector<double> result;
    for (std::size_t t = 0; t < values.size(); ++t) {
      const bool is_whole = t >= half && t - half < sums.size();
      result.push_back(is_whole ? inner_.smoothed(degree_, sums[t - half], slopes[t - half])
                                : at(values, static_cast<double>(t)));
    }
    return result;
  }

 private:
  // The farthest value still weighs a little.
  static constexpr double kWithin = 0.999;

  struct Neighbours {
    std::span<const double> values;
    double offset;  // of the first value from the place
    double reach;
  };

  [[nodiscard]] double inner_reach() const {
    const std::size_t half = window_ / 2;
    return static_cast<double>(half);
  }

  [[nodiscard]] static double weight_at(double distance, double reach) {
    if (distance > kWithin * reach) return 0;
    return tricube(distance / reach);
  }

  [[nodiscard]] double smoothed(const Neighbours& near) const {
    const bool inner = near.reach == inner_reach() && near.offset == -near.reach;
    LoessWindow window;
    double value = 0;
    double slope = 0;
    for (std::size_t i = 0; i < near.values.size(); ++i) {
      const double x = near.offset + static_cast<double>(i);
      const double weight = inner ? weights_[i] : weight_at(std::abs(x), near.reach);
      window.add(weight, x);
      value += weight * near.values[i];
      slope += weight * x * near.values[i];
    }
    return window.smoothed(degree_, value, slope);
  }

  std::size_t window_;
  LoessDegree degree_;
  std::vector<double> weights_{};  // inside the series
  std::vector<double> by_distance_{};
  LoessWindow inner_{};
};

// Of `width` values each; shorter by width - 1.
std::vector<double> moving_means(std::span<const double> values, std::size_t width) {
  std::vector<double> result;
  double sum = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    sum += values[t];
    if (t + 1 >= width) {
      result.push_back(sum / static_cast<double>(width));
      sum -= values[t + 1 - width];
    }
  }
  return result;
}

// Each phase smoothed over the cycles, with a cycle more at either end.
std::vector<double> smoothed_phases(std::span<const double> values, const StlShape& shape) {
  const std::size_t period = shape.period;
  const Loess loess{shape.season_window, LoessDegree::constant};
  std::vector<double> result(values.size() + 2 * period);
  std::vector<double> phase;
  for (std::size_t start = 0; start < period; ++start) {
    phase.clear();
    for (std::size_t t = start; t < values.size(); t += period) phase.push_back(values[t]);
    for (std::size_t cycle = 0; cycle < phase.size() + 2; ++cycle) {
      result[start + cycle * period] = loess.at(phase, static_cast<double>(cycle) - 1);
    }
  }
  return result;
}

void smooth_once(std::span<const double> values, const StlShape& shape, StlParts& parts) {
  const std::size_t period = shape.period;
  std::vector<double> detrended;
  for (std::size_t t = 0; t < values.size(); ++t) detrended.push_back(values[t] - parts.trend[t]);
  const std::vector<double> phases = smoothed_phases(detrended, shape);
  const Loess low_loess{next_odd(static_cast<double>(period)), LoessDegree::line};
  const std::vector<double> low =
      low_loess.all(moving_means(moving_means(moving_means(phases, period), period), 3));
  std::vector<double> adjusted;
  for (std::size_t t = 0; t < values.size(); ++t) {
    parts.season[t] = phases[t + period] - low[t];
    adjusted.push_back(values[t] - parts.season[t]);
  }
  const double window =
      1.5 * static_cast<double>(period) / (1 - 1.5 / static_cast<double>(shape.season_window));
  parts.trend = Loess{next_odd(window), LoessDegree::line}.all(adjusted);
}

void check_shape(std::span<const double> values, const StlShape& shape) {
  if (shape.period < 2 || shape.season_window < 3 || shape.season_window % 2 == 0) {
    const bool is_short = shape.period < 2;
    throw Error{ErrorKind::invalid_input,
                "a series cannot be decomposed so",
                {.field = is_short ? "period" : "season_window",
                 .value = std::to_string(is_short ? shape.period : shape.season_window),
                 .rule = is_short ? "at least 2" : "odd, from 3"}};
  }
  check_length("a decomposition", values.size(), 2 * shape.period + 1);
}

}  // namespace

StlParts stl(std::span<const double> values, const StlShape& shape) {
  check_shape(values, shape);
  StlParts parts{.season = std::vector<double>(values.size()),
                 .trend = std::vector<double>(values.size())};
  for (std::size_t round = 0; round < kStlRounds; ++round) smooth_once(values, shape, parts);
  return parts;
}

}  // namespace shelduck::forecast
