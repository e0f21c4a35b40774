// Backlog is the owner's view of a journal: every segment with its reader, and every notice that a
// segment is void obeyed.
//
//   Backlog backlog{files, {.directory = folder, .reader = {identity, types}}};
//   backlog.scan();                                    // the mark of a question that came before
//   for (SegmentReader* segment : backlog.segments()) {
//     segment->seek(position(segment->file().id));
//     backlog.try_own(*segment);                       // or not: then it is live
//     while (auto record = segment->next()) ...        // apply; make_durable(); commit position
//   }
//
// Threads: one at a time. Failure: Error; io for a segment that this user may not read.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shelduck/core/log.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/segment_file.hpp"
#include "shelduck/journal/segment_reader.hpp"

namespace shelduck::journal {

enum class Include {
  journal,              // the segments of the folder itself
  archive_and_journal,  // and what was archived or kept as damaged: for a rebuild and a check
};

struct BacklogOptions {
  std::string directory;
  ReaderOptions reader;
  Include include = Include::journal;
  // Writer::synced_upto of this process's own writer, where there is one.
  std::function<std::optional<std::uint64_t>(const Uuid& segment)> synced_by_own_writer =
      [](const Uuid&) { return std::nullopt; };
  LogSink log = silent();
};

class Backlog {
 public:
  Backlog(FileSystem& files, BacklogOptions options);
  ~Backlog();
  Backlog(const Backlog&) = delete;
  Backlog& operator=(const Backlog&) = delete;

  // Lists the folder, opens what is new, drops what is gone, and surveys every segment.
  void scan();

  // True where a scan now would find what the last one found, and each segment that was live when
  // try_own was last asked still has its writer. Some microseconds; reads no segment.
  [[nodiscard]] bool is_unchanged();

  // As of the last scan, oldest first. Good until the next scan.
  [[nodiscard]] std::vector<SegmentReader*> segments() const;
  [[nodiscard]] SegmentReader* find(const Uuid& segment) const;

  // Takes the lock, reads to the end and then looks at every other segment again, because a writer
  // queues its void notice before it lets go of the lock. False: it is live, or was renamed (scan).
  bool try_own(SegmentReader& segment);

  // Under its lock: "the disk lied". Renames the segment to X.closed, durably, and reports it.
  void close_beyond_end(SegmentReader& segment);

  // Removes files that a writer began and died over. Returns how many.
  std::size_t remove_leftovers();

 private:
  // What a segment was like before the last scan read it.
  struct Seen {
    SegmentReader* reader = nullptr;  // of readers_
    std::uint64_t bytes = 0;
    std::optional<std::uint64_t> synced_by_own_writer;
  };

  void note_what_is_there();
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] bool is_unchanged(const Seen& seen);
  void open_new(const std::vector<SegmentFile>& present);
  [[nodiscard]] std::unique_ptr<SegmentReader> reader_of(const SegmentFile& file);
  void obey_notices();
  [[nodiscard]] std::vector<SegmentFile> list() const;

  FileSystem& files_;
  BacklogOptions options_;
  std::vector<std::unique_ptr<SegmentReader>> readers_;
  // Of each pack one descriptor, as long as a segment of it is read: it may hold thousands.
  std::map<std::string, std::weak_ptr<File>> packs_;
  std::vector<std::string> seen_names_;
  std::vector<Seen> seen_;
  std::set<Uuid> live_;  // segments that try_own did not get
};

}  // namespace shelduck::journal
