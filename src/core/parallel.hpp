// parallel_for calls work(i) once for each i below `count`, on up to `threads` threads, of which
// one is the caller's; it returns when all have ended.
//
//   parallel_for(series.size(), 2, [&](std::size_t i) { fits[i] = fit(series[i]); });
//
// Which thread takes which i, and in which order, is open: what work(i) writes must be its own.
// Failure: the first exception of any work is thrown here, after those at work have ended; what had
// not begun by then is left out. 0 threads count as 1; where the system gives no more threads,
// those that there are do the work.
#pragma once

#include <cstddef>
#include <functional>

namespace shelduck {

void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t)>& work);

// Processors that this process may use, at least 1.
[[nodiscard]] std::size_t usable_processors() noexcept;

}  // namespace shelduck
