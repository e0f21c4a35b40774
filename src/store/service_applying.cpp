// The applying thread of a Service.
#include <algorithm>
#include <utility>

#include "shelduck/store/service_desk.hpp"

namespace shelduck::store {

using detail::after;
using detail::busy;
using detail::failure_of;
using detail::SteadyClock;
using detail::stopped;
using detail::WaitingJob;

namespace {

// A slice of the work that can wait; questions that come meanwhile wait no longer than that.
constexpr Seconds kUpkeepSlice{0.05};
// How long one that wants the store alone holds questions back, and then lets them go on: an answer
// that nobody takes may be minutes in coming to its end.
constexpr Seconds kHoldingBack{0.5};
constexpr Seconds kLettingGoOn{0.2};
// While nobody asks, records gather that long between two batches: a batch of a few costs nearly
// what one of hundreds does.
constexpr Seconds kGathering{0.05};
// Of imports, at a time: about a fifth of a second.
constexpr std::uint64_t kImportFrames = 10'000;

// Not of the disk's kind: who asks writes nothing, and may ask again.
Error no_space(const ApplyReport& report) {
  return busy(std::to_string(report.waiting) + " records wait for space on the disk");
}

}  // namespace

void Service::Desk::apply_until_stopped() {
  auto upkeep = after(service_.upkeep);
  while (true) {
    std::optional<WaitingJob> job;
    {
      Lock lock{mutex_};
      ++state_.turns;
      is_applying_ = false;
      running_changes_.notify_all();
      job = wait_for_work(lock, upkeep);
      state_.is_administered = job.has_value();
      if (is_stopping_) {
        if (job) fail(lock, {.jobs = {*job}}, stopped());
        return;
      }
      if (fatal_) {
        if (job) waiting_.put_back(std::move(*job));
        lock.unlock();
        open_again();
        continue;
      }
      is_applying_ = true;
    }
    const bool is_upkeep = SteadyClock::now() >= upkeep;
    apply(is_upkeep || job ? Depth::everything : Depth::news);
    if (job) run(std::move(*job));
    apply_imports();
    if (is_upkeep) {
      try_journal();
      keep_up();
      give_back();
      upkeep = after(service_.upkeep);
    }
  }
}

std::optional<WaitingJob> Service::Desk::wait_for_work(Lock& lock, SteadyClock::time_point upkeep) {
  // A store that could not be opened again has no work any more.
  if (!state_.is_open && !fatal_) {
    applier_wakes_.wait(lock, [&] { return is_stopping_; });
    return std::nullopt;
  }
  const auto is_job_due = [&] {
    const auto time = waiting_.job_time();
    return time && *time <= SteadyClock::now();
  };
  const auto is_urgent = [&] {
    return is_stopping_ || fatal_ || is_scan_wanted_ || waiting_.has_unapplied() ||
           waiting_.has_imports() || is_job_due();
  };
  applier_wakes_.wait_until(lock, std::min(upkeep, waiting_.job_time().value_or(upkeep)),
                            [&] { return is_urgent() || is_apply_wanted_; });
  if (is_apply_wanted_) {
    applier_wakes_.wait_until(
        lock, std::min({upkeep, gathered_, waiting_.job_time().value_or(upkeep)}), is_urgent);
  }
  if (is_stopping_ || fatal_ || !is_job_due()) return std::nullopt;
  return waiting_.next_job();
}

// Everything acknowledged before is applied then, so whoever asked before may be answered.
void Service::Desk::apply(Depth depth) {
  std::uint64_t upto = 0;
  {
    const Lock lock{mutex_};
    upto = waiting_.newest();
    is_apply_wanted_ = false;
    is_scan_wanted_ = false;
  }
  const detail::RecordingDesk::Mark mark = recording_.mark();
  ApplyReport report;
  std::optional<Version> version;
  std::optional<Error> failure = failure_of([&] {
    report = depth == Depth::everything ? store_->apply() : store_->catch_up();
    version = store_->version();
  });
  for (const std::string& note : report.notes) {
    if (std::ranges::find(told_, note) == told_.end()) options_.log(LogLevel::warning, note);
  }
  told_ = std::move(report.notes);
  Lock lock{mutex_};
  note_failure(failure);
  state_.applied += report.applied;
  state_.version = version.value_or(state_.version);
  state_.waiting = report.waiting;
  has_news_ = has_news_ || report.applied > 0;
  if (report.waiting > 0) failure = no_space(report);
  if (failure) return fail(lock, {.questions = waiting_.take(upto)}, *failure);
  admit(lock, waiting_.take(upto));
  gathered_ = after(kGathering);
  const bool is_first = !std::exchange(was_applied_, true);
  lock.unlock();
  recording_.applied(mark);
  if (is_first) resume_recording();
}

void Service::Desk::admit(Lock& lock, detail::WaitingRoom::Questions ready) {
  const Version version = state_.version;
  lock.unlock();
  const std::size_t answered = std::erase_if(ready, [&](const detail::WaitingQuestion& waiting) {
    bool is_answered = false;
    const auto failure = failure_of(
        [&] { is_answered = waiting.question.known && waiting.question.known(version); });
    return is_answered && !failure;
  });
  lock.lock();
  state_.questions -= answered;
  detail::Leavers refused;
  while (!ready.empty()) {
    const bool has_place =
        !ready.front().question.known || waiting_.in_line() < service_.questions_max;
    auto& to = has_place && !is_stopping_ ? waiting_.admitted() : refused.questions;
    to.splice(to.end(), ready, ready.begin());
  }
  readers_wake_.notify_all();
  fail(lock, refused, is_stopping_ ? stopped() : too_many());
}

// A slice, and those who wait for the last one are answered.
void Service::Desk::apply_imports() {
  std::uint64_t upto = 0;
  {
    const Lock lock{mutex_};
    if (!waiting_.has_imports() || fatal_) return;
    upto = waiting_.newest();
  }
  ApplyReport report;
  std::optional<Version> version;
  std::optional<Error> failure = failure_of([&] {
    report = store_->apply_imports(kImportFrames);
    version = store_->version();
  });
  Lock lock{mutex_};
  note_failure(failure);
  state_.applied += report.applied;
  state_.version = version.value_or(state_.version);
  has_news_ = has_news_ || report.applied > 0;
  if (!failure && report.waiting > 0) failure = no_space(report);
  if (failure) return fail(lock, {.questions = waiting_.take_imports(upto)}, *failure);
  if (!report.has_more) admit(lock, waiting_.take_imports(upto));
}

void Service::Desk::run(WaitingJob job) {
  std::optional<Error> failure;
  const auto end = std::min(job.end, after(kHoldingBack));
  const bool is_begun =
      alone(end, [&] { failure = failure_of([&] { job.administration.work(*store_); }); });
  Lock lock{mutex_};
  if (!is_begun && !is_stopping_ && SteadyClock::now() < job.end) {
    job.next_try = after(kLettingGoOn);
    return waiting_.put_back(std::move(job));
  }
  if (!is_begun) failure = is_stopping_ ? stopped() : busy("questions are still being answered");
  note_failure(failure);
  has_news_ = has_news_ || is_begun;
  ++administered_;
  if (failure) fail(lock, {.jobs = {job}}, *failure);
}

// Who asks whether records are taken may send none until they are.
void Service::Desk::try_journal() {
  {
    const Lock lock{mutex_};
    if (state_.is_journal_writable || fatal_) return;
  }
  if (failure_of([&] { store_->try_journal(); })) return;
  const Lock lock{mutex_};
  state_.is_journal_writable = true;
}

void Service::Desk::keep_up() {
  bool has_news = false;
  bool is_done = false;
  {
    const Lock lock{mutex_};
    has_news = std::exchange(has_news_, false);
    is_done = !has_news && is_tidy_;
  }
  if (is_done) return;
  FinishReport report;
  const std::optional<Error> failure = failure_of([&] {
    if (has_news) service_.has_news(*store_);
    report = store_->finish(kUpkeepSlice);
  });
  for (const std::string& note : report.notes) options_.log(LogLevel::warning, note);
  if (failure) options_.log(LogLevel::warning, failure->what());
  const Lock lock{mutex_};
  is_tidy_ = failure || report.is_complete;
  note_failure(failure);
}

// A reader that has more to do than a slice keeps what it has: then it is tried again later.
void Service::Desk::give_back() {
  std::uint64_t work = 0;
  {
    const Lock lock{mutex_};
    work = waiting_.newest() + state_.applied + administered_;
    if (fatal_ || !giving_.is_due(work, SteadyClock::now())) return;
  }
  std::optional<Error> failure;
  const bool is_alone =
      alone(after(kUpkeepSlice), [&] { failure = failure_of([&] { store_->drop_caches(); }); });
  give_memory_back();
  if (failure) {
    options_.log(LogLevel::warning, std::string("giving memory back: ") + failure->what());
  }
  const Lock lock{mutex_};
  note_failure(failure);
  giving_.tried(SteadyClock::now());
  if (is_alone) giving_.done(work);
}

template <class Action>
bool Service::Desk::alone(SteadyClock::time_point end, const Action& action) {
  bool is_alone = false;
  {
    Lock lock{mutex_};
    is_alone_wanted_ = true;
    running_changes_.wait_until(lock, end, [&] { return readers_.busy() == 0 || is_stopping_; });
    is_alone = readers_.busy() == 0 && !is_stopping_;
  }
  if (is_alone) {
    readers_.drop_connections();
    pause_recording();
    action();
    resume_recording();
  }
  {
    const Lock lock{mutex_};
    is_alone_wanted_ = false;
  }
  readers_wake_.notify_all();
  return is_alone;
}

void Service::Desk::open_again() {
  const auto end = after(service_.opening);
  std::optional<Error> failure;
  {
    Lock lock{mutex_};
    failure = fatal_;
    is_opening_ = true;
    opening_end_ = end;
    wake_watcher(end);
    interrupt_until_idle(lock, end);
  }
  options_.log(LogLevel::error,
               std::string("the engine failed and is opened again: ") + failure->what());
  (void)alone(end, [&] { failure = failure_of([&] { open_store(); }); });
  {
    Lock lock{mutex_};
    is_opening_ = false;
    running_changes_.notify_all();
    fatal_.reset();
    state_.is_open = !failure && !is_given_up_;
    if (!failure) opening_end_ = SteadyClock::time_point::max();
    if (!failure || is_stopping_ || !give_up(lock)) return;
  }
  service_.broken(*failure);
}

void Service::Desk::open_store() {
  store_.reset();
  store_.emplace(Store::open(path_, domain_, options_));
  const Lock lock{mutex_};
  store_->announce(socket_);
}

}  // namespace shelduck::store
