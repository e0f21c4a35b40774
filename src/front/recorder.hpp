// Recorder writes the records of one execution beside it, so that a slow, full or broken disk is
// never felt by what is measured.
//
//   Recorder recorder{place};
//   recorder.begin(start_records);         // back when they are in the kernel, or after a second
//   ... run the child ...
//   recorder.end(end_records);
//   const auto trouble = recorder.finish(wait);   // what went wrong, if anything
//
// A thread of its own does all work on the journal: it writes the start, tells that it is written,
// syncs it a little later, and waits for the end. An end that comes before that shares its sync.
// Where the start could not be recorded it is written again with the end: records of one id are
// kept once.
//
// Threads: begin, end and finish from one thread. Failure: begin_durably throws Error; all other
// trouble is what finish() returns.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/front/journal_entry.hpp"

namespace shelduck::front {

class Recorder {
 public:
  // From the start's write to the beginning of its sync, which is to be over 20 ms after the write.
  static constexpr std::chrono::milliseconds kSyncDelay{10};

  explicit Recorder(JournalPlace place, std::shared_ptr<journal::FileSystem> files =
                                            std::make_shared<journal::PosixFileSystem>());
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Returns when the start is written or has failed; after a second at the latest, or, while a
  // restore stands, after the wait of the place.
  void begin(std::vector<history::EncodedRecord> start);

  // Returns when the start is on the disk, else throws.
  void begin_durably(std::vector<history::EncodedRecord> start);

  void end(std::vector<history::EncodedRecord> records);

  // Nothing when all is on the disk; else the reason, also when it took longer than `wait`.
  [[nodiscard]] std::optional<std::string> finish(Seconds wait);

 private:
  struct State;
  // Shared with the thread, which is left alone when the disk hangs.
  std::shared_ptr<State> state_;
};

}  // namespace shelduck::front
