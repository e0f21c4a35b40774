// How often this test program has asked for memory: what a loop must not do, a test can count.
//
//   const std::size_t before = allocations_so_far();
//   ...
//   EXPECT_LE(allocations_so_far() - before, 40U);
//
// Counts every operator new of the program, of all threads. For tests only: allocations_test.cpp
// replaces the operators.
#pragma once

#include <cstddef>

namespace shelduck::forecast {

[[nodiscard]] std::size_t allocations_so_far() noexcept;

}  // namespace shelduck::forecast
