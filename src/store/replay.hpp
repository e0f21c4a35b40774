// Replay carries frames from a journal into a Ledger: in batches, each once, and none before it is
// on the disk. Private to the store.
//
//   Replay replay{backlog, ledger, {.log = log}};
//   const ReplayReport report = replay.run();
//
// What it keeps (durability page):
//  - what the journal held when run() began is in the ledger when it ends;
//  - a position is stored together with the frames before it, and only after every one of those
//    frames is durable;
//  - a segment is judged (torn, damaged, ended) only under its lock;
//  - a failed sync ends the segment for this replay: nothing more of it is applied.
//
// Threads: one. Failure: what the ledger throws goes through, but for `exhausted`: then the rest is
// counted, not applied.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "shelduck/core/log.hpp"
#include "shelduck/journal/backlog.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::store::detail {

using Positions = std::map<Uuid, std::uint64_t>;

// Where frames and positions go, in one transaction. Two exist: the database, and a plain table
// that tests keep on a simulated disk.
class Ledger {
 public:
  Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  virtual ~Ledger() = default;

  [[nodiscard]] virtual Positions positions() = 0;
  // All or nothing: the frames' rows, and for each segment in them its last sequence.
  virtual void store(std::span<const Frame> frames) = 0;
  // Damage that the replay met, again and again until it is dropped.
  virtual void store_damage(const journal::DamagedRange& range) = 0;
};

// Which frames: those that somebody may wait for, or those of imports that are still at work, whose
// segments nobody else waits for.
enum class Frames { awaited, of_imports };

struct ReplayOptions {
  LogSink log = silent();
  // Of one transaction; what it takes is more than the frames, by what a domain makes of them.
  std::size_t batch_frames = 50'000;
  std::size_t batch_bytes = 1'000'000;
  std::function<bool()> is_cancelled{};
  // Nothing beyond these positions; segments that are not named are left out. For comparisons.
  std::optional<Positions> upto{};
  Frames frames = Frames::awaited;
  // So many, then it ends, and the report says that there are more.
  std::optional<std::uint64_t> frames_max{};
};

struct ReplayReport {
  std::uint64_t applied = 0;
  std::uint64_t waiting = 0;
  std::uint64_t frames = 0;  // read
  bool has_more = false;
  std::vector<Uuid> ended;  // owned and read to the end
  std::vector<journal::DamagedRange> damaged;
  std::vector<std::string> beyond_end;  // segments whose end the disk lost
  std::vector<std::string> notes;
};

class Replay {
 public:
  Replay(journal::Backlog& backlog, Ledger& ledger, ReplayOptions options);

  ReplayReport run();

 private:
  void visit(journal::SegmentReader& segment);
  [[nodiscard]] bool is_meant(const journal::SegmentReader& segment) const;
  void read(journal::SegmentReader& segment);
  [[nodiscard]] bool may_go_on();
  // The frames of this segment that were read since the last seal may be stored from now on.
  [[nodiscard]] bool seal(journal::SegmentReader& segment);
  void judge(journal::SegmentReader& segment, bool is_whole);
  void add(const Uuid& segment, const journal::StoredRecord& record);
  void flush();
  void store_damage();
  void note(std::string text);

  journal::Backlog& backlog_;
  Ledger& ledger_;
  ReplayOptions options_;
  Positions positions_;
  std::deque<std::string> payloads_;  // of `batch_`, which borrows them; never grown in place
  std::vector<Frame> batch_;
  std::size_t batch_bytes_ = 0;
  std::size_t sealed_ = 0;  // of `batch_`: frames that are known to be durable
  bool is_full_ = false;    // the ledger has no space: count only
  ReplayReport report_;
};

}  // namespace shelduck::store::detail
