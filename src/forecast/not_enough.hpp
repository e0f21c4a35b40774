// The answer of every fit that was given too few values: an outcome, not an error.
//
//   if (const auto* few = std::get_if<NotEnough>(&trained)) return say(few->have, few->need);
//
// Counts of values. Threads: plain data.
#pragma once

#include <cstddef>

namespace shelduck::forecast {

struct NotEnough {
  std::size_t have;
  std::size_t need;
};

}  // namespace shelduck::forecast
