// Three clocks at once: how long something worked, how long it could not, and when.
//
// CLOCK_MONOTONIC stands still while the machine sleeps, CLOCK_BOOTTIME does not, and the calendar
// may be set. So work = monotonic time less the time the job was stopped, and the end's instant is
// the start's plus all that passed: it cannot lie before the start.
#pragma once

#include <optional>

#include "shelduck/core/time.hpp"

namespace shelduck::front {

struct ClockReading {
  Seconds monotonic{0};
  Seconds boot{0};
  Instant utc;
};

[[nodiscard]] ClockReading read_clocks();

class Stopwatch {
 public:
  explicit Stopwatch(const ClockReading& start) : start_(start) {}

  // Of the job, by Ctrl-Z.
  void stopped(const ClockReading& now);
  void continued(const ClockReading& now);

  [[nodiscard]] Seconds at_work(const ClockReading& now) const;
  [[nodiscard]] Seconds suspended(const ClockReading& now) const;
  [[nodiscard]] Instant start() const { return start_.utc; }
  [[nodiscard]] Instant instant(const ClockReading& now) const;

  // How far the calendar was set forwards (or back, negative) meanwhile; nothing below a second.
  [[nodiscard]] std::optional<Seconds> clock_jump(const ClockReading& now) const;

 private:
  [[nodiscard]] Seconds job_stops(const ClockReading& now) const;

  ClockReading start_;
  Seconds stops_{0};
  std::optional<Seconds> stop_began_;
};

}  // namespace shelduck::front
