#include "shelduck/interop/logs/seen_counter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace shelduck::interop::logs {
namespace {

struct WeakHash {
  std::size_t operator()(std::uint64_t key) const { return key % 3; }
};

RC_GTEST_PROP(SeenCounter, CountsLikeAMap, (const std::vector<std::uint8_t>& keys)) {
  SeenCounter<std::uint64_t, WeakHash> counter;
  std::map<std::uint64_t, std::uint64_t> model;
  for (const std::uint64_t key : keys) RC_ASSERT(counter.add(key) == model[key]++);
}

TEST(SeenCounter, KeepsCountsWhileItGrows) {
  SeenCounter<std::uint64_t, std::hash<std::uint64_t>> counter;
  for (std::uint64_t round = 0; round < 2; ++round) {
    for (std::uint64_t key = 0; key < 10000; ++key) ASSERT_EQ(counter.add(key), round);
  }
}

}  // namespace
}  // namespace shelduck::interop::logs
