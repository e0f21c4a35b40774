#include "shelduck/store/service_desk.hpp"

#include <algorithm>
#include <utility>

namespace shelduck::store {

using detail::after;
using detail::busy;
using detail::failure_of;
using detail::Leavers;
using detail::SteadyClock;
using detail::stopped;

namespace {

constexpr Seconds kClosingSlice{1};
// Between two interrupts of one query: the first may meet it between two statements.
constexpr Seconds kInterruptPause{0.02};

}  // namespace

Service::Desk::Desk(const std::filesystem::path& database, Domain domain, OpenOptions options,
                    ServiceOptions service)
    : path_(database),
      domain_(std::move(domain)),
      options_(std::move(options)),
      service_(std::move(service)),
      readers_(static_cast<std::size_t>(service_.readers)),
      giving_(service_.giving_back),
      store_(Store::open(path_, domain_, options_)),
      recording_(recording_options()) {
  applier_ = std::thread{[this] { apply_until_stopped(); }};
  watcher_ = std::thread{[this] { watch_until_stopped(); }};
  for (std::size_t i = 0; i < readers_.count(); ++i) {
    reading_.emplace_back([this, i] { read_until_stopped(i); });
  }
}

// The mutex is held.
std::optional<Error> Service::Desk::refusal() const {
  if (is_stopping_) return stopped();
  if (!state_.is_open) return busy("the database cannot be used now");
  return std::nullopt;
}

Error Service::Desk::too_many() const {
  return busy(std::to_string(service_.questions_max) + " questions wait already");
}

// The mutex is held. Most questions end after those that the watcher waits for already.
void Service::Desk::wake_watcher(SteadyClock::time_point end) {
  if (end >= watched_until_) return;
  watched_until_ = end;
  watcher_wakes_.notify_one();
}

void Service::Desk::ask(Question question) {
  {
    Lock lock{mutex_};
    std::optional<Error> refused = refusal();
    if (!refused && !question.known && waiting_.in_line() >= service_.questions_max) {
      refused = too_many();
    }
    if (refused) {
      lock.unlock();
      return question.failed(*refused);
    }
    ++state_.questions;
    wake_watcher(after(question.patience));
    waiting_.enter(std::move(question));
  }
  applier_wakes_.notify_one();
}

void Service::Desk::administer(Administration administration) {
  {
    Lock lock{mutex_};
    if (const std::optional<Error> refused = refusal()) {
      lock.unlock();
      return administration.failed(*refused);
    }
    wake_watcher(after(administration.patience));
    waiting_.enter(std::move(administration));
  }
  applier_wakes_.notify_one();
}

void Service::Desk::record(Recording recording) {
  std::optional<Error> refused;
  {
    const Lock lock{mutex_};
    refused = refusal();
  }
  if (refused) return recording.failed(*refused);
  recording_.take(std::move(recording));
}

detail::RecordingDeskOptions Service::Desk::recording_options() {
  return {.is_reserved =
              [this](std::uint16_t type) {
                const auto known = std::ranges::find(domain_.record_types, type, &RecordType::type);
                return known != domain_.record_types.end() &&
                       known->record_class == RecordClass::reserved;
              },
          .wants_apply = [this] { want_apply(); },
          .wants_scan =
              [this] {
                const Lock lock{mutex_};
                is_scan_wanted_ = true;
              },
          .met =
              [this](const Error& error) {
                options_.log(LogLevel::warning, std::string("recording: ") + error.what());
                const Lock lock{mutex_};
                note_failure(error);
                if (fatal_) applier_wakes_.notify_one();
              },
          .backlog_bytes_max = service_.backlog_bytes};
}

void Service::Desk::want_apply() {
  {
    const Lock lock{mutex_};
    is_apply_wanted_ = true;
  }
  applier_wakes_.notify_one();
}

// Look-ups have a connection of their own, made when the first one comes, and may remember what
// they found as long as nothing more is applied. What is applied meanwhile is pending until the
// applying thread says so, and it tells its version before.
struct Service::Desk::LookUp {
  std::optional<Connection> connection;
  FindFacts find;
  Version version;
};

KnownFacts Service::Desk::find(LookUp& look_up, std::span<const Fact> facts) {
  if (facts.empty()) return {};
  Version now;
  {
    const Lock lock{mutex_};
    now = state_.version;
  }
  if (!look_up.connection) look_up.connection.emplace(store_->connect());
  if (!look_up.find || look_up.version != now) {
    look_up.find = domain_.facts_finder();
    look_up.version = now;
  }
  return look_up.find(*look_up.connection, facts);
}

void Service::Desk::resume_recording() {
  if (!store_ || !was_applied_ || !domain_.facts_finder) return;
  const auto look_up = std::make_shared<LookUp>();  // the ground's copies'
  recording_.open(
      {.find = [this, look_up](std::span<const Fact> facts) { return find(*look_up, facts); },
       .append = [this](std::span<const Record> records) { append(records); }});
}

void Service::Desk::append(std::span<const Record> records) {
  const std::optional<Error> failure = failure_of([&] { store_->append(records); });
  {
    const Lock lock{mutex_};
    state_.is_journal_writable = !failure;
  }
  if (failure) throw Error{*failure};
}

void Service::Desk::announce(const std::string& socket) {
  const Lock lock{mutex_};
  socket_ = socket;
  if (!is_opening_ && store_) store_->announce(socket_);
}

Service::State Service::Desk::state() const {
  const std::size_t backlog = recording_.backlog();
  const Lock lock{mutex_};
  State state = state_;
  state.backlog = backlog;
  return state;
}

// The mutex is held. What only a new opening can mend.
void Service::Desk::note_failure(const std::optional<Error>& failure) {
  if (!failure || is_stopping_) return;
  if (failure->kind() != ErrorKind::fatal && failure->kind() != ErrorKind::corrupt) return;
  fatal_ = failure;
  state_.is_open = false;
}

detail::WaitingRoom::Heavy Service::Desk::heavy() const {
  using enum detail::WaitingRoom::Heavy;
  return heavy_ < service_.heavy_max ? may_begin : must_wait;
}

void Service::Desk::read_until_stopped(std::size_t reader) {
  Lock lock{mutex_};
  while (true) {
    readers_wake_.wait(lock, [&] {
      return is_stopping_ || (waiting_.has_admitted(heavy()) && !is_alone_wanted_ && !fatal_);
    });
    if (is_stopping_) return;
    answer(lock, reader);
  }
}

void Service::Desk::answer(Lock& lock, std::size_t reader) {
  const detail::WaitingQuestion waiting = waiting_.next_question(heavy());
  const int weight = waiting.question.weight == Weight::heavy ? 1 : 0;
  heavy_ += weight;
  readers_.begin(reader);
  lock.unlock();
  const std::optional<Error> failure = failure_of([&] {
    Connection& connection = readers_.connect(reader, *store_);
    {
      const Lock exposing{mutex_};
      readers_.expose(reader);
    }
    waiting.question.work(connection);
  });
  if (failure) waiting.question.failed(told(*failure));
  lock.lock();
  note_failure(failure);
  readers_.end(reader);
  heavy_ -= weight;
  if (weight > 0) readers_wake_.notify_all();
  --state_.questions;
  running_changes_.notify_all();
  if (fatal_) applier_wakes_.notify_one();
}

Error Service::Desk::told(const Error& failure) const {
  const Lock lock{mutex_};
  const bool is_ours = fatal_ && failure.kind() == ErrorKind::cancelled;
  return is_ours ? busy("the database is opened again") : failure;
}

void Service::Desk::watch_until_stopped() {
  Lock lock{mutex_};
  while (!is_stopping_) {
    fail(lock, waiting_.take_expired(SteadyClock::now()),
         busy("other work on the database took too long"));
    if (SteadyClock::now() >= opening_end_ && give_up(lock)) {
      lock.unlock();
      service_.broken(Error{ErrorKind::fatal, "the database was not opened again in time"});
      lock.lock();
    }
    if (is_stopping_) return;
    watched_until_ = std::min(waiting_.earliest_end(), opening_end_);
    watcher_wakes_.wait_until(lock, watched_until_);
  }
}

bool Service::Desk::give_up(Lock& lock) {
  opening_end_ = SteadyClock::time_point::max();
  if (std::exchange(is_given_up_, true)) return false;
  fail_all(lock);
  return true;
}

void Service::Desk::fail_all(Lock& lock) {
  fail(lock, waiting_.take_all(),
       is_stopping_ ? stopped() : busy("the database cannot be read now"));
}

void Service::Desk::fail(Lock& lock, const Leavers& leavers, const Error& reason) {
  if (leavers.is_empty()) return;
  state_.questions -= leavers.questions.size();
  lock.unlock();
  leavers.tell(reason);
  lock.lock();
}

void Service::Desk::interrupt_until_idle(Lock& lock, SteadyClock::time_point end) {
  while (readers_.busy() > 0 && SteadyClock::now() < end) {
    readers_.interrupt();
    running_changes_.wait_until(lock, std::min(end, after(kInterruptPause)),
                                [&] { return readers_.busy() == 0; });
  }
}

void Service::Desk::wait_for_opening() {
  Lock lock{mutex_};
  running_changes_.wait(lock, [&] { return !is_opening_; });
}

bool Service::Desk::stop(Seconds patience) {
  {
    Lock lock{mutex_};
    if (is_stopped_) return true;
    is_stopping_ = true;
    fail_all(lock);
    for (auto* wakes : {&applier_wakes_, &readers_wake_, &watcher_wakes_, &running_changes_}) {
      wakes->notify_all();
    }
    running_changes_.wait_until(lock, after(patience),
                                [&] { return readers_.busy() == 0 && !is_applying_; });
    const auto end = is_given_up_ ? SteadyClock::now() : opening_end_;
    if (!running_changes_.wait_until(lock, end, [&] { return !is_opening_; })) return false;
    if (is_applying_) store_->interrupt();  // it is at work on a store, and opens none
    interrupt_until_idle(lock, SteadyClock::time_point::max());
    is_stopped_ = true;
  }
  applier_.join();
  watcher_.join();
  for (std::thread& reader : reading_) reader.join();
  recording_.stop();  // after the applier, which tells it what is applied
  readers_.drop_connections();
  if (!store_) return true;
  const std::optional<Error> failure = failure_of([&] {
    (void)store_->finish(kClosingSlice);
    store_->close();
  });
  if (failure) options_.log(LogLevel::warning, failure->what());
  store_.reset();
  return true;
}

}  // namespace shelduck::store
