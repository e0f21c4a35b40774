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

// Where they stand, as they are found, at most so many as `n` values may have; `others` then lacks
// them.
std::vector<std::size_t> giants_taken_out(std::vector<double>& others, std::size_t n) {
  std::vector<std::size_t> giants;
  const std::size_t most = std::max<std::size_t>(1, n / kValuesAnOutlier);
  while (giants.size() < most) {
    const auto giant = giant_of(others);
    if (!giant) break;
    others[*giant] = kTakenOut;
    giants.push_back(*giant);
  }
  return giants;
}

}  // namespace

std::vector<Replacement> giant_outliers(std::span<const double> values) {
  std::vector<Replacement> giants;
  if (values.size() < kOutlierValuesMin || !giant_of(values)) return giants;
  std::vector<double> others(values.begin(), values.end());
  for (const std::size_t t : giants_taken_out(others, values.size())) giants.push_back({.t = t});
  const std::vector<double> lines = filled(others, Fill::linear);
  for (Replacement& giant : giants) giant.value = lines[giant.t];
  std::ranges::sort(giants, {}, &Replacement::t);
  return giants;
}

double OutlierWatch::take(double value) {
  ++n;
  // The ends twice: of what lies between them none is seen alone.
  std::vector<double> all{least, least, greatest, greatest};
  const std::size_t known = all.size();
  all.insert(all.end(), giants.begin(), giants.end());
  all.push_back(value);
  const std::vector<double> seen = all;
  if (n >= kOutlierValuesMin) static_cast<void>(giants_taken_out(all, n));
  giants.clear();
  for (std::size_t i = known; i < seen.size(); ++i) {
    if (std::isnan(all[i])) {
      giants.push_back(seen[i]);
    } else {
      least = std::min(least, seen[i]);
      greatest = std::max(greatest, seen[i]);
    }
  }
  if (!std::isnan(all.back())) newest = value;
  return newest;
}

OutlierWatch outlier_watch(std::span<const double> values, std::span<const Replacement> giants) {
  const std::vector<double> learnt = with_replacements(values, giants);
  OutlierWatch watch{.newest = learnt.back(), .n = values.size()};
  const auto [least, greatest] = std::ranges::minmax(learnt);
  watch.least = least;
  watch.greatest = greatest;
  for (const Replacement& giant : giants) watch.giants.push_back(values[giant.t]);
  return watch;
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
