#include "shelduck/sensors/node_slices.hpp"

namespace shelduck::sensors {

std::optional<std::vector<NodeRow>> NodeSlices::next() {
  if (is_over_) return std::nullopt;
  std::vector<NodeRow> nodes = store_.nodes(window_);
  is_over_ = static_cast<std::int64_t>(nodes.size()) < window_.take;
  if (nodes.empty()) return std::nullopt;
  window_.after = nodes.back().address;
  return nodes;
}

}  // namespace shelduck::sensors
