// Where the slope of a trend may change.
//
//   changepoints_of(100, 25)   // 3, 6, 9, 13 ... 79: steps, from 0
//
// Spread evenly over the first four fifths of the steps, the last of which is one and the first
// not; fewer than `most` where those steps are fewer. The places are those that
// Prophet (Taylor and Letham 2018) takes. Threads: pure.
#pragma once

#include <cstddef>
#include <vector>

namespace shelduck::forecast {

[[nodiscard]] std::vector<std::size_t> changepoints_of(std::size_t steps, std::size_t most);

}  // namespace shelduck::forecast
