#include "shelduck/sensors/nodes_query.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/answer_text.hpp"

namespace shelduck::sensors {
namespace {

NodeStatus status_of(NodeRow node, Instant now) {
  const std::int64_t seconds =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::int64_t silent = std::max<std::int64_t>(0, seconds - node.newest_received_at);
  return {
      .node = std::move(node), .last_seen_seconds = silent, .is_online = silent <= kOnlineSeconds};
}

void append_status(std::string& out, const NodeStatus& status) {
  const NodeRow& node = status.node;
  AnswerObject body{out};
  body.address("address", node.address).whole("first_seen_at", node.first_seen_at);
  if (node.label.empty()) {
    body.null("label");
  } else {
    body.text("label", node.label);
  }
  body.whole("last_seen_at", node.newest.timestamp);
  body.whole("last_seen_seconds", status.last_seen_seconds);
  body.truth("online", status.is_online).whole("total_readings", node.total_readings);
  body.text("type", "SENSOR");
  body.end();
}

}  // namespace

NodeRow require_node(ReadingStore& store, std::uint64_t address, const std::string& words) {
  auto node = store.node(address);
  if (node) return std::move(*node);
  throw Error{
      ErrorKind::not_found, words, {.field = "node_address", .value = std::to_string(address)}};
}

std::vector<NodeStatus> ask(ReadingStore& store, const NodesOptions& options) {
  std::vector<NodeStatus> statuses;
  NodesWalk nodes{store, options};
  while (auto slice = nodes.next()) {
    statuses.insert(statuses.end(), std::make_move_iterator(slice->begin()),
                    std::make_move_iterator(slice->end()));
  }
  return statuses;
}

std::optional<std::vector<NodeStatus>> NodesWalk::next() {
  auto slice = slices_.next();
  if (!slice) return std::nullopt;
  std::vector<NodeStatus> statuses;
  statuses.reserve(slice->size());
  for (NodeRow& node : *slice) statuses.push_back(status_of(std::move(node), now_));
  return statuses;
}

std::optional<std::string> NodesText::next() {
  if (place_ == Place::end) return std::nullopt;
  std::string piece;
  if (place_ == Place::head) piece = "{\"count\":" + std::to_string(count_) + ",\"nodes\":[";
  const auto slice = nodes_.next();
  if (!slice) {
    place_ = Place::end;
    return piece + "]}\n";
  }
  for (const NodeStatus& node : *slice) {
    if (std::exchange(place_, Place::nodes) == Place::nodes) piece += ',';
    append_status(piece, node);
  }
  return piece;
}

NodeStatus ask(ReadingStore& store, const NodeOptions& options) {
  return status_of(require_node(store, options.node_address,
                                "Node " + std::to_string(options.node_address) + " not found"),
                   options.now);
}

Reading ask(ReadingStore& store, const LatestOptions& options) {
  return require_node(store, options.node_address,
                      "No readings found for node " + std::to_string(options.node_address))
      .newest;
}

std::string json(const std::vector<NodeStatus>& nodes) {
  std::string out;
  AnswerObject body{out};
  body.whole("count", static_cast<std::int64_t>(nodes.size()));
  body.list("nodes", nodes, append_status);
  body.end_line();
  return out;
}

std::string json(const NodeStatus& node) {
  std::string out;
  append_status(out, node);
  return out + '\n';
}

std::string json(const Reading& reading) {
  std::string out;
  append_json(out, reading);
  return out + '\n';
}

}  // namespace shelduck::sensors
