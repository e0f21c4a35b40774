#include "shelduck/store/service.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::store {
namespace {

using SteadyClock = std::chrono::steady_clock;

// A slice of the work that can wait; questions that come meanwhile wait no longer than that.
constexpr Seconds kUpkeepSlice{0.05};
constexpr Seconds kClosingSlice{1};

SteadyClock::time_point after(Seconds seconds) {
  return SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(seconds);
}

Error busy(const std::string& reason) {
  return Error{ErrorKind::busy, reason, {.hint = "try again later"}};
}

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

Error stopped() { return Error{ErrorKind::cancelled, "the server stops"}; }

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
  using Lock = std::unique_lock<std::mutex>;

  void apply_until_stopped();
  void apply();
  void run(const Administration& job);
  void keep_up();
  void note_failure(const std::optional<Error>& failure);
  void open_again();
  // Runs `action` while no question is being answered.
  template <class Action>
  void alone(Action action);

  void read_until_stopped(std::size_t reader);
  [[nodiscard]] SteadyClock::time_point earliest_end() const;
  void fail_expired(Lock& lock);
  void answer(Lock& lock, std::size_t reader);
  void fail_all(Lock& lock);

  const std::filesystem::path path_;
  const Domain domain_;
  const OpenOptions options_;
  const ServiceOptions service_;

  mutable std::mutex mutex_;  // guards all below but store_
  std::condition_variable applier_wakes_;
  std::condition_variable readers_wake_;
  std::condition_variable running_changes_;
  std::list<Waiting> unapplied_;  // wait for a call of apply() that begins after they came
  std::list<Waiting> applied_;    // wait for a reader
  std::deque<Administration> jobs_;
  std::vector<std::optional<Connection>> connections_;  // one a reader, made when it is needed
  std::vector<Connection*> running_;
  std::uint64_t asked_ = 0;
  bool is_alone_wanted_ = false;
  bool is_stopping_ = false;
  std::optional<Error> fatal_;  // why store_ is to be opened again; no question begins meanwhile
  bool is_opening_ = false;     // store_ is being replaced
  bool has_news_ = true;
  State state_;
  std::string socket_;

  std::optional<Store> store_;  // replaced only alone
  std::thread applier_;
  std::vector<std::thread> readers_;
};

Service::Desk::Desk(const std::filesystem::path& database, Domain domain, OpenOptions options,
                    ServiceOptions service)
    : path_(database),
      domain_(std::move(domain)),
      options_(std::move(options)),
      service_(std::move(service)),
      store_(Store::open(path_, domain_, options_)) {
  connections_.resize(static_cast<std::size_t>(service_.readers));
  applier_ = std::thread{[this] { apply_until_stopped(); }};
  for (int i = 0; i < service_.readers; ++i) {
    readers_.emplace_back([this, i] { read_until_stopped(static_cast<std::size_t>(i)); });
  }
}

void Service::Desk::ask(Question question) {
  std::optional<Error> refusal;
  {
    const Lock lock{mutex_};
    if (is_stopping_) {
      refusal = stopped();
    } else if (!state_.is_open) {
      refusal = busy("the database cannot be read now");
    } else if (state_.questions >= service_.questions_max) {
      refusal = busy(std::to_string(service_.questions_max) + " questions wait already");
    } else {
      ++state_.questions;
      const auto end = after(question.patience);
      unapplied_.push_back({std::move(question), end, ++asked_});
    }
  }
  if (refusal) return question.failed(*refusal);
  applier_wakes_.notify_one();
  readers_wake_.notify_one();  // one of them watches over its end
}

void Service::Desk::administer(Administration administration) {
  bool is_taken = false;
  {
    const Lock lock{mutex_};
    is_taken = !is_stopping_ && state_.is_open;
    if (is_taken) jobs_.push_back(std::move(administration));
  }
  if (!is_taken) return administration.failed(stopped());
  applier_wakes_.notify_one();
}

void Service::Desk::announce(const std::string& socket) {
  const Lock lock{mutex_};
  socket_ = socket;
  store_->announce(socket_);
}

Service::State Service::Desk::state() const {
  const Lock lock{mutex_};
  return state_;
}

void Service::Desk::apply_until_stopped() {
  auto upkeep = after(service_.upkeep);
  while (true) {
    std::optional<Administration> job;
    {
      Lock lock{mutex_};
      applier_wakes_.wait_until(lock, upkeep, [&] {
        return is_stopping_ || fatal_ || !unapplied_.empty() || !jobs_.empty();
      });
      if (is_stopping_) return;
      if (fatal_) {
        lock.unlock();
        open_again();
        continue;
      }
      if (!state_.is_open) {
        fail_all(lock);
        continue;
      }
      if (!jobs_.empty()) {
        job = std::move(jobs_.front());
        jobs_.pop_front();
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

// Everything acknowledged before is applied then, so whoever asked before may be answered.
void Service::Desk::apply() {
  std::uint64_t upto = 0;
  {
    const Lock lock{mutex_};
    upto = asked_;
  }
  ApplyReport report;
  std::optional<Error> failure = failure_of([&] { report = store_->apply(); });
  std::list<Waiting> failed;
  {
    const Lock lock{mutex_};
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
    state_.questions -= failed.size();
  }
  readers_wake_.notify_all();
  for (const Waiting& waiting : failed) waiting.question.failed(*failure);
}

// The mutex is held.
void Service::Desk::note_failure(const std::optional<Error>& failure) {
  if (failure && failure->kind() == ErrorKind::fatal) fatal_ = failure;
}

void Service::Desk::run(const Administration& job) {
  std::optional<Error> failure;
  alone([&] { failure = failure_of([&] { job.work(*store_); }); });
  {
    const Lock lock{mutex_};
    note_failure(failure);
    ++state_.version;
    has_news_ = true;
  }
  if (failure) job.failed(*failure);
}

void Service::Desk::keep_up() {
  bool has_news = false;
  {
    const Lock lock{mutex_};
    has_news = std::exchange(has_news_, false);
  }
  if (!has_news) return;
  const std::optional<Error> failure = failure_of([&] {
    service_.has_news(*store_);
    for (const std::string& note : store_->finish(kUpkeepSlice).notes) {
      options_.log(LogLevel::warning, note);
    }
  });
  if (!failure) return;
  options_.log(LogLevel::warning, failure->what());
  const Lock lock{mutex_};
  note_failure(failure);
}

template <class Action>
void Service::Desk::alone(Action action) {
  {
    Lock lock{mutex_};
    is_alone_wanted_ = true;
    running_changes_.wait(lock, [&] { return running_.empty(); });
    for (auto& connection : connections_) connection.reset();
  }
  action();
  {
    const Lock lock{mutex_};
    is_alone_wanted_ = false;
  }
  readers_wake_.notify_all();
}

void Service::Desk::open_again() {
  {
    const Lock lock{mutex_};
    for (Connection* connection : running_) connection->interrupt();
    options_.log(LogLevel::error,
                 std::string("the engine failed and is opened again: ") + fatal_->what());
  }
  std::optional<Error> failure;
  alone([&] {
    {
      const Lock lock{mutex_};
      is_opening_ = true;
    }
    failure = failure_of([&] {
      store_.reset();
      store_.emplace(Store::open(path_, domain_, options_));
      const Lock lock{mutex_};
      store_->announce(socket_);
    });
    const Lock lock{mutex_};
    fatal_.reset();
    is_opening_ = false;
    state_.is_open = store_.has_value();
  });
  if (!failure) return;
  {
    Lock lock{mutex_};
    fail_all(lock);
  }
  service_.broken(*failure);
}

void Service::Desk::read_until_stopped(std::size_t reader) {
  Lock lock{mutex_};
  while (!is_stopping_) {
    fail_expired(lock);
    if (!applied_.empty() && !is_alone_wanted_ && !fatal_) {
      answer(lock, reader);
    } else {
      readers_wake_.wait_until(lock, earliest_end());
    }
  }
}

SteadyClock::time_point Service::Desk::earliest_end() const {
  auto end = after(Seconds{60});
  for (const auto* list : {&unapplied_, &applied_}) {
    for (const Waiting& waiting : *list) end = std::min(end, waiting.end);
  }
  return end;
}

void Service::Desk::fail_expired(Lock& lock) {
  const auto now = SteadyClock::now();
  std::list<Waiting> expired;
  for (auto* list : {&unapplied_, &applied_}) {
    for (auto at = list->begin(); at != list->end();) {
      const auto next = std::next(at);
      if (at->end <= now) expired.splice(expired.end(), *list, at);
      at = next;
    }
  }
  if (expired.empty()) return;
  state_.questions -= expired.size();
  lock.unlock();
  for (const Waiting& waiting : expired) {
    waiting.question.failed(busy("the question waited too long for what was recorded before it"));
  }
  lock.lock();
}

void Service::Desk::answer(Lock& lock, std::size_t reader) {
  const Waiting waiting = std::move(applied_.front());
  applied_.pop_front();
  std::optional<Connection>& connection = connections_[reader];
  const std::optional<Error> failure = failure_of([&] {
    if (!connection) connection.emplace(store_->connect());
    running_.push_back(&*connection);
    lock.unlock();
    waiting.question.work(*connection);
  });
  if (!lock.owns_lock()) lock.lock();
  note_failure(failure);
  if (fatal_) applier_wakes_.notify_one();
  if (connection) std::erase(running_, &*connection);
  --state_.questions;
  running_changes_.notify_all();
  if (!failure) return;
  lock.unlock();
  waiting.question.failed(*failure);
  lock.lock();
}

void Service::Desk::fail_all(Lock& lock) {
  std::list<Waiting> waiting;
  waiting.splice(waiting.end(), unapplied_);
  waiting.splice(waiting.end(), applied_);
  std::deque<Administration> jobs;
  jobs.swap(jobs_);
  state_.questions -= waiting.size();
  const Error reason = is_stopping_ ? stopped() : busy("the database cannot be read now");
  lock.unlock();
  for (const Waiting& one : waiting) one.question.failed(reason);
  for (const Administration& job : jobs) job.failed(reason);
  lock.lock();
}

void Service::Desk::stop(Seconds patience) {
  {
    Lock lock{mutex_};
    if (std::exchange(is_stopping_, true)) return;
    fail_all(lock);
    running_changes_.wait_until(lock, after(patience), [&] { return running_.empty(); });
    for (Connection* connection : running_) connection->interrupt();
    if (store_ && !is_opening_) store_->interrupt();
  }
  applier_wakes_.notify_all();
  readers_wake_.notify_all();
  applier_.join();
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
