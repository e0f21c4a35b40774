#include "shelduck/sensors/time_order.hpp"

#include <algorithm>
#include <numeric>

namespace shelduck::sensors {
namespace {

using Places = std::vector<std::uint32_t>;

template <class T>
void reorder(std::vector<T>& column, std::size_t first, const Places& order) {
  std::vector<T> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t row : order) sorted.push_back(column[row]);
  std::ranges::copy(sorted, column.begin() + static_cast<std::ptrdiff_t>(first));
}

// From `first` on, as many as `order` names.
void reorder(NodeColumns& columns, std::size_t first, const Places& order) {
  reorder(columns.timestamps, first, order);
  reorder(columns.temperatures, first, order);
  reorder(columns.humidities, first, order);
  reorder(columns.flags, first, order);
}

Places places_between(std::size_t first, std::size_t end) {
  Places places(end - first);
  std::iota(places.begin(), places.end(), static_cast<std::uint32_t>(first));
  return places;
}

// Two neighbours in order become one.
void merge(NodeColumns& columns, std::size_t first, std::size_t middle, std::size_t end) {
  const auto time_of = [&](std::uint32_t row) { return columns.timestamps[row]; };
  Places merged(end - first);
  std::ranges::merge(places_between(first, middle), places_between(middle, end), merged.begin(), {},
                     time_of, time_of);
  reorder(columns, first, merged);
}

void sort_whole(NodeColumns& columns) {
  Places order = places_between(0, columns.size());
  std::ranges::sort(order, {}, [&](std::uint32_t row) { return columns.timestamps[row]; });
  reorder(columns, 0, order);
}

// Where the stretch in order that begins at `from` ends.
std::size_t end_of_order(const std::vector<std::int64_t>& times, std::size_t from) {
  const auto begin = times.begin();
  return static_cast<std::size_t>(
      std::is_sorted_until(begin + static_cast<std::ptrdiff_t>(from), times.end()) - begin);
}

// From here on sorting everything once takes less time than merging: rows moved, for each.
constexpr std::size_t kMovedMax = 4;

}  // namespace

void sort_by_time(NodeColumns& columns) {
  const std::vector<std::int64_t>& times = columns.timestamps;
  const auto at = [&](std::size_t row) { return times.begin() + static_cast<std::ptrdiff_t>(row); };
  std::size_t moved = 0;
  for (std::size_t middle = end_of_order(times, 0); middle < times.size();) {
    const std::size_t end = end_of_order(times, middle);
    // Rows before all of the new stretch, and rows after all of the old one, stand right.
    const auto first = std::upper_bound(at(0), at(middle), times[middle]) - at(0);
    const auto last = std::lower_bound(at(middle), at(end), times[middle - 1]) - at(0);
    moved += static_cast<std::size_t>(last - first);
    if (moved > kMovedMax * times.size()) return sort_whole(columns);
    merge(columns, static_cast<std::size_t>(first), middle, static_cast<std::size_t>(last));
    middle = end;
  }
}

}  // namespace shelduck::sensors
