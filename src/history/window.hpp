// The stretch of time that a question looks at: the last N days before an instant that is given.
//
// Failure: Error(invalid_input) for fewer than one day.
#pragma once

#include "shelduck/core/time.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

inline constexpr int kDefaultDays = 90;

// Days of 24 hours before `now`; never earlier than the year 1.
[[nodiscard]] Instant window_start(int days, Instant now);

// The last instant at which the window holds the same starts of runs and executions, as long as no
// record is applied: the earliest of them leaves it next.
[[nodiscard]] Instant window_end(store::Connection& connection, int days, Instant now);

}  // namespace shelduck::history
