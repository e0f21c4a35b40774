#include "shelduck/forecast/outliers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "shelduck/forecast/filling.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kTakenOut = std::numeric_limits<double>::quiet_NaN();

// The two least and the two greatest of the values that are there, and where the outermost stand.
struct Ends {
  std::size_t least_at = 0;
  std::size_t greatest_at = 0;
  double least = std::numeric_limits<double>::infinity();
  double second_least = std::numeric_limits<double>::infinity();
  double second_greatest = -std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();

  void see(std::size_t t, double value) {
    if (value < least) {
      second_least = least;
      least = value;
      least_at = t;
    } else {
      second_least = std::min(second_least, value);
    }
    if (value > greatest) {
      second_greatest = greatest;
      greatest = value;
      greatest_at = t;
    } else {
      second_greatest = std::max(second_greatest, value);
    }
  }
};

// Whether values from `low` to `high` are one point to what stands `distance` away.
bool is_point(double low, double high, double distance) {
  const double range = high - low;
  const double size = range > 0 ? range : std::abs(high);
  return size > 0 && distance > kOutlierReach * size;
}

std::optional<std::size_t> giant_of(std::span<const double> values) {
  Ends ends;
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (!std::isnan(values[t])) ends.see(t, values[t]);
  }
  if (is_point(ends.least, ends.second_greatest, ends.greatest - ends.second_greatest)) {
    return ends.greatest_at;
  }
  if (is_point(ends.second_least, ends.greatest, ends.second_least - ends.least)) {
    return ends.least_at;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Replacement> giant_outliers(std::span<const double> values) {
  std::vector<Replacement> giants;
  if (values.size() < kOutlierValuesMin || !giant_of(values)) return giants;
  std::vector<double> others(values.begin(), values.end());
  const std::size_t most = std::max<std::size_t>(1, values.size() / kValuesAnOutlier);
  while (giants.size() < most) {
    const auto giant = giant_of(others);
    if (!giant) break;
    others[*giant] = kTakenOut;
    giants.push_back({.t = *giant});
  }
  const std::vector<double> lines = filled(others, Fill::linear);
  for (Replacement& giant : giants) giant.value = lines[giant.t];
  std::ranges::sort(giants, {}, &Replacement::t);
  return giants;
}

std::vector<double> with_replacements(std::span<const double> values,
                                      std::span<const Replacement> replacements) {
  std::vector<double> result(values.begin(), values.end());
  for (const Replacement& replacement : replacements) {
    if (replacement.t < result.size()) result[replacement.t] = replacement.value;
  }
  return result;
}

}  // namespace shelduck::forecast
