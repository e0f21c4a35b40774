// The readings of one node: the newest ones as they are, or a stretch of time as few points.
//
// Of N points at most, each stands for an equal part of [start, end]: the mean of its readings at
// the middle of the part, with all their flags. Parts without readings are left out. Where no start
// is given the node's first reading is it, and where no end is given the present second, or the
// newest reading where that is later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/sensors/reading_store.hpp"

namespace shelduck::sensors {

struct NodeReadingsOptions {
  std::uint64_t node_address = 0;
  TimeRange range{};
  std::int64_t limit = 100;                  // 1 to kLimitMax
  std::optional<std::int64_t> downsample{};  // points, 1 to kLimitMax; `limit` says nothing then
  Instant now;
};

struct SampledPoint {
  std::int64_t timestamp = 0;
  double temperature_celsius = 0;
  double humidity_percent = 0;
  std::uint8_t flags = 0;
  std::int64_t sample_count = 0;
};

// Of a node that is not known: no readings.
struct NodeReadings {
  std::uint64_t node_address = 0;
  std::vector<Reading> readings{};                    // newest first
  std::optional<std::vector<SampledPoint>> points{};  // ascending, instead
};

[[nodiscard]] NodeReadings ask(ReadingStore& store, const NodeReadingsOptions& options);

[[nodiscard]] std::string json(const NodeReadings& readings);

}  // namespace shelduck::sensors
