#include "shelduck/sensors/duckdb_store/key_clusters.hpp"

#include <algorithm>

namespace shelduck::sensors {
namespace {

// A day: a few blocks of the engine hold it, whatever the nodes measure.
constexpr std::int64_t kGapSeconds = 86'400;

void add(std::string& text, const std::string& number) {
  if (!text.empty()) text += ' ';
  text += number;
}

}  // namespace

std::vector<KeyCluster> clusters_of(std::span<const ReadingKey> keys) {
  std::vector<ReadingKey> by_time(keys.begin(), keys.end());
  std::ranges::sort(by_time, {}, &ReadingKey::timestamp);
  std::vector<KeyCluster> clusters;
  for (const ReadingKey& key : by_time) {
    if (clusters.empty() ||
        (key.timestamp - clusters.back().last > kGapSeconds && clusters.size() < kClustersMax)) {
      clusters.push_back({.addresses = {}, .timestamps = {}, .first = key.timestamp});
    }
    KeyCluster& cluster = clusters.back();
    add(cluster.addresses, std::to_string(key.node_address));
    add(cluster.timestamps, std::to_string(key.timestamp));
    cluster.last = key.timestamp;
  }
  return clusters;
}

}  // namespace shelduck::sensors
