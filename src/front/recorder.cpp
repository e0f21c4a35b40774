#include "shelduck/front/recorder.hpp"

#include <signal.h>

#include <chrono>
#include <thread>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/front/watched_files.hpp"

namespace shelduck::front {

struct Recorder::State {
  JournalPlace place;

  std::mutex mutex;
  std::condition_variable changed;
  // All guarded by mutex.
  std::optional<std::vector<history::EncodedRecord>> start;
  std::optional<std::vector<history::EncodedRecord>> end;
  bool start_written = false;
  bool start_settled = false;  // durable, or failed
  bool restore_stands = false;
  bool finished = false;
  bool abandoned = false;
  std::exception_ptr start_failure;
  std::exception_ptr end_failure;

  void work();
  void work_on(journal::FileSystem& files);
  template <class Change>
  void tell(const Change& change) {
    {
      const std::lock_guard lock{mutex};
      change();
    }
    changed.notify_all();
  }
  // False when nobody waits for the records any more.
  template <class Ready>
  bool wait_for(const Ready& ready) {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return ready() || abandoned; });
    return ready();
  }
};

namespace {

// The journal's work takes no signal: they belong to the main thread.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &original_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &original_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t original_{};
};

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

void Recorder::State::work() {
  WatchedFiles files{[this] { tell([this] { start_written = true; }); }};
  try {
    work_on(files);
  } catch (const std::exception&) {
    tell([this] {
      end_failure = std::current_exception();
      if (!start_settled) start_failure = std::current_exception();
      start_settled = true;
    });
  }
  tell([this] { finished = true; });
}

void Recorder::State::work_on(journal::FileSystem& files) {
  if (!wait_for([this] { return start.has_value(); })) return;
  journal::OpenStart open;
  std::optional<journal::Writer> writer;
  std::exception_ptr failure;
  try {
    writer.emplace(files,
                   open_journal(files, place, [this] { tell([this] { restore_stands = true; }); }));
    const journal::Ticket ticket = writer->append(views_of(*start));
    writer->commit(ticket);
    open = writer->hold(ticket);
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  tell([&] {
    start_failure = failure;
    start_settled = true;
  });
  if (!wait_for([this] { return end.has_value(); })) return;
  if (!writer) writer.emplace(files, open_journal(files, place, [] {}));
  std::vector<history::EncodedRecord> rest;
  if (failure) rest = *start;
  rest.insert(rest.end(), end->begin(), end->end());
  writer->commit(writer->append(views_of(rest)));
}

Recorder::Recorder(JournalPlace place) : state_(std::make_shared<State>()) {
  state_->place = std::move(place);
  const BlockedSignals blocked;
  std::thread{[state = state_] { state->work(); }}.detach();
}

Recorder::~Recorder() {
  state_->tell([this] { state_->abandoned = true; });
}

void Recorder::begin(std::vector<history::EncodedRecord> start) {
  State& state = *state_;
  state.tell([&] { state.start = std::move(start); });
  constexpr std::chrono::seconds kLongest{1};
  const auto done = [&] { return state.start_written || state.start_settled; };
  std::unique_lock lock{state.mutex};
  state.changed.wait_for(lock, kLongest, done);
  if (done() || !state.restore_stands) return;
  state.changed.wait_for(lock, state.place.wait, done);
}

void Recorder::begin_durably(std::vector<history::EncodedRecord> start) {
  State& state = *state_;
  state.tell([&] { state.start = std::move(start); });
  std::unique_lock lock{state.mutex};
  state.changed.wait(lock, [&] { return state.start_settled; });
  if (state.start_failure) std::rethrow_exception(state.start_failure);
}

void Recorder::end(std::vector<history::EncodedRecord> records) {
  state_->tell([&] { state_->end = std::move(records); });
}

std::optional<std::string> Recorder::finish(Seconds wait) {
  State& state = *state_;
  std::unique_lock lock{state.mutex};
  if (!state.changed.wait_for(lock, wait, [&] { return state.finished; })) {
    if (state.start_failure) return reason_of(state.start_failure);
    return "the journal of '" + state.place.database.string() + "' took too long";
  }
  if (!state.end_failure) return std::nullopt;
  return reason_of(state.end_failure);
}

}  // namespace shelduck::front
