// Retention gives old readings up once an hour while a server runs, by whole months in UTC: an edge
// is the first second of a month.
//
//   Retention retention{{.service = service, .clock = clock, .log = log}, Seconds{400 * 86400.0}};
//   retention.look(std::chrono::steady_clock::now());   // several times a minute; the first at
//   once
//
// The edge moves also where nothing is that old yet, so that what is refused after a month is
// refused at once. A round that would leave no reading at all is not carried out: a clock that is
// years ahead must not empty a database.
//
// Threads: look() is one thread's; the service's own do the work. Failure: none; a round that fails
// is logged and tried again after a minute.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

#include "shelduck/core/time.hpp"
#include "shelduck/sensors/prune.hpp"
#include "shelduck/server/metrics.hpp"
#include "shelduck/store/service.hpp"

namespace shelduck::server {

class Retention {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  struct Site {
    store::Service& service;  // of readings; outlives the last round
    Clock clock;
    std::function<void(std::string_view text)> log;  // from any thread
  };

  Retention(Site site, Seconds older_than) : site_(std::move(site)), older_than_(older_than) {}

  void look(Moment now);

  // Rounds that came to their end; for who waits for the first one.
  [[nodiscard]] int rounds() const { return rounds_; }
  [[nodiscard]] MetricFamily family() const;

 private:
  void begin_round();
  [[nodiscard]] std::function<void(const Error&)> failing();
  // Says why where it is not carried out although something is old enough.
  [[nodiscard]] bool is_due(const sensors::PrunePlan& plan) const;
  void prune(store::Store& store);
  void end_round();

  const Site site_;
  const Seconds older_than_;
  Moment next_{};
  std::atomic<int> rounds_{0};
  std::atomic<double> pruned_{0};
  std::atomic<bool> is_busy_{false};
  std::atomic<bool> is_failed_{false};
};

}  // namespace shelduck::server
