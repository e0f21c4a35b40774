// WaitingRoom is who waits for a Service: questions until the journal is applied, then until
// a reader is free, and administrations until they have the store alone. Private to the store.
//
// Threads: none of its own; whoever calls holds the mutex of the service.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>

#include "shelduck/store/service.hpp"

namespace shelduck::store::detail {

using SteadyClock = std::chrono::steady_clock;

[[nodiscard]] SteadyClock::time_point after(Seconds seconds);

struct WaitingQuestion {
  Service::Question question;
  SteadyClock::time_point end;
  std::uint64_t number = 0;  // in the order of asking, from 1
};

struct WaitingJob {
  Service::Administration administration;
  SteadyClock::time_point end;
  SteadyClock::time_point next_try{};
};

// Those who get no answer; to be told without the mutex, because `failed` is the asker's.
struct Leavers {
  std::list<WaitingQuestion> questions{};
  std::list<WaitingJob> jobs{};

  [[nodiscard]] bool is_empty() const { return questions.empty() && jobs.empty(); }
  void tell(const Error& reason) const;
};

class WaitingRoom {
 public:
  // Whether another heavy question may begin now.
  enum class Heavy { may_begin, must_wait };

  using Questions = std::list<WaitingQuestion>;

  void enter(Service::Question question);
  void enter(Service::Administration administration);

  // The number of the newest question.
  [[nodiscard]] std::uint64_t newest() const { return newest_; }

  // The questions up to `number`: everything acknowledged before they came is applied, or could
  // not be.
  [[nodiscard]] Questions take(std::uint64_t number);
  // The same of what imports ask, when their own records are applied too.
  [[nodiscard]] Questions take_imports(std::uint64_t number);
  // Those that wait for a reader, in their order.
  [[nodiscard]] Questions& admitted() { return admitted_; }

  // Those that need a reader, as far as it is known.
  [[nodiscard]] std::size_t in_line() const;

  [[nodiscard]] bool has_unapplied() const { return !unapplied_.empty(); }
  [[nodiscard]] bool has_imports() const { return !of_imports_.empty(); }
  // Whether one waits for a reader that may begin now.
  [[nodiscard]] bool has_admitted(Heavy heavy) const;
  // When the first job may be tried; none: there is no job.
  [[nodiscard]] std::optional<SteadyClock::time_point> job_time() const {
    return jobs_.empty() ? std::nullopt : std::optional{jobs_.front().next_try};
  }
  // The first of them.
  [[nodiscard]] WaitingQuestion next_question(Heavy heavy);
  [[nodiscard]] WaitingJob next_job();
  void put_back(WaitingJob job) { jobs_.push_front(std::move(job)); }

  [[nodiscard]] Leavers take_expired(SteadyClock::time_point now);
  [[nodiscard]] Leavers take_all();
  // When the next of them has waited too long; never later than a minute from now.
  [[nodiscard]] SteadyClock::time_point earliest_end() const;

 private:
  Questions unapplied_;   // wait for a call of apply() that begins after they came
  Questions of_imports_;  // and these for the records of imports after that
  Questions admitted_;    // wait for a reader
  std::list<WaitingJob> jobs_;
  std::uint64_t newest_ = 0;
};

}  // namespace shelduck::store::detail
