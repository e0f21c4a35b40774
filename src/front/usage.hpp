// What a child and everything it started has used, from sources that need no privilege.
//
// - wait4 adds up user and system time and the largest process of all that was reaped; orphans come
//   back to us (PR_SET_CHILD_SUBREAPER), so a finished daemon's work counts too.
// - /proc/self/io holds what reaped children read and wrote, also of setuid programs; what our own
//   threads did is subtracted.
// - /proc/PID/statm of the living tree gives memory now.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace shelduck::front {

// Of reaped processes.
struct ReapedUsage {
  double cpu_user_seconds = 0;
  double cpu_kernel_seconds = 0;
  std::int64_t memory_peak_bytes = 0;

  void add(const rusage& usage);
};

struct IoCounters {
  std::int64_t read_bytes = 0;  // read calls: page cache, pipes and terminals included
  std::int64_t write_bytes = 0;
  std::int64_t read_ops = 0;
  std::int64_t write_ops = 0;
  std::int64_t device_read_bytes = 0;  // what reached a block device
  std::int64_t device_write_bytes = 0;

  IoCounters& operator+=(const IoCounters& other);
  IoCounters& operator-=(const IoCounters& other);
};

// Of everything reaped so far by this process; none where the kernel does not count.
[[nodiscard]] std::optional<IoCounters> reaped_io();

// The living tree below this process.
struct LivingTree {
  std::vector<pid_t> processes;
  double cpu_user_seconds = 0;  // with what their own reaped children used
  double cpu_kernel_seconds = 0;
  std::int64_t memory_bytes = 0;
};
[[nodiscard]] LivingTree living_tree();

}  // namespace shelduck::front
