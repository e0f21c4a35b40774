// Watchdog tells the service manager that the server works (WATCHDOG=1 of sd_notify(3)) as long as
// it does: a manager that hears nothing for its period starts the service again.
//
//   Watchdog watchdog{notifier, caller.watchdog};
//   watchdog.look({history.progress(), sensors.progress()}, now);   // several times a period
//
// Threads: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/server/notify.hpp"

namespace shelduck::server {

class Watchdog {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // A period of 0: nobody waits for a word.
  Watchdog(const Notifier& notifier, Seconds period) : notifier_(notifier), period_(period) {}

  // Each work has a number that changes while it goes on. Once one has stood still for half a
  // period nothing is said until it changes. The works are always the same ones.
  void look(const std::vector<std::uint64_t>& progress, Moment now);

 private:
  const Notifier& notifier_;
  const Seconds period_;
  std::vector<std::uint64_t> progress_;
  std::vector<Moment> changed_;
  Moment fed_{};
};

}  // namespace shelduck::server
