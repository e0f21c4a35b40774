// Writer makes records durable: append() queues them, commit() returns when they are on the disk.
//
//   Writer journal{files, {.database = path, .domain = "history", .types = kTypes, ...}};
//   const RecordView start{kExecutionStarted, payload};
//   const Ticket ticket = journal.append({&start, 1});
//   OpenStart open = journal.hold(ticket);  // until the end record is durable
//   journal.commit(ticket);
//
// write() goes half the way: the records are in the kernel and survive the death of the process,
// and the next commit of any ticket syncs them with its own. One sync then serves both:
//
//   journal.write(start);
//   ... what may be over before the start needs its sync ...
//   journal.commit(end);                    // the start is on the disk too
//
// Many threads share one sync: the first that commits writes what all have queued, the others wait
// or queue for the next write. A failed or short write or sync is final for its segment: nothing of
// that group is acknowledged, the segment becomes X.closed, the next one begins with the notice
// that X is void after its last synced sequence, and the sync is never tried again.
//
// Threads: append, write, commit, hold and the questions are safe from any thread. A forked copy
//          of the process can only destroy its Writer, which then writes nothing.
// Queue:   bounded; when it is full, append() itself writes a group and waits for it.
// Failure: Error. exhausted: the disk is below its floor, nothing was queued (append), or a write
//          found no space (commit). busy: a restore stands in the way. After a failed commit
//          nothing of its appends is promised, they may or may not be in the journal; a retry with
//          the same record ids is safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/log.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/segment_file.hpp"

namespace shelduck::journal {

struct RecordView {
  std::uint16_t type = 0;
  std::string_view payload;  // up to kPayloadBytesMax
};

// Reserved records are still taken below the disk floor: ends, interruptions, deletes, prunes and
// quarantine drops.
enum class RecordClass { ordinary, reserved };

struct RecordType {
  std::uint16_t type = 0;
  RecordClass record_class = RecordClass::ordinary;
};

struct WriterOptions {
  std::string database;           // canonical path; the journal stands beside it
  std::string domain;             // the journal must be of this one
  std::vector<RecordType> types;  // every record type of this build: a segment that holds another
                                  // one is not adopted, and append() takes no other
  Clock clock;
  RandomSource random;
  LogSink log = silent();
  // Called while a restore's intent stands: pauses, then says whether to look again. The default
  // does not wait: append and commit then fail as busy.
  std::function<bool()> wait_for_restore = [] { return false; };
  // Shelf::import: segments of its own, which no reader waits for as long as their locks are held.
  Shelf shelf = Shelf::open;
  // Told of each sync of records that succeeded, by the thread that made it and under the writer's
  // lock: it must neither throw nor wait.
  std::function<void()> synced{};
  std::uint64_t floor_bytes = 64'000'000;
  std::uint64_t segment_bytes = 4U << 20;  // a segment that has reached it is written no more
};

class LockedSegment;
struct Group;

// What append() queued. Keeps the lock of the segment that it was written to, so let it go soon.
class Ticket {
 public:
  Ticket() = default;

 private:
  friend class Writer;
  std::shared_ptr<Group> group_;  // shared with the writer and the other appends of the group
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

// Keeps the lock of the segment that holds a start, so that no owner takes it for interrupted. Let
// it go when the end is durable.
class OpenStart {
 public:
  OpenStart() = default;
  OpenStart(OpenStart&&) noexcept = default;
  OpenStart& operator=(OpenStart&&) noexcept = default;
  OpenStart(const OpenStart&) = delete;
  OpenStart& operator=(const OpenStart&) = delete;
  ~OpenStart() = default;

  void release() noexcept { group_.reset(); }

 private:
  friend class Writer;
  explicit OpenStart(std::shared_ptr<Group> group) : group_(std::move(group)) {}
  std::shared_ptr<Group> group_;  // shared with the writer and with tickets
};

class Writer {
 public:
  // Reads the identity; takes no segment before the first commit. `files` must outlive this object.
  Writer(FileSystem& files, WriterOptions options);
  // Commits what is queued or written and nobody committed; reports a failure to the log.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // The records stay together, in this order, in one batch. Copies the payloads.
  [[nodiscard]] Ticket append(std::span<const RecordView> records);

  // Returns when every record of the ticket is in the segment's file; it is not acknowledged yet.
  // Its process may die then, the machine may not. Throws as commit().
  void write(const Ticket& ticket);

  // Returns when every record of the ticket is on the disk, and with them all that was written
  // before.
  void commit(const Ticket& ticket);

  [[nodiscard]] OpenStart hold(const Ticket& ticket);

  // Of the ticket's last record, after its commit.
  [[nodiscard]] Position position(const Ticket& ticket) const;

  // For a reader in the same process: how far a segment that this writer has written is on the
  // disk. None for segments of others, or whose lock it has let go.
  [[nodiscard]] std::optional<std::uint64_t> synced_upto(const Uuid& segment) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace shelduck::journal
