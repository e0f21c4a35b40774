// StopCheck is how long work finds out that nobody waits for it any more: it is called between the
// steps of a search, and throws (TimedOut of timed_out.hpp, or Error cancelled) to end it.
//
//   for (...) {
//     stop_if_asked(series.check);
//     ...one step, at most some milliseconds...
//   }
//
// It is passed down from RegularSeries::check to the search as it is: no search reads a clock, and
// none keeps anything half-done. An empty one lets all work go on. Threads: that of the search
// alone calls it.
#pragma once

#include <functional>

namespace shelduck::forecast {

using StopCheck = std::function<void()>;

inline void stop_if_asked(const StopCheck& check) {
  if (check) check();
}

}  // namespace shelduck::forecast
