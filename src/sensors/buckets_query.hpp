// What one node measured hour by hour or day by day, newest first; hours and days without readings
// are left out.
//
// Hours are those of UTC. Days are cut by the midnights of a zone, so one of them may have 23 or 25
// hours.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/sensors/summary.hpp"

namespace shelduck::sensors {

enum class BucketLength : std::uint8_t { hour, day };

struct BucketsOptions {
  std::uint64_t node_address = 0;
  TimeRange range{};  // of the readings that count
  BucketLength length = BucketLength::hour;
  std::string tz{"UTC"};  // of days
};

struct Bucket {
  std::int64_t start = 0;  // Unix seconds
  Summary temperature;
  Summary humidity;
};

struct Buckets {
  std::uint64_t node_address = 0;
  std::vector<Bucket> buckets;
};

// Throws Error(not_found): "No data found for node 7", and invalid_input for an unknown zone.
[[nodiscard]] Buckets ask(ReadingStore& store, const BucketsOptions& options);

[[nodiscard]] std::string json(const Buckets& buckets);

}  // namespace shelduck::sensors
