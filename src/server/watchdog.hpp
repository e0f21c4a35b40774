// Watchdog tells the service manager that the server works (WATCHDOG=1 of sd_notify(3)) as long as
// it does: a manager that hears nothing for its period starts the service again.
//
//   Watchdog watchdog{notifier, caller.watchdog};
//   watchdog.look(service.state().turns, SteadyClock::now());   // several times a period
//
// Threads: one.
#pragma once

#include <chrono>
#include <cstdint>

#include "shelduck/core/time.hpp"
#include "shelduck/server/notify.hpp"

namespace shelduck::server {

class Watchdog {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // A period of 0: nobody waits for a word.
  Watchdog(const Notifier& notifier, Seconds period) : notifier_(notifier), period_(period) {}

  // `progress` is a number that changes while work goes on. Once it has stood still for half a
  // period nothing is said until it changes.
  void look(std::uint64_t progress, Moment now);

 private:
  const Notifier& notifier_;
  const Seconds period_;
  std::uint64_t progress_ = 0;
  Moment changed_{};
  Moment fed_{};
};

}  // namespace shelduck::server
