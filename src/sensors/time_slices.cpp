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

std::int64_t TimeSlices::begin_of_next() const { return std::max(first_, last_ - seconds_ + 1); }

std::int64_t TimeSlices::rows_from(std::int64_t first) const {
  return store_.count({filter_.node_address, {.start = first, .end = last_}});
}

std::int64_t TimeSlices::rows_max() const { return kTooMany * rows_wanted_; }

void TimeSlices::halve(std::int64_t from) {
  seconds_ = std::max<std::int64_t>(1, (last_ - from + 1) / 2);
}

void TimeSlices::pass(std::int64_t from, std::int64_t rows) {
  if (rows < rows_wanted_) seconds_ *= 2;
  last_ = from - 1;
}

std::optional<TimeSlice> TimeSlices::next() {
  while (last_ >= first_) {
    const std::int64_t from = begin_of_next();
    const std::int64_t rows = rows_from(from);
    if (rows > rows_max() && from < last_) {
      halve(from);
      continue;
    }
    const TimeSlice slice{{.start = from, .end = last_}, rows};
    pass(from, rows);
    if (rows > 0) return slice;
  }
  return std::nullopt;
}

std::optional<std::vector<Reading>> TimeSlices::next_rows() {
  while (last_ >= first_) {
    const std::int64_t from = begin_of_next();
    std::vector<Reading> rows =
        store_.some({filter_.node_address, {.start = from, .end = last_}}, rows_max() + 1);
    const auto count = static_cast<std::int64_t>(rows.size());
    if (count > rows_max()) {
      if (from == last_) return std::nullopt;
      halve(from);
      continue;
    }
    pass(from, count);
    if (count == 0) continue;
    std::ranges::sort(rows, [](const Reading& a, const Reading& b) {
      return a.timestamp != b.timestamp ? a.timestamp > b.timestamp
                                        : a.node_address < b.node_address;
    });
    return rows;
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
