// Median and MAD (median of the distances from it) of the values around each place of a series.
//
//   RollingSpread spread{61};
//   for_each_spread(values, spread, [](std::size_t i, const Spread& around) { ... });
//
// Around the first and the last places the window is that of the whole first or last 61 values;
// a shorter series is one window, and of fewer than 5 values nothing is said. Private to the room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace shelduck::sensors {

struct Spread {
  double median = 0;
  double mad = 0;
};

// Values in order; one goes and one comes in O(size) moves of few bytes.
class RollingSpread {
 public:
  // An odd size.
  explicit RollingSpread(std::size_t size) : size_(size) { sorted_.reserve(size + 1); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  void clear() { sorted_.clear(); }
  void add(std::int32_t value) { sorted_.insert(std::ranges::upper_bound(sorted_, value), value); }
  void remove(std::int32_t value) { sorted_.erase(std::ranges::lower_bound(sorted_, value)); }

  // Of at least one value; of an even number the lower middle counts.
  [[nodiscard]] Spread spread() const;

 private:
  std::size_t size_;
  std::vector<std::int32_t> sorted_;
};

template <class T, class Use>
void for_each_spread(const std::vector<T>& values, RollingSpread& window, Use use) {
  constexpr std::size_t kLeast = 5;
  const std::size_t n = values.size();
  if (n < kLeast) return;
  const std::size_t size = std::min(window.size(), n);
  window.clear();
  for (std::size_t i = 0; i < size; ++i) window.add(values[i]);
  std::size_t first = 0;  // of the window
  Spread spread = window.spread();
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t wanted = std::min(i - std::min(i, size / 2), n - size);
    if (wanted != first) {
      window.remove(values[first]);
      window.add(values[first + size]);
      first = wanted;
      spread = window.spread();
    }
    use(i, spread);
  }
}

}  // namespace shelduck::sensors
