#include "shelduck/journal/frame_cursor.hpp"

#include <algorithm>

#include "shelduck/journal/byte_order.hpp"
#include "shelduck/journal/segment_header.hpp"

namespace shelduck::journal {

namespace {

constexpr std::size_t kChunkBytes = 128U << 10;
// Markers of newer versions may carry more fields; a search believes no longer ones.
constexpr std::uint32_t kMarkerPayloadMax = 64;

}  // namespace

FrameCursor::FrameCursor(File& file, const SegmentFile& where)
    : file_(file),
      start_(where.offset),
      bytes_(where.bytes),
      codec_(where.id),
      offset_(kSegmentHeaderBytes) {}

std::uint64_t FrameCursor::end() const {
  const std::uint64_t size = file_.status().bytes;
  const std::uint64_t there = size > start_ ? size - start_ : 0;
  return bytes_ ? std::min(*bytes_, there) : there;
}

std::uint64_t FrameCursor::bytes_left() const {
  const std::uint64_t last = end();
  return last > offset_ ? last - offset_ : 0;
}

// True when `wanted` bytes from the offset on are in the buffer.
bool FrameCursor::fill(std::size_t wanted) {
  if (buffer_.size() - consumed_ >= wanted) return true;
  buffer_.erase(0, consumed_);
  consumed_ = 0;
  const std::uint64_t read_from = offset_ + buffer_.size();
  const std::uint64_t last = end();
  if (last <= read_from) return false;
  const std::uint64_t room =
      std::min(std::max<std::uint64_t>(wanted - buffer_.size(), kChunkBytes), last - read_from);
  const std::size_t had = buffer_.size();
  buffer_.resize(had + static_cast<std::size_t>(room));
  const std::size_t got = file_.read_at(start_ + read_from, std::span(buffer_).subspan(had));
  buffer_.resize(had + got);
  return buffer_.size() >= wanted;
}

std::optional<Frame> FrameCursor::peek() {
  if (!fill(kFrameHeaderBytes)) return std::nullopt;
  const auto rest = [this] { return std::string_view(buffer_).substr(consumed_); };
  ParsedFrame parsed = codec_.parse(rest());
  if (!parsed.frame && parsed.fault == FrameFault::incomplete) {
    if (!fill(kFrameHeaderBytes + get<std::uint32_t>(rest(), 0))) return std::nullopt;
    parsed = codec_.parse(rest());
  }
  if (!parsed.frame || parsed.frame->sequence != sequence_ + 1) return std::nullopt;
  return parsed.frame;
}

void FrameCursor::advance(const Frame& frame) {
  offset_ += frame.bytes();
  consumed_ += frame.bytes();
  sequence_ = frame.sequence;
}

void FrameCursor::jump(std::uint64_t offset, std::uint64_t sequence_before) {
  forget();
  offset_ = offset;
  sequence_ = sequence_before;
}

void FrameCursor::forget() {
  buffer_.clear();
  consumed_ = 0;
}

std::optional<FoundMarker> FrameCursor::marker_at(std::string_view rest, std::size_t at) const {
  const std::string_view bytes = rest.substr(at);
  if (static_cast<FrameKind>(bytes[22]) != FrameKind::marker) return std::nullopt;
  if (get<std::uint32_t>(bytes, 0) > kMarkerPayloadMax) return std::nullopt;
  const ParsedFrame parsed = codec_.parse(bytes);
  if (!parsed.frame || parsed.frame->sequence <= sequence_) return std::nullopt;
  const auto marker = decode_marker(parsed.frame->payload);
  if (!marker || marker->offset != offset_ + at) return std::nullopt;
  return FoundMarker{.offset = offset_ + at,
                     .sequence = parsed.frame->sequence,
                     .previous_synced = marker->previous_synced};
}

std::vector<FoundMarker> FrameCursor::markers_ahead() const {
  std::string rest(static_cast<std::size_t>(bytes_left()), '\0');
  rest.resize(file_.read_at(start_ + offset_, rest));
  std::vector<FoundMarker> found;
  for (std::size_t at = 1; at + kFrameHeaderBytes <= rest.size(); ++at) {
    if (const auto marker = marker_at(rest, at)) found.push_back(*marker);
  }
  return found;
}

}  // namespace shelduck::journal
