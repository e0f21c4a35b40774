#include "shelduck/store/service.hpp"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace shelduck::store {
namespace {

using SteadyClock = std::chrono::steady_clock;

// A slice of the work that can wait; questions that come meanwhile wait no longer than that.
constexpr Seconds kUpkeepSlice{0.05};
constexpr Seconds kClosingSlice{1};
// Between two interrupts of one query: the first may meet it between two statements.
constexpr Seconds kInterruptPause{0.02};
constexpr Seconds kLongestWait{60};

SteadyClock::time_point after(Seconds seconds) {
  return SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(seconds);
}

Error busy(const std::string& reason) {
  return Error{ErrorKind::busy, reason, {.hint = "try again later"}};
}

Error stopped() { return Error{ErrorKind::cancelled, "the server stops"}; }

// What went wrong in `action`; a thread of the service survives everything.
template <class Action>
std::optional<Error> failure_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error{ErrorKind::exhausted, "out of memory"};
  } catch (const std::exception& error) {
    return Error{ErrorKind::bug, std::string("unexpected: ") + error.what()};
  }
  return std::nullopt;
}

// Moves what is over at `now` out of `list`.
template <class Entry>
std::list<Entry> take_expired(std::list<Entry>& list, SteadyClock::time_point now) {
  std::list<Entry> expired;
  for (auto at = list.begin(); at != list.end();) {
    const auto next = std::next(at);
    if (at->end <= now) expired.splice(expired.end(), list, at);
    at = next;
  }
  return expired;
}

}  // namespace

class Service::Desk {
 public:
  Desk(const std::filesystem::path& database, Domain domain, OpenOptions options,
       ServiceOptions service);

  void ask(Question question);
  void administer(Administration administration);
  void append(std::span<const Record> records) { store_->append(records); }
  void announce(const std::string& socket);
  [[nodiscard]] State state() const;
  void stop(Seconds patience);

 private:
  struct Waiting {
    Question question;
    SteadyClock::time_point end;
    std::uint64_t number = 0;  // in the order of asking
  };
  struct Job {
    Administration administration;
    SteadyClock::time_point end;
  };
  using Lock = std::unique_lock<std::mutex>;

  // The applying thread's.
  void apply_until_stopped();
  [[nodiscard]] std::optional<Job> wait_for_work(Lock& lock, SteadyClock::time_point upkeep);
  void apply();
  void run(const Job& job);
  void keep_up();
  void open_again();
  void open_store();
  // Runs `action` while no question is being answered; false where that did not come by `end`.
  template <class Action>
  [[nodiscard]] bool alone(SteadyClock::time_point end, const Action& action);

  void read_until_stopped(std::size_t reader);
  void answer(Lock& lock, std::size_t reader);
  void watch_until_stopped();
  [[nodiscard]] SteadyClock::time_point earliest_end() const;
  void fail_expired(Lock& lock);
  void fail_all(Lock& lock);
  void interrupt_until_idle(Lock& lock, SteadyClock::time_point end);
  void note_failure(const std::optional<Error>& failure);
  [[nodiscard]] std::optional<Error> refusal() const;
  void fail(Lock& lock, const std::list<Waiting>& questions, const std::list<Job>& jobs,
            const Error& reason);

  const std::filesystem::path path_;
  const Domain domain_;
  const OpenOptions options_;
  const ServiceOptions service_;

  mutable std::mutex mutex_;  // guards all below but store_, told_ and the connections
  std::condition_variable applier_wakes_;
  std::condition_variable readers_wake_;
  std::condition_variable watcher_wakes_;
  std::condition_variable running_changes_;
  std::list<Waiting> unapplied_;  // wait for a call of apply() that begins after they came
  std::list<Waiting> applied_;    // wait for a reader
  std::list<Job> jobs_;
  std::vector<Connection*> running_;
  std::size_t busy_readers_ = 0;
  std::uint64_t asked_ = 0;
  bool is_alone_wanted_ = false;
  bool is_stopping_ = false;
  std::optional<Error> fatal_;  // why store_ is to be opened again; no question begins meanwhile
  bool is_opening_ = false;     // store_ is being replaced
  bool has_news_ = true;
  bool is_tidy_ = false;  // what can wait is done
  State state_;
  std::string socket_;

  std::optional<Store> store_;     // replaced only alone
  std::vector<std::string> told_;  // the applier's: notes of the last apply(), which are logged
  std::vector<std::optional<Connection>> connections_;  // one a reader; dropped only alone
  std::thread applier_;
  std::thread watcher_;
  std::vector<std::thread> readers_;
};

Service::Desk::Desk(const std::filesystem::path& database, Domain domain, OpenOptions options,
                    ServiceOptions service)
    : path_(database),
      domain_(std::move(domain)),
      options_(std::move(options)),
      service_(std::move(service)),
      store_(Store::open(path_, domain_, options_)),
      connections_(static_cast<std::size_t>(service_.readers)) {
  applier_ = std::thread{[this] { apply_until_stopped(); }};
  watcher_ = std::thread{[this] { watch_until_stopped(); }};
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    readers_.emplace_back([this, i] { read_until_stopped(i); });
  }
}

// The mutex is held.
std::optional<Error> Service::Desk::refusal() const {
  if (is_stopping_) return stopped();
  if (!state_.is_open) return busy("the database cannot be used now");
  return std::nullopt;
}

void Service::Desk::ask(Question question) {
  {
    Lock lock{mutex_};
    std::optional<Error> refused = refusal();
    if (!refused && state_.questions - busy_readers_ >= service_.questions_max) {
      refused = busy(std::to_string(service_.questions_max) + " questions wait already");
    }
    if (refused) {
      lock.unlock();
      return question.failed(*refused);
    }
    ++state_.questions;
    const auto end = after(question.patience);
    unapplied_.push_back({std::move(question), end, ++asked_});
  }
  applier_wakes_.notify_one();
  watcher_wakes_.notify_one();
}

void Service::Desk::administer(Administration administration) {
  {
    Lock lock{mutex_};
    if (const std::optional<Error> refused = refusal()) {
      lock.unlock();
      return administration.failed(*refused);
    }
    const auto end = after(administration.patience);
    jobs_.push_back({std::move(administration), end});
  }
  applier_wakes_.notify_one();
  watcher_wakes_.notify_one();
}

void Service::Desk::announce(const std::string& socket) {
  const Lock lock{mutex_};
  socket_ = socket;
  if (store_ && !is_opening_) store_->announce(socket_);
}

Service::State Service::Desk::state() const {
  const Lock lock{mutex_};
  return state_;
}

void Service::Desk::apply_until_stopped() {
  auto upkeep = after(service_.upkeep);
  while (true) {
    std::optional<Job> job;
    {
      Lock lock{mutex_};
      job = wait_for_work(lock, upkeep);
      if (is_stopping_) {
        if (job) fail(lock, {}, {*job}, stopped());
        return;
      }
      if (fatal_) {
        if (job) jobs_.push_front(std::move(*job));
        lock.unlock();
        open_again();
        continue;
      }
    }
    apply();
    if (job) run(*job);
    if (SteadyClock::now() >= upkeep) {
      keep_up();
      upkeep = after(service_.upkeep);
    }
  }
}

std::optional<Service::Desk::Job> Service::Desk::wait_for_work(Lock& lock,
                                                               SteadyClock::time_point upkeep) {
  // A store that could not be opened again has no work any more.
  if (!state_.is_open && !fatal_) {
    applier_wakes_.wait(lock, [&] { return is_stopping_; });
    return std::nullopt;
  }
  applier_wakes_.wait_until(lock, upkeep, [&] {
    return is_stopping_ || fatal_ || !unapplied_.empty() || !jobs_.empty();
  });
  if (is_stopping_ || fatal_ || jobs_.empty()) return std::nullopt;
  std::optional<Job> job{std::move(jobs_.front())};
  jobs_.pop_front();
  return job;
}

// Everything acknowledged before is applied then, so whoever asked before may be answered.
void Service::Desk::apply() {
  std::uint64_t upto = 0;
  {
    const Lock lock{mutex_};
    upto = asked_;
  }
  ApplyReport report;
  std::optional<Error> failure = failure_of([&] { report = store_->apply(); });
  for (const std::string& note : report.notes) {
    if (std::ranges::find(told_, note) == told_.end()) options_.log(LogLevel::warning, note);
  }
  told_ = std::move(report.notes);
  std::list<Waiting> failed;
  Lock lock{mutex_};
  note_failure(failure);
  state_.applied += report.applied;
  state_.version += report.applied + report.quarantined > 0 ? 1 : 0;
  state_.waiting = report.waiting;
  has_news_ = has_news_ || report.applied > 0;
  if (report.waiting > 0) {
    failure = Error{ErrorKind::exhausted,
                    std::to_string(report.waiting) + " records wait for space on the disk"};
  }
  auto& to = failure ? failed : applied_;
  while (!unapplied_.empty() && unapplied_.front().number <= upto) {
    to.splice(to.end(), unapplied_, unapplied_.begin());
  }
  readers_wake_.notify_all();
  if (failure) fail(lock, failed, {}, *failure);
}

void Service::Desk::run(const Job& job) {
  std::optional<Error> failure;
  const bool is_begun =
      alone(job.end, [&] { failure = failure_of([&] { job.administration.work(*store_); }); });
  Lock lock{mutex_};
  if (!is_begun) failure = is_stopping_ ? stopped() : busy("questions are still being answered");
  note_failure(failure);
  state_.version += is_begun ? 1 : 0;
  has_news_ = has_news_ || is_begun;
  if (failure) fail(lock, {}, {job}, *failure);
}

void Service::Desk::keep_up() {
  bool has_news = false;
  {
    const Lock lock{mutex_};
    has_news = std::exchange(has_news_, false);
    if (!has_news && is_tidy_) return;
  }
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

template <class Action>
bool Service::Desk::alone(SteadyClock::time_point end, const Action& action) {
  bool is_alone = false;
  {
    Lock lock{mutex_};
    is_alone_wanted_ = true;
    running_changes_.wait_until(lock, end, [&] { return busy_readers_ == 0 || is_stopping_; });
    is_alone = busy_readers_ == 0 && !is_stopping_;
  }
  if (is_alone) {
    for (auto& connection : connections_) connection.reset();
    action();
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
    interrupt_until_idle(lock, end);
  }
  options_.log(LogLevel::error,
               std::string("the engine failed and is opened again: ") + failure->what());
  (void)alone(end, [&] { failure = failure_of([&] { open_store(); }); });
  {
    Lock lock{mutex_};
    is_opening_ = false;
    fatal_.reset();
    state_.is_open = !failure;
    if (!failure || is_stopping_) return;
    fail_all(lock);
  }
  service_.broken(*failure);
}

void Service::Desk::open_store() {
  {
    const Lock lock{mutex_};
    is_opening_ = true;
  }
  store_.reset();
  store_.emplace(Store::open(path_, domain_, options_));
  const Lock lock{mutex_};
  store_->announce(socket_);
}

// The mutex is held. What only a new opening can mend.
void Service::Desk::note_failure(const std::optional<Error>& failure) {
  if (!failure || is_stopping_) return;
  if (failure->kind() != ErrorKind::fatal && failure->kind() != ErrorKind::corrupt) return;
  fatal_ = failure;
  state_.is_open = false;
}

void Service::Desk::read_until_stopped(std::size_t reader) {
  Lock lock{mutex_};
  while (true) {
    readers_wake_.wait(
        lock, [&] { return is_stopping_ || (!applied_.empty() && !is_alone_wanted_ && !fatal_); });
    if (is_stopping_) return;
    answer(lock, reader);
  }
}

void Service::Desk::answer(Lock& lock, std::size_t reader) {
  const Waiting waiting = std::move(applied_.front());
  applied_.pop_front();
  ++busy_readers_;
  lock.unlock();
  std::optional<Connection>& connection = connections_[reader];
  const std::optional<Error> failure = failure_of([&] {
    if (!connection) connection.emplace(store_->connect());
    {
      const Lock registering{mutex_};
      running_.push_back(&*connection);
    }
    waiting.question.work(*connection);
  });
  if (failure) waiting.question.failed(*failure);
  lock.lock();
  note_failure(failure);
  if (connection) std::erase(running_, &*connection);
  --busy_readers_;
  --state_.questions;
  running_changes_.notify_all();
  if (fatal_) applier_wakes_.notify_one();
}

void Service::Desk::watch_until_stopped() {
  Lock lock{mutex_};
  while (!is_stopping_) {
    fail_expired(lock);
    if (!is_stopping_) watcher_wakes_.wait_until(lock, earliest_end());
  }
}

SteadyClock::time_point Service::Desk::earliest_end() const {
  auto end = after(kLongestWait);
  for (const auto* list : {&unapplied_, &applied_}) {
    for (const Waiting& waiting : *list) end = std::min(end, waiting.end);
  }
  for (const Job& job : jobs_) end = std::min(end, job.end);
  return end;
}

void Service::Desk::fail_expired(Lock& lock) {
  const auto now = SteadyClock::now();
  std::list<Waiting> questions = take_expired(unapplied_, now);
  questions.splice(questions.end(), take_expired(applied_, now));
  const std::list<Job> jobs = take_expired(jobs_, now);
  fail(lock, questions, jobs, busy("other work on the database took too long"));
}

void Service::Desk::fail_all(Lock& lock) {
  std::list<Waiting> questions = std::exchange(unapplied_, {});
  questions.splice(questions.end(), std::exchange(applied_, {}));
  const std::list<Job> jobs = std::exchange(jobs_, {});
  fail(lock, questions, jobs, is_stopping_ ? stopped() : busy("the database cannot be read now"));
}

// Without the mutex, because `failed` is the asker's.
void Service::Desk::fail(Lock& lock, const std::list<Waiting>& questions,
                         const std::list<Job>& jobs, const Error& reason) {
  if (questions.empty() && jobs.empty()) return;
  state_.questions -= questions.size();
  lock.unlock();
  for (const Waiting& waiting : questions) waiting.question.failed(reason);
  for (const Job& job : jobs) job.administration.failed(reason);
  lock.lock();
}

void Service::Desk::interrupt_until_idle(Lock& lock, SteadyClock::time_point end) {
  while (busy_readers_ > 0 && SteadyClock::now() < end) {
    for (Connection* connection : running_) connection->interrupt();
    running_changes_.wait_until(lock, std::min(end, after(kInterruptPause)),
                                [&] { return busy_readers_ == 0; });
  }
}

void Service::Desk::stop(Seconds patience) {
  {
    Lock lock{mutex_};
    if (std::exchange(is_stopping_, true)) return;
    fail_all(lock);
    for (auto* wakes : {&applier_wakes_, &readers_wake_, &watcher_wakes_, &running_changes_}) {
      wakes->notify_all();
    }
    running_changes_.wait_until(lock, after(patience), [&] { return busy_readers_ == 0; });
    if (store_ && !is_opening_) store_->interrupt();
    interrupt_until_idle(lock, SteadyClock::time_point::max());
  }
  applier_.join();
  watcher_.join();
  for (std::thread& reader : readers_) reader.join();
  connections_.clear();
  if (!store_) return;
  const std::optional<Error> failure = failure_of([&] {
    (void)store_->finish(kClosingSlice);
    store_->close();
  });
  if (failure) options_.log(LogLevel::warning, failure->what());
  store_.reset();
}

Service::Service(const std::filesystem::path& database, const Domain& domain,
                 const OpenOptions& options, ServiceOptions service)
    : desk_(std::make_unique<Desk>(database, domain, options, std::move(service))) {}

Service::~Service() { stop(Seconds{0}); }

void Service::ask(Question question) { desk_->ask(std::move(question)); }

void Service::administer(Administration administration) {
  desk_->administer(std::move(administration));
}

void Service::append(std::span<const Record> records) { desk_->append(records); }

void Service::announce(const std::string& socket) { desk_->announce(socket); }

Service::State Service::state() const { return desk_->state(); }

void Service::stop(Seconds patience) { desk_->stop(patience); }

}  // namespace shelduck::store
