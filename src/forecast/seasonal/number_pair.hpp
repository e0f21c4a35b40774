// Two numbers that are worked on at once, as every x86-64 and every ARMv8 can.
//
//   sum += NumberPair{w, w} * pair_at(&values[t])     // of w values[t] and w values[t + 1]
//
// Each lane has the bits of the same operations on a number alone. Threads: plain data. Private to
// this folder.
#pragma once

#include <cstring>

namespace shelduck::forecast {

using NumberPair [[gnu::vector_size(2 * sizeof(double))]] = double;

// From two numbers that stand together, at any address.
[[nodiscard]] inline NumberPair pair_at(const double* from) {
  NumberPair pair;
  std::memcpy(&pair, from, sizeof pair);
  return pair;
}

}  // namespace shelduck::forecast
