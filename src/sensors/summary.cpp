#include "shelduck/sensors/summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace shelduck::sensors {
namespace {

constexpr double kHundred = 100.0;

// A place among values in order: whole places, and how far it is on the way to the next one.
struct Place {
  std::size_t index = 0;
  double fraction = 0;
};

Place place_of(std::size_t n, double q) {
  const double position = static_cast<double>(n - 1) * q;
  const double whole = std::floor(position);
  return {static_cast<std::size_t>(whole), position - whole};
}

double between(std::int32_t a, std::int32_t b, double fraction) {
  return (static_cast<double>(a) + static_cast<double>(b - a) * fraction) / kHundred;
}

// How often each value is there: a value at a place is found without sorting.
template <class T>
class CountedValues {
 public:
  explicit CountedValues(std::span<const T> values) : counts_(kValues) {
    for (const T value : values) ++counts_[static_cast<std::size_t>(value - kLeast)];
  }

  // Places ascend from call to call.
  [[nodiscard]] std::int32_t at(std::size_t place) {
    while (place >= before_ + counts_[value_]) before_ += counts_[value_++];
    return static_cast<std::int32_t>(value_) + kLeast;
  }

 private:
  static constexpr std::int32_t kLeast = std::numeric_limits<T>::min();
  static constexpr std::size_t kValues = 65'536;

  std::vector<std::uint32_t> counts_;
  std::size_t value_ = 0;
  std::size_t before_ = 0;  // values less than it
};

// From here on counting is faster than sorting.
constexpr std::size_t kCountedFrom = 16'384;

template <class T>
void find_by_counting(std::span<const T> values, Summary& summary) {
  CountedValues<T> counted{values};
  const auto at = [&](double q) {
    const Place place = place_of(values.size(), q);
    const std::int32_t low = counted.at(place.index);
    // The next place may hold a greater value, which must not be passed for the next percentile.
    CountedValues<T> ahead = counted;
    const std::int32_t high = place.fraction > 0 ? ahead.at(place.index + 1) : low;
    return between(low, high, place.fraction);
  };
  summary.min = static_cast<double>(counted.at(0)) / kHundred;
  summary.p50 = at(0.50);
  summary.p95 = at(0.95);
  summary.p99 = at(0.99);
  summary.max = static_cast<double>(counted.at(values.size() - 1)) / kHundred;
}

template <class T>
void find_by_sorting(std::span<const T> values, Summary& summary) {
  std::vector<std::int32_t> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  summary.min = static_cast<double>(sorted.front()) / kHundred;
  summary.max = static_cast<double>(sorted.back()) / kHundred;
  summary.p50 = percentile_of(sorted, 0.50);
  summary.p95 = percentile_of(sorted, 0.95);
  summary.p99 = percentile_of(sorted, 0.99);
}

template <class T>
Summary summarized(std::span<const T> values) {
  Summary summary{.n = static_cast<std::int64_t>(values.size())};
  if (values.empty()) return summary;
  const std::int64_t sum = std::accumulate(values.begin(), values.end(), std::int64_t{0});
  summary.avg = static_cast<double>(sum) / static_cast<double>(values.size()) / kHundred;
  if (values.size() >= kCountedFrom) {
    find_by_counting(values, summary);
  } else {
    find_by_sorting(values, summary);
  }
  return summary;
}

}  // namespace

double percentile_of(std::span<const std::int32_t> ascending, double q) {
  const Place place = place_of(ascending.size(), q);
  const std::size_t next = std::min(place.index + 1, ascending.size() - 1);
  return between(ascending[place.index], ascending[next], place.fraction);
}

Summary summary_of(std::span<const std::int16_t> hundredths) { return summarized(hundredths); }
Summary summary_of(std::span<const std::uint16_t> hundredths) { return summarized(hundredths); }

}  // namespace shelduck::sensors
