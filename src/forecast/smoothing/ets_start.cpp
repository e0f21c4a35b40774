#include "shelduck/forecast/smoothing/ets_start.hpp"

#include <algorithm>

#include "shelduck/forecast/seasonal/decomposition.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kStartValues = 10;
constexpr std::size_t kStartPeriods = 3;

// value at t (from 1) = level + t slope
struct StartLine {
  double level;
  double slope;

  [[nodiscard]] double at(std::size_t t) const {
    return level + slope * static_cast<double>(t + 1);
  }
};

double start_mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

StartLine line_through(std::span<const double> values) {
  const double mean = start_mean(values);
  const double centre = (static_cast<double>(values.size()) + 1) / 2;
  double products = 0;
  double squares = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double time = static_cast<double>(t + 1) - centre;
    products += time * (values[t] - mean);
    squares += time * time;
  }
  const double slope = squares > 0 ? products / squares : 0;
  return {.level = mean - slope * centre, .slope = slope};
}

StartLine start_line(const EtsForm& form, std::span<const double> values) {
  const StartLine flat{.level = start_mean(values), .slope = 0};
  if (form.trend == Trend::none) {
    return flat;
  }
  const StartLine line = line_through(values);
  const bool positive = line.level > 0 && line.at(values.size()) > 0;
  return form.season == EtsSeason::multiplicative && !positive ? flat : line;
}

}  // namespace

EtsState ets_start(const EtsSetting& setting, std::span<const double> values) {
  const bool seasonal = setting.form.season != EtsSeason::none;
  const bool ratio = setting.form.season == EtsSeason::multiplicative;
  const std::size_t wanted =
      std::max(kStartValues, seasonal ? kStartPeriods * setting.period : std::size_t{1});
  const std::span<const double> first = values.first(std::min(values.size(), wanted));
  const StartLine line = start_line(setting.form, first);
  EtsState start{.level = line.level, .slope = line.slope};
  if (!seasonal) {
    return start;
  }
  double total = 0;
  for (std::size_t phase = 0; phase < setting.period; ++phase) {
    double sum = 0;
    double count = 0;
    for (std::size_t t = phase; t < first.size(); t += setting.period) {
      sum += ratio ? first[t] / line.at(t) : first[t] - line.at(t);
      ++count;
    }
    start.season[phase] = sum / count;
    total += start.season[phase];
  }
  const double mean = total / static_cast<double>(setting.period);
  for (std::size_t phase = 0; phase < setting.period; ++phase) {
    double& index = start.season[phase];
    index = ratio ? std::max(index / mean, kIndexFloor) : index - mean;
  }
  return start;
}

}  // namespace shelduck::forecast
