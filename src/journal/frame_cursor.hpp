// FrameCursor walks over the frames of one segment with a bounded buffer. It checks CRCs and the
// order of sequences, and judges nothing.
//
// Threads: one at a time. Failure: Error of the file system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/frame.hpp"
#include "shelduck/journal/segment_file.hpp"

namespace shelduck::journal {

// A marker that stands somewhere after a fault.
struct FoundMarker {
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;
  bool previous_synced = false;
};

class FrameCursor {
 public:
  // Begins at the first frame. `file` must outlive this object.
  FrameCursor(File& file, const SegmentFile& where);

  // The frame at offset(), whose sequence must be the next; none at the end of what is there, and
  // where a frame is bad or cut off. The payload is good until the next call.
  [[nodiscard]] std::optional<Frame> peek();
  // Behind the frame that peek() gave.
  void advance(const Frame& frame);
  // To a marker behind a fault.
  void jump(std::uint64_t offset, std::uint64_t sequence_before);
  // Bytes behind the offset may have changed: reads them again.
  void forget();

  // In the segment, of the next frame.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  // Of the frame before it; 0 at the start.
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

  // Bytes from offset() to the end of what is there.
  [[nodiscard]] std::uint64_t bytes_left() const;
  // Every marker with a higher sequence, at any byte after offset(), in order.
  [[nodiscard]] std::vector<FoundMarker> markers_ahead() const;

 private:
  bool fill(std::size_t wanted);
  [[nodiscard]] std::uint64_t end() const;
  [[nodiscard]] std::optional<FoundMarker> marker_at(std::string_view rest, std::size_t at) const;

  File& file_;
  std::uint64_t start_;
  std::optional<std::uint64_t> bytes_;
  FrameCodec codec_;
  std::uint64_t offset_;
  std::uint64_t sequence_ = 0;
  std::string buffer_;  // what stands from offset_ - consumed_ on
  std::size_t consumed_ = 0;
};

}  // namespace shelduck::journal
