#include "shelduck/core/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace shelduck {
namespace {

TEST(ParallelFor, DoesEachPieceOnce) {
  for (const std::size_t threads : {0U, 1U, 2U, 7U}) {
    std::vector<std::atomic<int>> done(100);
    parallel_for(done.size(), threads, [&](std::size_t i) { ++done[i]; });
    for (const auto& times : done) EXPECT_EQ(times, 1);
  }
  parallel_for(0, 3, [](std::size_t) { FAIL(); });
}

// The first piece waits for the second, which only another thread can do meanwhile.
TEST(ParallelFor, WorksAtTheSameTime) {
  std::atomic<bool> is_second_done{false};
  parallel_for(2, 2, [&](std::size_t i) {
    if (i == 1) is_second_done = true;
    while (!is_second_done) std::this_thread::yield();
  });
  EXPECT_TRUE(is_second_done);
}

TEST(ParallelFor, ThrowsWhatWasThrownAndBeginsNothingMore) {
  for (const std::size_t threads : {1U, 3U}) {
    std::atomic<int> begun{0};
    const auto work = [&](std::size_t) {
      ++begun;
      throw std::runtime_error("no");
    };
    EXPECT_THROW(parallel_for(1000, threads, work), std::runtime_error);
    EXPECT_LE(begun, static_cast<int>(threads));
  }
}

TEST(UsableProcessors, AreAtLeastOne) { EXPECT_GE(usable_processors(), 1U); }

}  // namespace
}  // namespace shelduck
