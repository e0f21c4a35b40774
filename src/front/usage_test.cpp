#include "shelduck/front/usage.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace shelduck::front {
namespace {

TEST(ReapedUsage, AddsTimesAndKeepsTheLargestPeak) {
  rusage usage{};
  usage.ru_utime = {1, 500'000};
  usage.ru_maxrss = 100;
  ReapedUsage reaped;
  reaped.add(usage);
  usage.ru_maxrss = 50;
  reaped.add(usage);
  EXPECT_DOUBLE_EQ(reaped.cpu_user_seconds, 3);
  EXPECT_EQ(reaped.memory_peak_bytes, 100 * 1024);
}

TEST(ReapedIo, CountsAReapedChildAndNotOurselves) {
  const auto before = reaped_io();
  if (!before) GTEST_SKIP() << "this kernel counts no I/O";
  const std::array<char, 100'000> block{};
  std::FILE* own = std::fopen("/dev/null", "w");
  ASSERT_NE(own, nullptr);
  ASSERT_EQ(write(fileno(own), block.data(), block.size()), 100'000);
  const pid_t pid = fork();
  if (pid == 0) _exit(write(fileno(own), block.data(), 70'000) == 70'000 ? 0 : 1);
  int status = 0;
  waitpid(pid, &status, 0);
  std::fclose(own);
  auto after = reaped_io();
  ASSERT_TRUE(after);
  *after -= *before;
  EXPECT_EQ(after->write_bytes, 70'000);
  EXPECT_EQ(after->write_ops, 1);
}

TEST(LivingTree, HoldsChildrenAndTheirChildren) {
  std::array<int, 2> ready{};
  std::array<int, 2> hold{};
  ASSERT_EQ(pipe(ready.data()), 0);
  ASSERT_EQ(pipe(hold.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(hold[1]);
    const pid_t grandchild = fork();
    char byte = 0;
    if (grandchild == 0) static_cast<void>(!write(ready[1], "x", 1));
    static_cast<void>(!read(hold[0], &byte, 1));
    if (grandchild != 0) waitpid(grandchild, nullptr, 0);
    _exit(0);
  }
  close(hold[0]);
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  const LivingTree tree = living_tree();
  EXPECT_EQ(tree.processes.size(), 2U);
  EXPECT_EQ(std::count(tree.processes.begin(), tree.processes.end(), child), 1);
  EXPECT_GT(tree.memory_bytes, 0);
  close(hold[1]);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(living_tree().processes.empty());
  close(ready[0]);
  close(ready[1]);
}

}  // namespace
}  // namespace shelduck::front
