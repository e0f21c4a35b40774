// LockedSegment is a segment that this process may write: it holds the lock as long as it lives.
// Private to the writer.
//
// Threads: one at a time, but synced_upto() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/frame.hpp"
#include "shelduck/journal/group.hpp"
#include "shelduck/journal/segment_file.hpp"

namespace shelduck::journal {

// Where writing goes on: behind the last frame, which is known to be on the disk.
struct SegmentTail {
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;
  std::uint32_t batch = 0;
  // The last frame that the disk is known to have: the markers behind it may be lost.
  std::uint64_t synced = 0;
};

class LockedSegment {
 public:
  LockedSegment(FileSystem& files, std::string directory, const Uuid& id,
                Shelf shelf = Shelf::open);
  ~LockedSegment() = default;
  LockedSegment(const LockedSegment&) = delete;
  LockedSegment& operator=(const LockedSegment&) = delete;

  // `file` is locked and the segment's name leads to it.
  void begin(std::unique_ptr<File> file, const SegmentTail& tail);

  [[nodiscard]] const Uuid& id() const { return id_; }
  [[nodiscard]] std::uint64_t bytes() const { return tail_.offset; }
  [[nodiscard]] bool has_frames() const { return tail_.sequence > 0; }
  [[nodiscard]] std::uint64_t synced_upto() const { return synced_.load(); }

  // Adds notices and records to the present batch; they are on the disk after sync(). Returns the
  // sequence of the first record. After a failure only close() and destruction are allowed.
  std::uint64_t write(const Group& group, std::span<const VoidNotice> notices);

  // Everything written is on the disk afterwards, and the marker of the next batch says so: only by
  // it does a reader without the lock know. As write() after a failure.
  void sync();

  // The last write before the segment is let go, so that others may adopt it; nothing is unsynced
  // but markers. It is not synced itself.
  void write_closing_marker();

  // Renames the segment to X.closed, durably, once. Throws when that fails: a rename may be tried
  // again, the sync of its name may not.
  void close();
  [[nodiscard]] bool is_closed() const { return closed_; }

 private:
  [[nodiscard]] std::string marker_frame(Marker marker);
  void write_at_tail(const std::string& bytes);

  FileSystem& files_;
  std::string directory_;
  Uuid id_;
  Shelf shelf_;
  FrameCodec codec_;
  std::unique_ptr<File> file_;
  SegmentTail tail_;
  bool batch_begun_ = false;
  bool renamed_ = false;
  bool closed_ = false;
  std::atomic<std::uint64_t> synced_ = 0;
};

// How many bytes a group takes in a segment, at most.
[[nodiscard]] std::uint64_t bytes_of(const Group& group, std::size_t notices);

}  // namespace shelduck::journal
