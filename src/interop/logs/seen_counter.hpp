// SeenCounter counts how often each key was seen. Logs have hundreds of thousands of keys, and in a
// node-based map the memory accesses of their look-ups cost more than reading the log.
//
// Open addressing with linear probing, at most half full. Keys are never removed.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace shelduck::interop::logs {

template <class Key, class Hash>
class SeenCounter {
 public:
  // How often `key` was seen before, not counting this time.
  std::uint64_t add(const Key& key) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = slot_of(key);
    if (slot.count == 0) {
      slot.key = key;
      ++used_;
    }
    return slot.count++;
  }

 private:
  struct Slot {
    Key key{};
    std::uint64_t count = 0;  // 0: free
  };

  static constexpr std::size_t kFirstSlots = 1024;

  Slot& slot_of(const Key& key) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // golden ratio: spreads weak hashes
    const int bits = std::countr_zero(slots_.size());
    std::size_t at = static_cast<std::uint64_t>(Hash{}(key)) * kOdd >> (64 - bits);
    while (slots_[at].count != 0 && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? kFirstSlots : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.count != 0) slot_of(slot.key) = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace shelduck::interop::logs
