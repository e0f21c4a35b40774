#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include "shelduck/forecast/allocations_for_test.hpp"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

// Not inlined: the compiler would take malloc and operator delete for a pair that does not match.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(size > 0 ? size : 1);
  if (memory == nullptr) {
    throw std::bad_alloc{};
  }
  return memory;
}

[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace shelduck::forecast {

std::size_t allocations_so_far() noexcept { return allocations.load(); }

namespace {

TEST(Allocations, AreCounted) {
  const std::size_t before = allocations_so_far();
  std::vector<double> values;
  values.reserve(3);
  EXPECT_EQ(allocations_so_far() - before, 1U);
  values.reserve(30);
  EXPECT_EQ(allocations_so_far() - before, 2U);
}

}  // namespace
}  // namespace shelduck::forecast
