// How long a piece of work of one thread takes, on the wall and on the processor.
//
//   const Stopwatch watch{request.clock};
//   fit(series);
//   total += watch.spent();
//
// The processor's share is what is left to compare on a machine that does other things too.
#pragma once

#include <time.h>

#include <chrono>

#include "shelduck/core/time.hpp"

namespace shelduck::cli {

struct Spent {
  Microseconds wall{0};
  std::chrono::nanoseconds processor{0};

  Spent& operator+=(const Spent& other) {
    wall += other.wall;
    processor += other.processor;
    return *this;
  }
};

class Stopwatch {
 public:
  explicit Stopwatch(const Clock& clock)
      : clock_{clock}, begin_{clock()}, processor_{processor_time()} {}

  // Since the watch was made, by the thread that made it.
  [[nodiscard]] Spent spent() const {
    return {.wall = clock_() - begin_, .processor = processor_time() - processor_};
  }

 private:
  static std::chrono::nanoseconds processor_time() {
    timespec now{};
    if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) return {};
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
  }

  const Clock& clock_;
  Instant begin_;
  std::chrono::nanoseconds processor_;
};

}  // namespace shelduck::cli
