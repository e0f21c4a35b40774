#include "shelduck/sensors/time_slices.hpp"

#include <algorithm>

namespace shelduck::sensors {
namespace {

// Of a slice, beyond what is wanted: it is sorted in memory.
constexpr std::int64_t kTooMany = 8;

Extent extent_of(ReadingStore& store, const ReadingFilter& filter) {
  if (!filter.node_address) return store.extent();
  const auto node = store.node(*filter.node_address);
  if (!node) return {};
  return {node->total_readings, node->first_seen_at, node->newest.timestamp};
}

}  // namespace

TimeSlices::TimeSlices(ReadingStore& store, const ReadingFilter& filter, std::int64_t rows_wanted)
    : store_(store), filter_(filter), rows_wanted_(std::max<std::int64_t>(1, rows_wanted)) {
  const Extent extent = extent_of(store, filter);
  total_readings_ = extent.rows;
  if (extent.rows == 0) return;
  whole_first_ = extent.first;
  whole_last_ = extent.last;
  first_ = std::max(extent.first, filter.range.first());
  last_ = std::min(extent.last, filter.range.last());
  const double density =
      static_cast<double>(extent.rows) / static_cast<double>(extent.last - extent.first + 1);
  const double seconds = 2 * static_cast<double>(rows_wanted_) / density;
  seconds_ = static_cast<std::int64_t>(std::min(seconds, 1e12)) + 1;
}

std::int64_t TimeSlices::rows_from(std::int64_t first) const {
  return store_.count({filter_.node_address, {.start = first, .end = last_}});
}

std::optional<TimeSlice> TimeSlices::next() {
  while (last_ >= first_) {
    const std::int64_t from = std::max(first_, last_ - seconds_ + 1);
    const std::int64_t rows = rows_from(from);
    if (rows > kTooMany * rows_wanted_ && from < last_) {
      seconds_ = std::max<std::int64_t>(1, (last_ - from + 1) / 2);
      continue;
    }
    if (rows < rows_wanted_) seconds_ *= 2;
    const TimeSlice slice{{.start = from, .end = last_}, rows};
    last_ = from - 1;
    if (rows > 0) return slice;
  }
  return std::nullopt;
}

std::int64_t TimeSlices::total() {
  if (total_readings_ == 0) return 0;
  const bool holds_all =
      filter_.range.first() <= whole_first_ && filter_.range.last() >= whole_last_;
  return holds_all ? total_readings_ : store_.count(filter_);
}

}  // namespace shelduck::sensors
