#include "shelduck/store/recording_desk.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "shelduck/store/failure_of.hpp"

namespace shelduck::store::detail {
namespace {

using MonotonicClock = std::chrono::steady_clock;

constexpr Seconds kLongestRest{60};
// What a pending fact costs at most beside its content: its place in a table, with the free ones
// beside it and those that are let go of later.
constexpr std::size_t kFactBytes = 200;

MonotonicClock::time_point from_now(Seconds seconds) {
  return MonotonicClock::now() + std::chrono::duration_cast<MonotonicClock::duration>(seconds);
}

WaitingRecordings take_over(WaitingRecordings& list, MonotonicClock::time_point now) {
  WaitingRecordings over;
  for (auto at = list.begin(); at != list.end();) {
    const auto next = std::next(at);
    if (at->end <= now) over.splice(over.end(), list, at);
    at = next;
  }
  return over;
}

// A look-up that fails is no fault of those whose records are judged by it.
Error as_our_own(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::invalid_input:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
      return Error{ErrorKind::bug, error.what()};
    default:
      return error;
  }
}

}  // namespace

RecordingDesk::RecordingDesk(RecordingDeskOptions options)
    : options_(std::move(options)), second_begin_(MonotonicClock::now()) {
  thread_ = std::thread{[this] { record_until_stopped(); }};
}

RecordingDesk::~RecordingDesk() { stop(); }

void RecordingDesk::take(Recording recording) {
  {
    Lock lock{mutex_};
    std::optional<Error> refused;
    if (is_stopping_) refused = stopped();
    if (waiting_.size() + unscanned_.size() >= options_.recordings_max) {
      refused = busy(std::to_string(options_.recordings_max) + " writes wait already");
    }
    if (refused) {
      lock.unlock();
      return recording.failed(*refused);
    }
    waiting_.push_back({std::move(recording), from_now(options_.patience), ++newest_});
  }
  wakes_.notify_one();
}

void RecordingDesk::open(RecordingGround ground) {
  {
    const Lock lock{mutex_};
    ground_ = std::move(ground);
  }
  wakes_.notify_one();
}

void RecordingDesk::close() {
  Lock lock{mutex_};
  is_close_wanted_ = true;
  is_idle_.wait(lock, [&] { return !is_recording_; });
  ground_.reset();
  is_close_wanted_ = false;
}

RecordingDesk::Mark RecordingDesk::mark() const {
  const Lock lock{mutex_};
  return {.group = newest_group_, .number = newest_};
}

std::size_t RecordingDesk::backlog() const {
  const Lock lock{mutex_};
  return backlog_;
}

void RecordingDesk::applied(const Mark& mark) {
  {
    const Lock lock{mutex_};
    std::size_t records = 0;
    while (!written_.empty() && written_.front().number <= mark.group) {
      pending_.drop_first(written_.front().facts);
      records += written_.front().records;
      backlog_bytes_ -= written_.front().bytes;
      written_.pop_front();
    }
    backlog_ -= records;
    count_applied(records);
    scanned_upto_ = std::max(scanned_upto_, mark.number);
    const auto later = std::ranges::find_if(unscanned_, [&](const WaitingRecording& waiting) {
      return waiting.number > scanned_upto_;
    });
    waiting_.splice(waiting_.begin(), unscanned_, unscanned_.begin(), later);
  }
  wakes_.notify_one();
}

void RecordingDesk::count_applied(std::size_t records) {
  const auto now = MonotonicClock::now();
  const auto age = now - second_begin_;
  if (age >= std::chrono::seconds{1}) {
    last_second_ = age < std::chrono::seconds{2} ? this_second_ : 0;
    this_second_ = 0;
    second_begin_ = now;
  }
  this_second_ += records;
}

std::size_t RecordingDesk::backlog_max() const {
  return std::max({options_.backlog_min, last_second_, this_second_});
}

bool RecordingDesk::can_begin() const {
  return !waiting_.empty() && ground_ && !is_close_wanted_ && backlog_ <= backlog_max() &&
         backlog_bytes_ <= options_.backlog_bytes_max;
}

RecordingDesk::Time RecordingDesk::earliest_end() const {
  auto end = from_now(kLongestRest);
  for (const WaitingRecordings* list : {&waiting_, &unscanned_}) {
    for (const WaitingRecording& waiting : *list) end = std::min(end, waiting.end);
  }
  return end;
}

void RecordingDesk::record_until_stopped() {
  Lock lock{mutex_};
  while (!is_stopping_) {
    if (!can_begin()) wakes_.wait_until(lock, earliest_end());
    fail_expired(lock);
    if (!is_stopping_ && can_begin()) record(lock);
  }
}

// Without the mutex, because `failed` is the client's.
void RecordingDesk::fail_expired(Lock& lock) {
  const auto now = MonotonicClock::now();
  WaitingRecordings over = take_over(unscanned_, now);
  if (!can_begin()) over.splice(over.end(), take_over(waiting_, now));
  if (over.empty()) return;
  lock.unlock();
  for (const WaitingRecording& waiting : over) {
    waiting.recording.failed(busy("other work on the database took too long"));
  }
  lock.lock();
}

// What is pending is known; returns what is to be looked up.
std::vector<Fact> RecordingDesk::take_pending(const WaitingRecordings& recordings,
                                              KnownFacts& known) const {
  std::vector<Fact> unknown;
  for (const WaitingRecording& waiting : recordings) {
    for (const Fact& fact : waiting.recording.claim.judged_by) {
      if (const std::string* content = pending_.find(fact)) {
        known[fact] = *content;
      } else {
        unknown.push_back(fact);
      }
    }
  }
  return unknown;
}

void RecordingDesk::record(Lock& lock) {
  WaitingRecordings recordings = std::exchange(waiting_, {});
  const std::uint64_t scanned_upto = scanned_upto_;
  KnownFacts known;
  // First what is pending, then the database: what is in neither of them nobody has said.
  const std::vector<Fact> unknown = take_pending(recordings, known);
  is_recording_ = true;
  lock.unlock();
  std::optional<Error> failure = failure_of([&] { known.merge(ground_->find(unknown)); });
  RecordingGroup group{std::move(recordings), std::move(known)};
  WaitingRecordings later;
  if (failure) {
    group.fail_all(as_our_own(*failure));
  } else {
    later = group.judge(scanned_upto);
    failure = group.write({ground_->append, options_.is_reserved});
  }
  lock.lock();
  const bool is_scan_wanted = !later.empty();
  const bool has_news = group.records_written() > 0 || is_scan_wanted;
  remember(group);
  unscanned_.splice(unscanned_.end(), later);
  is_recording_ = false;
  lock.unlock();
  is_idle_.notify_all();
  group.answer();
  if (failure) options_.met(*failure);
  if (is_scan_wanted) options_.wants_scan();
  if (has_news) options_.wants_apply();
  lock.lock();
}

void RecordingDesk::remember(RecordingGroup& group) {
  WrittenGroup written{
      .number = newest_group_ + 1, .records = group.records_written(), .bytes = 0, .facts = 0};
  if (written.records == 0) return;
  ++newest_group_;
  std::vector<SaidFact> says = group.take_written();
  written.facts = says.size();
  pending_.reserve(pending_.size() + says.size());
  for (SaidFact& said : says) {
    written.bytes += kFactBytes + said.content.size();
    pending_.renew(said.fact) = std::move(said.content);
  }
  backlog_ += written.records;
  backlog_bytes_ += written.bytes;
  written_.push_back(written);
}

void RecordingDesk::stop() {
  WaitingRecordings left;
  {
    const Lock lock{mutex_};
    if (std::exchange(is_stopping_, true)) return;
    left = std::exchange(waiting_, {});
  }
  wakes_.notify_one();
  thread_.join();
  left.splice(left.end(), unscanned_);  // what its last group left for a scan
  for (const WaitingRecording& waiting : left) waiting.recording.failed(stopped());
  ground_.reset();
}

}  // namespace shelduck::store::detail
