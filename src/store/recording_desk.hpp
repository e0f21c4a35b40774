// RecordingDesk takes what clients want written and never lets them wait: one thread takes all that
// stand there, has them judged, appends what is new as one batch with one sync, and answers.
// Private to the store; Service owns one.
//
//   RecordingDesk desk{{.is_reserved = ..., .wants_apply = ...}};
//   desk.open({.find = ..., .append = ...});      // the database and the journal to work on
//   desk.take(recording);
//
//   const RecordingDesk::Mark mark = desk.mark(); // whoever applies the journal
//   ... apply ...
//   desk.applied(mark);
//
// Judged by: what is written here and not applied yet, kept in memory, and then by what `find`
// sees. Only the recording thread adds to the first, so nothing falls between both. Threads: one of
// its own. take, mark, applied, open and close are safe from any other one; close
//          waits for the group that is being written.
// Limits:  `recordings_max` wait; the next fails as busy. While more records are written and not
//          applied than the last second applied (at least `backlog_min`), no group begins. Whoever
//          waits longer than `patience` fails as busy.
// Failure: goes to the claims; `met` hears of each error of database or journal.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/store/recording_group.hpp"

namespace shelduck::store::detail {

// What a desk works on. Made anew when the store is opened again.
struct RecordingGround {
  std::function<KnownFacts(std::span<const Fact>)> find;  // as it is applied now
  std::function<void(std::span<const Record>)> append;    // durable when it returns
};

struct RecordingDeskOptions {
  std::function<bool(std::uint16_t)> is_reserved;
  // Somebody waits for a scan of the journal, or there is something to apply.
  std::function<void()> wants_apply = [] {};
  // Called before it where somebody waits for that scan.
  std::function<void()> wants_scan = [] {};
  std::function<void(const Error&)> met = [](const Error&) {};
  std::size_t recordings_max = 1024;
  std::size_t backlog_min = 10'000;  // records
  std::size_t backlog_bytes_max = 64UL << 20U;
  Seconds patience{2};
};

class RecordingDesk {
 public:
  // How far things are: what was written, and who had come.
  struct Mark {
    std::uint64_t group = 0;
    std::uint64_t number = 0;
  };

  explicit RecordingDesk(RecordingDeskOptions options);
  ~RecordingDesk();  // stop()
  RecordingDesk(const RecordingDesk&) = delete;
  RecordingDesk& operator=(const RecordingDesk&) = delete;

  void take(Recording recording);

  void open(RecordingGround ground);
  void close();

  [[nodiscard]] Mark mark() const;
  // Everything that the journal held at the mark is applied.
  void applied(const Mark& mark);
  // Records that are written and not applied.
  [[nodiscard]] std::size_t backlog() const;

  // Those who wait fail as cancelled.
  void stop();

 private:
  using Lock = std::unique_lock<std::mutex>;
  using Time = std::chrono::steady_clock::time_point;

  struct WrittenGroup {
    std::uint64_t number = 0;
    std::size_t records = 0;
    std::size_t bytes = 0;  // of what its facts say
    std::size_t facts = 0;
  };

  void record_until_stopped();
  [[nodiscard]] bool can_begin() const;
  [[nodiscard]] std::size_t backlog_max() const;
  [[nodiscard]] Time earliest_end() const;
  void fail_expired(Lock& lock);
  void record(Lock& lock);
  [[nodiscard]] std::vector<Fact> take_pending(const WaitingRecordings& recordings,
                                               KnownFacts& known) const;
  void remember(RecordingGroup& group);
  void count_applied(std::size_t records);

  const RecordingDeskOptions options_;

  mutable std::mutex mutex_;  // guards all below but ground_ while is_recording_
  std::condition_variable wakes_;
  std::condition_variable is_idle_;
  std::optional<RecordingGround> ground_;
  WaitingRecordings waiting_;
  WaitingRecordings unscanned_;  // miss something that a scan of the journal may bring
  KnownFacts pending_;           // of the groups in written_, in their order
  std::deque<WrittenGroup> written_;
  std::size_t backlog_ = 0;  // records
  std::size_t backlog_bytes_ = 0;
  std::uint64_t newest_ = 0;        // number of a recording
  std::uint64_t newest_group_ = 0;  // written
  std::uint64_t scanned_upto_ = 0;
  Time second_begin_{};
  std::size_t this_second_ = 0;  // records applied
  std::size_t last_second_ = 0;
  bool is_recording_ = false;
  bool is_close_wanted_ = false;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace shelduck::store::detail
