#include "shelduck/forecast/seasonal/strength.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/seasonal/stl.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kStrengthWindow = 11;  // cycles

double variance_of(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / n;
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / n;
}

void check_season(std::span<const double> values, std::size_t period) {
  if (period < 2) {
    throw Error{ErrorKind::invalid_input,
                "the season has no strength: period is " + std::to_string(period) +
                    ", but must be at least 2",
                {.field = "period", .value = std::to_string(period), .rule = "at least 2"}};
  }
  check_length("seasonal strength", values.size(), 2 * period + 1);
}

}  // namespace

double seasonal_strength(std::span<const double> values, std::size_t period) {
  check_season(values, period);
  const StlParts parts = stl(values, {.period = period, .season_window = kStrengthWindow});
  std::vector<double> remainder;
  std::vector<double> both;
  for (std::size_t t = 0; t < values.size(); ++t) {
    both.push_back(values[t] - parts.trend[t]);
    remainder.push_back(both.back() - parts.season[t]);
  }
  const double whole = variance_of(both);
  return whole > 0 ? std::clamp(1 - variance_of(remainder) / whole, 0.0, 1.0) : 0;
}

}  // namespace shelduck::forecast
