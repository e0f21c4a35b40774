#include "shelduck/sensors/summary.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

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

// Least and greatest, and the sum.
struct Extremes {
  std::int32_t least = std::numeric_limits<std::int32_t>::max();
  std::int32_t greatest = std::numeric_limits<std::int32_t>::min();
  std::int64_t sum = 0;

  [[nodiscard]] std::size_t values_between() const {
    return static_cast<std::size_t>(greatest - least) + 1;
  }
};

template <class T>
Extremes extremes_of(std::span<const T> values) {
  Extremes found;
  for (const std::int32_t value : values) {
    found.least = std::min(found.least, value);
    found.greatest = std::max(found.greatest, value);
    found.sum += value;
  }
  return found;
}

// How often each value between two others is there, one by one and in blocks, about as many blocks
// as a block has values: what stands at a place is found without sorting, by walking few of both.
class CountedValues {
 public:
  template <class T>
  CountedValues(std::span<const T> values, const Extremes& extremes)
      : least_(extremes.least),
        block_bits_(static_cast<unsigned>(std::bit_width(extremes.values_between())) / 2) {
    const std::size_t blocks = (extremes.values_between() >> block_bits_) + 1;
    const std::size_t needed = blocks + (blocks << block_bits_);
    if (needed > near_.size()) far_.resize(needed);
    std::uint32_t* const begin = far_.empty() ? near_.data() : far_.data();
    std::fill_n(begin, needed, 0U);
    of_blocks_ = {begin, blocks};
    of_values_ = {begin + blocks, needed - blocks};
    for (const std::int32_t value : values) {
      const auto place = static_cast<std::size_t>(value - least_);
      ++of_values_[place];
      ++of_blocks_[place >> block_bits_];
    }
  }
  CountedValues(const CountedValues&) = delete;
  CountedValues& operator=(const CountedValues&) = delete;

  // At a place among the values in order and, where the place lies between two, at the next one.
  [[nodiscard]] double at(const Place& place) const {
    std::size_t before = place.index;  // values before it that are not passed yet
    std::size_t block = 0;
    while (before >= of_blocks_[block]) before -= of_blocks_[block++];
    std::size_t value = block << block_bits_;
    while (before >= of_values_[value]) before -= of_values_[value++];
    std::size_t next = value;
    if (place.fraction > 0 && before + 1 == of_values_[value]) {
      do ++next;
      while (of_values_[next] == 0);
    }
    return between(of_hundredths(value), of_hundredths(next), place.fraction);
  }

 private:
  // An hour's or a day's values lie that near to each other, mostly.
  static constexpr std::size_t kNear = 2048;

  [[nodiscard]] std::int32_t of_hundredths(std::size_t value) const {
    return static_cast<std::int32_t>(value) + least_;
  }

  std::int32_t least_;
  unsigned block_bits_;
  std::array<std::uint32_t, kNear> near_;  // zeroed as far as it is used
  std::vector<std::uint32_t> far_;
  std::span<std::uint32_t> of_blocks_;
  std::span<std::uint32_t> of_values_;
};

// As long as there are no more values between the least and the greatest for each that is there,
// counting is faster than sorting.
constexpr std::size_t kValuesBetweenMax = 16;

template <class T>
void find_by_counting(std::span<const T> values, const Extremes& extremes, Summary& summary) {
  const CountedValues counted{values, extremes};
  summary.p50 = counted.at(place_of(values.size(), 0.50));
  summary.p95 = counted.at(place_of(values.size(), 0.95));
  summary.p99 = counted.at(place_of(values.size(), 0.99));
}

template <class T>
void find_by_sorting(std::span<const T> values, Summary& summary) {
  std::vector<std::int32_t> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  summary.p50 = percentile_of(sorted, 0.50);
  summary.p95 = percentile_of(sorted, 0.95);
  summary.p99 = percentile_of(sorted, 0.99);
}

template <class T>
Summary summarized(std::span<const T> values) {
  Summary summary{.n = static_cast<std::int64_t>(values.size())};
  if (values.empty()) return summary;
  const Extremes extremes = extremes_of(values);
  summary.min = extremes.least / kHundred;
  summary.max = extremes.greatest / kHundred;
  summary.avg = static_cast<double>(extremes.sum) / static_cast<double>(values.size()) / kHundred;
  if (extremes.values_between() <= kValuesBetweenMax * values.size()) {
    find_by_counting(values, extremes, summary);
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
