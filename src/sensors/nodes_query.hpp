// What is known of nodes: when they were first and last seen, how many readings they have, and
// whether they are online. O(nodes): no reading is looked at. There may be a million nodes: more
// than a page of them is walked in slices, in the same bytes.
//
//   if (store.extent().nodes <= kNodesAtOnce) return json(ask(store, options));
//   NodesText text{store, options};
//   while (const auto piece = text.next()) send(*piece);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/sensors/node_slices.hpp"
#include "shelduck/sensors/reading_store.hpp"

namespace shelduck::sensors {

// Since its newest reading was received.
inline constexpr std::int64_t kOnlineSeconds = 300;

// More than these are walked.
inline constexpr std::int64_t kNodesAtOnce = 10'000;

// Of a node that is asked for by its address and has no readings: not_found, in the words of the
// old routes.
[[nodiscard]] NodeRow require_node(ReadingStore& store, std::uint64_t address,
                                   const std::string& words);

struct NodeStatus {
  NodeRow node;
  std::int64_t last_seen_seconds = 0;  // since the newest reception; never negative
  bool is_online = false;
};

struct NodesOptions {
  Instant now;
};
struct NodeOptions {
  std::uint64_t node_address = 0;
  Instant now;
};
struct LatestOptions {
  std::uint64_t node_address = 0;
};

// Ascending by address.
[[nodiscard]] std::vector<NodeStatus> ask(ReadingStore& store, const NodesOptions& options);
// Throws Error(not_found): "Node 7 not found".
[[nodiscard]] NodeStatus ask(ReadingStore& store, const NodeOptions& options);
// Throws Error(not_found): "No readings found for node 7".
[[nodiscard]] Reading ask(ReadingStore& store, const LatestOptions& options);

[[nodiscard]] std::string json(const std::vector<NodeStatus>& nodes);
[[nodiscard]] std::string json(const NodeStatus& node);
[[nodiscard]] std::string json(const Reading& reading);

// The nodes of ask(), a slice at a time.
class NodesWalk {
 public:
  // Borrows the store.
  NodesWalk(ReadingStore& store, const NodesOptions& options) : slices_(store), now_(options.now) {}

  [[nodiscard]] std::optional<std::vector<NodeStatus>> next();

 private:
  NodeSlices slices_;
  Instant now_;
};

// The bytes of json(ask()), a piece a slice.
class NodesText {
 public:
  NodesText(ReadingStore& store, const NodesOptions& options)
      : count_(store.extent().nodes), nodes_(store, options) {}

  [[nodiscard]] std::optional<std::string> next();

 private:
  enum class Place { head, nodes, end };

  std::int64_t count_;
  NodesWalk nodes_;
  Place place_ = Place::head;
};

}  // namespace shelduck::sensors
