#include "shelduck/front/recorder.hpp"

#include <signal.h>

#include <thread>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::front {

struct Recorder::State {
  JournalPlace place;
  std::shared_ptr<journal::FileSystem> files;  // shared with the recorder's caller

  std::mutex mutex;
  std::condition_variable changed;
  // All guarded by mutex.
  std::optional<std::vector<history::EncodedRecord>> start;
  std::optional<std::vector<history::EncodedRecord>> end;
  bool start_is_urgent = false;  // to be synced at once
  bool start_written = false;
  bool start_settled = false;  // durable, or failed
  bool restore_stands = false;
  bool finished = false;
  bool abandoned = false;
  std::exception_ptr start_failure;
  std::exception_ptr end_failure;

  void work();
  void record();
  void open_writer(std::function<void()> restore_seen);
  void record_start();
  enum class Start { recorded, lost };
  void record_end(Start outcome);
  void append_durably(std::span<const history::EncodedRecord> records);
  [[nodiscard]] bool end_comes_soon();
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

  // Of the recorder's thread.
  std::optional<journal::Writer> writer;
  journal::OpenStart open;
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
  try {
    record();
  } catch (const std::exception&) {
    tell([this] {
      end_failure = std::current_exception();
      if (!start_settled) start_failure = std::current_exception();
      start_settled = true;
    });
  }
  open.release();
  writer.reset();
  tell([this] { finished = true; });
}

void Recorder::State::record() {
  if (!wait_for([this] { return start.has_value(); })) return;
  std::exception_ptr failure;
  try {
    record_start();
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  tell([&] {
    start_failure = failure;
    start_settled = true;
  });
  if (wait_for([this] { return end.has_value(); })) {
    record_end(failure ? Start::lost : Start::recorded);
  }
}

void Recorder::State::open_writer(std::function<void()> restore_seen) {
  writer.emplace(*files, open_journal(*files, place, std::move(restore_seen)));
}

void Recorder::State::record_start() {
  open_writer([this] { tell([this] { restore_stands = true; }); });
  const journal::Ticket ticket = writer->append(views_of(*start));
  writer->write(ticket);
  open = writer->hold(ticket);
  tell([this] { start_written = true; });
  if (!end_comes_soon()) writer->commit(ticket);
}

bool Recorder::State::end_comes_soon() {
  std::unique_lock lock{mutex};
  if (start_is_urgent) return false;
  changed.wait_for(lock, kSyncDelay, [this] { return end.has_value() || abandoned; });
  return end.has_value();
}

void Recorder::State::append_durably(std::span<const history::EncodedRecord> records) {
  writer->commit(writer->append(views_of(records)));
}

void Recorder::State::record_end(Start outcome) {
  if (!writer) open_writer([] {});
  std::vector<history::EncodedRecord> all = *start;
  all.insert(all.end(), end->begin(), end->end());
  if (outcome != Start::recorded) return append_durably(all);
  try {
    append_durably(*end);
  } catch (const std::exception&) {
    // The start may have shared the sync that failed: both are written again, to another segment.
    append_durably(all);
  }
}

Recorder::Recorder(JournalPlace place, std::shared_ptr<journal::FileSystem> files)
    : state_(std::make_shared<State>()) {
  state_->place = std::move(place);
  state_->files = std::move(files);
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
  state.tell([&] {
    state.start = std::move(start);
    state.start_is_urgent = true;
  });
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
