// Keys of readings as texts for a look-up, cut where a long time without any lies between two: each
// part is looked for within its own bounds, so that the engine skips all blocks outside of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::sensors {

struct KeyCluster {
  std::string addresses;   // with a space between two
  std::string timestamps;  // the same, of the same keys
  std::int64_t first = 0;
  std::int64_t last = 0;
};

// At most kClustersMax: then the last one holds the rest.
inline constexpr std::size_t kClustersMax = 16;

[[nodiscard]] std::vector<KeyCluster> clusters_of(std::span<const ReadingKey> keys);

}  // namespace shelduck::sensors
