#include "shelduck/sensors/applier.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "shelduck/core/error.hpp"

namespace shelduck::sensors {
namespace {

std::optional<std::int64_t> later(std::optional<std::int64_t> a, std::int64_t b) {
  return a ? std::max(*a, b) : b;
}

// An object and no function: a sort would call that for each comparison.
constexpr auto kComesBefore = [](const Reading& a, const Reading& b) { return a.key() < b.key(); };

// Those of one node stand together.
std::vector<std::span<const Reading>> rows_of_nodes(std::span<const Reading> rows) {
  std::vector<std::span<const Reading>> nodes;
  while (!rows.empty()) {
    const auto other = std::ranges::find_if(
        rows, [&](const Reading& r) { return r.node_address != rows.front().node_address; });
    const auto size = static_cast<std::size_t>(other - rows.begin());
    nodes.push_back(rows.first(size));
    rows = rows.subspan(size);
  }
  return nodes;
}

class BatchApplier {
 public:
  BatchApplier(ReadingTables& tables, RecordBatch& batch) : tables_(tables), batch_(batch) {}

  std::vector<Reading> run() {
    prune();
    sort_out();
    load_nodes();
    merge_with_stored();
    write();
    save_nodes();
    refuse();
    return std::move(news_);
  }

 private:
  void prune() {
    edge_ = tables_.edge();
    if (batch_.edge && *batch_.edge > edge_) {
      edge_ = *batch_.edge;
      for (const std::uint64_t address : tables_.prune(edge_)) recounted_.insert(address);
      tables_.drop_conflicts_before(edge_);
    }
    std::erase_if(batch_.readings, [this](const Reading& r) { return r.timestamp < edge_; });
  }

  // Of the readings of one key the one of the lowest rank stays.
  void sort_out() {
    std::vector<Reading>& rows = batch_.readings;
    if (!std::ranges::is_sorted(rows, kComesBefore)) std::ranges::sort(rows, kComesBefore);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (kept > 0 && rows[kept - 1].key() == rows[i].key()) {
        rows[kept - 1] = winner_of(rows[kept - 1], rows[i]);
      } else {
        rows[kept++] = rows[i];
      }
    }
    rows.resize(kept);
  }

  // The other one is kept as a refused row where it says something else.
  Reading winner_of(const Reading& a, const Reading& b) {
    if (a.values() == b.values()) return a.received_at <= b.received_at ? a : b;
    const bool is_first = rank_of(a) < rank_of(b);
    const Reading& loser = is_first ? b : a;
    batch_.refused.push_back({
        // Not when it was received: that would depend on the order where it came twice.
        .at = loser.timestamp,
        .source = std::string(kMetAtApplying),
        .field = "",
        .reason = std::string(kOtherReadingStays),
        .node_address = loser.node_address,
        .timestamp = loser.timestamp,
        .text = "temperature_raw " + std::to_string(loser.temperature_centidegrees) +
                ", humidity_raw " + std::to_string(loser.humidity_centipercent) + ", flags " +
                std::to_string(loser.flags),
    });
    return is_first ? a : b;
  }

  void load_nodes() {
    std::set<std::uint64_t> addresses = recounted_;
    for (const NodeLabelled& label : batch_.labels) addresses.insert(label.node_address);
    for (const Reading& r : batch_.readings) {
      if (addresses.empty() || r.node_address != *addresses.rbegin()) {
        addresses.insert(r.node_address);
      }
    }
    const std::vector<std::uint64_t> asked(addresses.begin(), addresses.end());
    if (asked.empty()) return;
    for (const std::uint64_t address : asked) nodes_[address].address = address;
    for (NodeRow& node : tables_.nodes(asked)) nodes_[node.address] = std::move(node);
  }

  // What is newer than its node's newest reading needs no look-up.
  [[nodiscard]] std::vector<ReadingKey> keys_that_may_be_stored() const {
    std::vector<ReadingKey> keys;
    for (const auto& rows : rows_of_nodes(batch_.readings)) {
      const NodeRow& node = nodes_.at(rows.front().node_address);
      if (node.total_readings == 0) continue;
      for (const Reading& r : rows) {
        if (r.timestamp > node.newest.timestamp) break;  // they are sorted
        keys.push_back(r.key());
      }
    }
    return keys;
  }

  void merge_with_stored() {
    const std::vector<ReadingKey> asked = keys_that_may_be_stored();
    std::map<ReadingKey, Reading> stored;
    if (!asked.empty()) {
      for (const Reading& r : tables_.find(asked)) stored.emplace(r.key(), r);
    }
    if (stored.empty()) {
      news_ = std::move(batch_.readings);
      return;
    }
    for (const Reading& r : batch_.readings) {
      const auto found = stored.find(r.key());
      if (found == stored.end()) {
        news_.push_back(r);
        continue;
      }
      const Reading kept = winner_of(found->second, r);
      if (kept != found->second) replacing_.push_back(kept);
    }
  }

  void write() {
    if (!replacing_.empty()) {
      std::vector<ReadingKey> keys;
      for (const Reading& r : replacing_) {
        keys.push_back(r.key());
        recounted_.insert(r.node_address);
      }
      tables_.remove(keys);
      tables_.append(replacing_);
    }
    if (!news_.empty()) tables_.append(news_);
  }

  static void count(NodeRow& node, const Reading& r) {
    const bool is_first = node.total_readings == 0;
    ++node.total_readings;
    node.first_seen_at = is_first ? r.timestamp : std::min(node.first_seen_at, r.timestamp);
    node.newest_received_at =
        is_first ? r.received_at : std::max(node.newest_received_at, r.received_at);
    if (is_first || r.timestamp > node.newest.timestamp) node.newest = r;
  }

  void save_nodes() {
    for (const auto& rows : rows_of_nodes(news_)) {
      if (recounted_.contains(rows.front().node_address)) continue;
      NodeRow& node = nodes_.at(rows.front().node_address);
      for (const Reading& r : rows) count(node, r);
    }
    recount();
    for (const NodeLabelled& label : batch_.labels) {
      std::string& kept = nodes_.at(label.node_address).label;
      if (kept.empty() || label.label < kept) kept = label.label;
    }
    std::vector<NodeRow> changed;
    for (auto& [address, node] : nodes_) changed.push_back(std::move(node));
    if (!changed.empty()) tables_.save(changed);
  }

  void recount() {
    if (recounted_.empty()) return;
    const std::vector<std::uint64_t> asked(recounted_.begin(), recounted_.end());
    for (const std::uint64_t address : asked) {
      nodes_[address] = {.address = address, .label = nodes_[address].label};
    }
    for (NodeRow& counted : tables_.recount(asked)) {
      counted.label = nodes_[counted.address].label;
      nodes_[counted.address] = std::move(counted);
    }
  }

  void refuse() {
    if (batch_.dropped_before) tables_.drop_refused(*batch_.dropped_before);
    if (!batch_.dropped.empty()) tables_.drop_refused(batch_.dropped);
    if (!batch_.refused.empty()) tables_.keep_refused(batch_.refused);
  }

  ReadingTables& tables_;
  RecordBatch& batch_;
  std::int64_t edge_ = 0;
  std::map<std::uint64_t, NodeRow> nodes_;
  std::set<std::uint64_t> recounted_;
  std::vector<Reading> news_;
  std::vector<Reading> replacing_;
};

}  // namespace

void RecordBatch::add(std::uint16_t type, std::string_view payload) {
  switch (static_cast<RecordType>(type)) {
    case RecordType::readings_taken: {
      const auto record = decode<ReadingsTaken>(payload);
      readings.insert(readings.end(), record.readings.begin(), record.readings.end());
      return;
    }
    case RecordType::node_labelled:
      labels.push_back(decode<NodeLabelled>(payload));
      return;
    case RecordType::rows_refused: {
      auto record = decode<RowsRefused>(payload);
      std::ranges::move(record.rows, std::back_inserter(refused));
      return;
    }
    case RecordType::readings_pruned:
      edge = later(edge, decode<ReadingsPruned>(payload).edge);
      return;
    case RecordType::refused_dropped:
      dropped_before = later(dropped_before, decode<RefusedDropped>(payload).before);
      return;
    case RecordType::refused_rows_dropped: {
      const auto record = decode<RefusedRowsDropped>(payload);
      dropped.insert(dropped.end(), record.rows.begin(), record.rows.end());
      return;
    }
  }
  throw Error{ErrorKind::corrupt, "record type " + std::to_string(type) + " is not known"};
}

std::vector<Reading> apply(ReadingTables& tables, RecordBatch batch) {
  return BatchApplier{tables, batch}.run();
}

}  // namespace shelduck::sensors
