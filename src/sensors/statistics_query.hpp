// What one node measured, as a whole or within a stretch of time: least, greatest, mean and
// percentiles of either series.
#pragma once

#include <cstdint>
#include <string>

#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/sensors/summary.hpp"

namespace shelduck::sensors {

struct StatisticsOptions {
  std::uint64_t node_address = 0;
  TimeRange range{};
};

struct Statistics {
  NodeRow node;  // of all its readings, whatever the range
  Summary temperature;
  Summary humidity;
};

// Throws Error(not_found): "No data found for node 7".
[[nodiscard]] Statistics ask(ReadingStore& store, const StatisticsOptions& options);

[[nodiscard]] std::string json(const Statistics& statistics);

}  // namespace shelduck::sensors
