#include "shelduck/front/stopwatch.hpp"

#include <time.h>

#include <algorithm>
#include <cmath>

namespace shelduck::front {
namespace {

timespec reading_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time;
}

Seconds seconds_of(const timespec& time) {
  return Seconds{static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9};
}

}  // namespace

ClockReading read_clocks() {
  const timespec utc = reading_of(CLOCK_REALTIME);
  return {seconds_of(reading_of(CLOCK_MONOTONIC)), seconds_of(reading_of(CLOCK_BOOTTIME)),
          Instant{std::chrono::seconds{utc.tv_sec} + Microseconds{utc.tv_nsec / 1000}}};
}

void Stopwatch::stopped(const ClockReading& now) {
  if (!stop_began_) stop_began_ = now.monotonic;
}

void Stopwatch::continued(const ClockReading& now) {
  stops_ = job_stops(now);
  stop_began_.reset();
}

Seconds Stopwatch::job_stops(const ClockReading& now) const {
  return stop_began_ ? stops_ + (now.monotonic - *stop_began_) : stops_;
}

Seconds Stopwatch::at_work(const ClockReading& now) const {
  return std::max(Seconds{0}, now.monotonic - start_.monotonic - job_stops(now));
}

Seconds Stopwatch::suspended(const ClockReading& now) const {
  // The two clocks are read one after the other: what differs by less is no sleep.
  constexpr Seconds kReadingNoise{0.001};
  const Seconds asleep = (now.boot - start_.boot) - (now.monotonic - start_.monotonic);
  return job_stops(now) + (asleep > kReadingNoise ? asleep : Seconds{0});
}

Instant Stopwatch::instant(const ClockReading& now) const {
  return start_.utc + std::chrono::round<Microseconds>(now.boot - start_.boot);
}

std::optional<Seconds> Stopwatch::clock_jump(const ClockReading& now) const {
  const Seconds jump = Seconds{now.utc - start_.utc} - (now.boot - start_.boot);
  if (std::abs(jump.count()) < 1) return std::nullopt;
  return jump;
}

}  // namespace shelduck::front
