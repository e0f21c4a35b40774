// The stretch of time that a question looks at: the last N days before an instant that is given.
//
// Failure: Error(invalid_input) for fewer than one day.
#pragma once

#include "shelduck/core/time.hpp"

namespace shelduck::history {

inline constexpr int kDefaultDays = 90;

// Days of 24 hours before `now`; never earlier than the year 1.
[[nodiscard]] Instant window_start(int days, Instant now);

}  // namespace shelduck::history
