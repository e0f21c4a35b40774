// SegmentReader reads one segment: it first surveys what is there, then hands out its records.
//
//   SegmentReader reader{files, file, {identity, known_types}};
//   reader.seek(position_of(reader.file().id));
//   reader.try_own();                       // the lock first, and only then the end
//   while (const auto record = reader.next()) apply(*record);
//   reader.make_durable();                  // before the position is committed
//
// Without the lock a segment is live: those of its frames are handed out that its writer knows to
// be on the disk (a later marker says so before they are acknowledged), nothing in it is judged.
// With the lock survey() tells a torn tail from corruption: corruption is a bad frame before a
// marker that says its batch was synced; the damaged range is reported and reading goes on at the
// next marker. Anything else is a torn tail, where reading stops.
//
// Threads: one at a time. Failure: Error of the file system.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/frame.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/segment_file.hpp"

namespace shelduck::journal {

class FrameCursor;

struct ReaderOptions {
  Identity identity;
  std::vector<std::uint16_t> types;  // every record type of this build
};

enum class SegmentEnd {
  live,        // a writer may still add to it: nothing is known about its end
  clean,       // owned and read to the end
  torn,        // owned; bytes after the end are an unfinished write, see torn_tail()
  void_after,  // owned; the rest does not count, a later segment says so
  newer,       // the next frame, or all, was written by a newer version
  foreign,     // it belongs to another database: nothing of it is read
};

struct DamagedRange {
  Uuid segment;
  std::uint64_t offset = 0;  // in the segment
  std::uint64_t bytes = 0;
  std::uint64_t frames = 0;  // lost with it: markers and records
};

struct TornTail {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;  // whole ones after the tear, skipped
};

// `payload` is good until the next call of the reader.
struct StoredRecord {
  std::uint64_t sequence = 0;
  std::uint16_t type = 0;
  std::string_view payload;
};

class SegmentReader {
 public:
  // `files` must outlive the reader. Throws not_found when the file is gone (archived, or renamed
  // to X.closed: list again). Surveys. Those of one pack read the same `opened` file.
  SegmentReader(FileSystem& files, SegmentFile file, ReaderOptions options,
                std::shared_ptr<File> opened = nullptr);
  ~SegmentReader();
  SegmentReader(const SegmentReader&) = delete;
  SegmentReader& operator=(const SegmentReader&) = delete;

  [[nodiscard]] const SegmentFile& file() const { return file_; }
  [[nodiscard]] FileId file_id() const { return id_; }
  // After the file was given another name or shelf.
  void moved_to(SegmentFile file);

  // Of the whole file, now.
  [[nodiscard]] std::uint64_t file_bytes() { return handle_->status().bytes; }

  // Reads on to the present end.
  void survey();

  // Takes the lock without waiting, makes sure that the name still leads to this file, and surveys
  // to the end. Archived and damaged segments have no writers: the owner of the database owns them.
  // In a journal that others write call Backlog::try_own, which reads their void notices first.
  [[nodiscard]] bool try_own();
  // The first half of it: the next survey() reads to the end and judges.
  [[nodiscard]] bool try_lock();
  [[nodiscard]] bool owned() const { return owned_; }
  // Whether somebody else holds the lock.
  [[nodiscard]] bool has_writer();
  // Lets go of the lock; the segment counts as live again.
  void disown();

  // All of it is applied, and all that follows from it: until it grows nobody has to look at it,
  // so that writers who look for a segment find it free. Must own it, to a clean end.
  void settle();
  // As long as it holds exactly what it held then, under the same name.
  [[nodiscard]] bool is_settled();

  // As of the last survey. last_sequence() is the mark of a question; last_record() is where a
  // position must stand for the segment to be applied as a whole.
  [[nodiscard]] std::uint64_t last_sequence() const;
  [[nodiscard]] std::uint64_t last_record() const;
  [[nodiscard]] SegmentEnd end() const;
  [[nodiscard]] const std::vector<DamagedRange>& damaged() const { return damaged_; }
  [[nodiscard]] const TornTail& torn_tail() const { return torn_; }
  // What this segment says about others.
  [[nodiscard]] const std::vector<VoidNotice>& void_notices() const { return notices_; }

  // Of another segment's notice about this one: frames after `sequence` do not count.
  void obey_void_after(std::uint64_t sequence);
  // Frames up to `sequence` are known to be on the disk, by this process's own writer or by a
  // stored position; those after it are not handed out yet.
  void limit_to(std::optional<std::uint64_t> sequence) { limit_ = sequence; }

  // next() goes on after this sequence.
  void seek(std::uint64_t after);
  // The next record, none at the surveyed end.
  [[nodiscard]] std::optional<StoredRecord> next();

  // Every frame up to here is on the disk: a later marker or a void notice says so, or
  // make_durable() did it.
  [[nodiscard]] std::uint64_t synced_upto() const { return synced_; }
  // Syncs what was surveyed, unless `upto` is known to be on the disk; must own the segment then.
  // What its writer left without a marker is written anew first: that writer may have died over a
  // failed sync, and a second sync of the same bytes would mean nothing. When it fails, nothing
  // more of the segment may be applied, and it throws again whenever asked for more.
  void make_durable(std::uint64_t upto);

  // Owned, and ends before the position given to seek(): the disk lied about a sync.
  [[nodiscard]] bool ends_before_position() const;

 private:
  void start_over();
  void check_header();
  void take(const Frame& frame);
  // False: the survey ends here.
  bool judge_fault();
  void note_torn_tail();
  [[nodiscard]] bool may_take(const Frame& frame) const;
  [[nodiscard]] bool knows(const Frame& frame) const;
  [[nodiscard]] bool name_leads_here() const;
  [[nodiscard]] bool skip_damage();
  void sync_anew();
  [[nodiscard]] std::string unproven_bytes() const;

  FileSystem& files_;
  SegmentFile file_;
  ReaderOptions options_;
  std::shared_ptr<File> handle_;  // together with the other segments of its pack
  FileId id_;
  std::unique_ptr<FrameCursor> surveyed_;
  std::unique_ptr<FrameCursor> reading_;
  bool header_checked_ = false;
  bool owned_ = false;
  bool sync_failed_ = false;
  std::optional<SegmentEnd> stop_;  // newer, foreign or torn: the survey goes no further
  std::uint64_t last_record_ = 0;
  std::uint64_t after_ = 0;
  std::uint64_t synced_ = 0;
  std::uint64_t synced_offset_ = 0;  // of the frame after it
  std::optional<std::uint64_t> limit_;
  std::optional<std::uint64_t> settled_bytes_;  // of the file, since settle()
  std::vector<DamagedRange> damaged_;
  TornTail torn_;
  std::vector<VoidNotice> notices_;
};

}  // namespace shelduck::journal
