#include "shelduck/journal/testing/disk_nodes.hpp"

#include <algorithm>

namespace shelduck::journal::testing {

namespace {

void overlay(std::string& content, std::uint64_t offset, std::string_view bytes) {
  const auto at = static_cast<std::size_t>(offset);
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size(), '\0');
  content.replace(at, bytes.size(), bytes);
}

// The parts of a write that a power cut leaves.
std::vector<PendingWrite> pieces_kept(const PendingWrite& write, Chance& chance) {
  const std::size_t size = write.bytes.size();
  if (size == 0) return {};
  const std::size_t cut = below(chance, size + 1);
  switch (below(chance, 6)) {
    case 0:
    case 1:
      return {write};
    case 2:
      return {};
    case 3:
      return {{write.offset, write.bytes.substr(0, cut)}};
    case 4:
      return {{write.offset + cut, write.bytes.substr(cut)}};
    default: {
      const std::size_t end = cut + below(chance, size - cut + 1);
      return {{write.offset, write.bytes.substr(0, cut)},
              {write.offset + end, write.bytes.substr(end)}};
    }
  }
}

std::string content_after(const Node& node, Chance& chance) {
  std::string content = node.durable;
  if (node.pending.empty()) return content;
  // The new size can be on the disk before the bytes are.
  const bool size_kept = below(chance, 3) == 0;
  std::uint64_t end = content.size();
  std::vector<PendingWrite> kept;
  for (const PendingWrite& write : node.pending) {
    if (size_kept) end = std::max(end, write.offset + write.bytes.size());
    for (PendingWrite& piece : pieces_kept(write, chance)) {
      if (piece.bytes.empty()) continue;
      end = std::max(end, piece.offset + piece.bytes.size());
      kept.push_back(std::move(piece));
    }
  }
  const bool garbage = below(chance, 4) == 0;
  while (content.size() < end) {
    content += garbage ? static_cast<char>(static_cast<unsigned char>(below(chance, 256))) : '\0';
  }
  for (const PendingWrite& piece : kept) overlay(content, piece.offset, piece.bytes);
  return content;
}

// What one power cut does to a rename, whichever of its folders is looked at first.
enum class Outcome { only_old, only_new, both };

class PowerCut {
 public:
  explicit PowerCut(Chance& chance) : chance_(chance) {}

  std::shared_ptr<Node> survivor_of(const Node& node) {
    const auto known = copies_.find(&node);
    if (known != copies_.end()) return known->second;
    auto copy = std::make_shared<Node>();
    copies_.emplace(&node, copy);
    copy->is_directory = node.is_directory;
    copy->inode = node.inode;
    copy->seen = content_after(node, chance_);
    copy->durable = copy->seen;
    for (const auto& [name, child] : entries_after(node)) {
      copy->entries.emplace(name, survivor_of(*child));
    }
    copy->durable_entries = copy->entries;
    return copy;
  }

 private:
  std::map<std::string, std::shared_ptr<Node>> entries_after(const Node& node) {
    std::map<std::string, std::shared_ptr<Node>> entries = node.durable_entries;
    for (const EntryChange& change : node.changes) {
      if (!keeps(change)) continue;
      if (change.node) {
        entries[change.name] = change.node;
      } else {
        entries.erase(change.name);
      }
    }
    return entries;
  }

  bool keeps(const EntryChange& change) {
    if (!change.rename) return below(chance_, 2) == 0;
    if (change.rename->old_name_gone) return true;
    const auto [known, is_new] = outcomes_.emplace(change.rename.get(), Outcome::only_old);
    if (is_new) known->second = static_cast<Outcome>(below(chance_, 3));
    return change.node ? known->second != Outcome::only_old : known->second == Outcome::only_new;
  }

  Chance& chance_;
  std::map<const Node*, std::shared_ptr<Node>> copies_;
  std::map<const Rename*, Outcome> outcomes_;
};

}  // namespace

void Node::write(std::uint64_t offset, std::string_view bytes) {
  overlay(seen, offset, bytes);
  pending.push_back({offset, std::string(bytes)});
}

void Node::sync() {
  for (const PendingWrite& write : pending) overlay(durable, write.offset, write.bytes);
  pending.clear();
}

void Node::drop_some_pending(Chance& chance) {
  for (const PendingWrite& write : pending) {
    for (const PendingWrite& piece : pieces_kept(write, chance)) {
      overlay(durable, piece.offset, piece.bytes);
    }
  }
  pending.clear();
}

void Node::sync_entries() {
  for (const EntryChange& change : changes) {
    if (!change.node && change.rename) change.rename->old_name_gone = true;
  }
  durable_entries = entries;
  changes.clear();
}

std::shared_ptr<Node> survivor(const Node& node, Chance& chance) {
  return PowerCut(chance).survivor_of(node);
}

}  // namespace shelduck::journal::testing
