// SegmentSource gives a writer the next segment: an adopted one, else a new one. Private to the
// writer.
//
// Threads: one at a time. Failure: Error; busy while a restore stands in the way, conflict when the
// journal is of another domain, not_found when there is none.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/locked_segment.hpp"
#include "shelduck/journal/segment_file.hpp"
#include "shelduck/journal/writer.hpp"

namespace shelduck::journal {

class SegmentSource {
 public:
  // Both must outlive this object.
  SegmentSource(FileSystem& files, const WriterOptions& options);

  // A segment with room for that many bytes, or an empty one.
  [[nodiscard]] std::shared_ptr<LockedSegment> take(std::uint64_t bytes);

  // Of the journal that stands beside the database now.
  [[nodiscard]] Identity identity();

 private:
  [[nodiscard]] std::shared_ptr<LockedSegment> adopt(std::uint64_t bytes);
  [[nodiscard]] std::shared_ptr<LockedSegment> try_adopt(const SegmentFile& candidate,
                                                         std::uint64_t bytes);
  [[nodiscard]] std::shared_ptr<LockedSegment> create();
  [[nodiscard]] std::optional<SegmentTail> clean_tail(File& file, const SegmentFile& candidate);
  void write_header(File& file, const Uuid& id);
  void sync_names();
  void wait_for_restore();
  [[nodiscard]] bool is_ours(File& file, const std::string& path);

  FileSystem& files_;
  const WriterOptions& options_;
  std::string directory_;
};

}  // namespace shelduck::journal
