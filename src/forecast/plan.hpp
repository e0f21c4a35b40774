// Plan says which members of a run go together: waves follow one another, a wave starts when the
// one before it has ended, and within a wave members run side by side, up to a limit, except those
// that share a mutex. Without waves everything runs one after another.
//
//   Plan plan{.waves = {{.members = {0, 1, 2}, .max_parallel = 2}, {.members = {3}}},
//             .mutexes = {{0, 1}}};
//   const Usage usage = run_plan(plan, seconds, bytes);
//
// Members start in the order in which their wave lists them, each as soon as a place and its
// mutexes are free (list scheduling). Members are indices from 0.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shelduck::forecast {

struct Wave {
  std::vector<std::size_t> members;
  std::size_t max_parallel = 0;  // 0: no limit
};

struct Plan {
  std::vector<Wave> waves{};                        // empty: sequential
  std::vector<std::vector<std::size_t>> mutexes{};  // members of a group never run together
};

// Throws Error invalid_input if a wave or mutex names a member >= `members`, or a wave plan does
// not name each member exactly once.
void check(const Plan& plan, std::size_t members);

struct Usage {
  double elapsed = 0;  // from the first start to the last end
  double peak = 0;     // the largest sum of `amounts` of members that run at the same time
};

// `durations` and `amounts` (may be empty: all 0) have one entry >= 0 a member. A member of
// duration 0 still holds its amount at the moment when it runs. The plan must have passed check().
[[nodiscard]] Usage run_plan(const Plan& plan, std::span<const double> durations,
                             std::span<const double> amounts = {});

}  // namespace shelduck::forecast
