// The files and folders of a SimulatedDisk: what processes see, what the disk has for sure, and
// what lies between. Private to the simulated disk.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace shelduck::journal::testing {

using Chance = std::mt19937_64;

[[nodiscard]] inline std::uint64_t below(Chance& chance, std::uint64_t bound) {
  return chance() % bound;
}

// The two halves of a rename: when the old name is gone for good, the new one is there for good.
struct Rename {
  bool old_name_gone = false;
};

struct Node;

struct EntryChange {
  std::string name;
  std::shared_ptr<Node> node;      // null: the name was removed
  std::shared_ptr<Rename> rename;  // shared by its two halves; null where it is none
};

struct PendingWrite {
  std::uint64_t offset = 0;
  std::string bytes;
};

struct Node {
  bool is_directory = false;
  std::uint64_t inode = 0;

  std::string seen;  // what every process reads
  std::string durable;
  std::vector<PendingWrite> pending;
  std::uint64_t failures = 0;  // of syncs, so that every file opened before learns of them

  std::map<std::string, std::shared_ptr<Node>> entries;
  std::map<std::string, std::shared_ptr<Node>> durable_entries;
  std::vector<EntryChange> changes;

  void write(std::uint64_t offset, std::string_view bytes);
  void sync();
  // Of a failed sync: the bytes look written until the power is cut.
  void drop_all_pending() { pending.clear(); }
  void drop_some_pending(Chance& chance);
  void sync_entries();
};

// A node, and all below it, as the disk would hold them after a power cut now.
[[nodiscard]] std::shared_ptr<Node> survivor(const Node& node, Chance& chance);

}  // namespace shelduck::journal::testing
