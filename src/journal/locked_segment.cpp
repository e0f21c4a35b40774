#include "shelduck/journal/locked_segment.hpp"

#include "shelduck/journal/segment_file.hpp"

namespace shelduck::journal {

namespace {

constexpr std::uint64_t kMarkerFrameBytes = kFrameHeaderBytes + 9;
constexpr std::uint64_t kNoticeFrameBytes = kFrameHeaderBytes + 24;

}  // namespace

std::uint64_t bytes_of(const Group& group, std::size_t notices) {
  // Room for the closing marker too.
  return 2 * kMarkerFrameBytes + notices * kNoticeFrameBytes +
         group.records.size() * kFrameHeaderBytes + group.payloads.size();
}

LockedSegment::LockedSegment(FileSystem& files, std::string directory, const Uuid& id)
    : files_(files), directory_(std::move(directory)), id_(id), codec_(id) {}

void LockedSegment::begin(std::unique_ptr<File> file, const SegmentTail& tail) {
  file_ = std::move(file);
  tail_ = tail;
  synced_ = tail.synced;
}

// Begins the next batch.
std::string LockedSegment::marker_frame() {
  std::string bytes;
  const std::string payload =
      encode(Marker{.previous_synced = previous_synced_, .offset = tail_.offset});
  codec_.append_to(bytes, {.sequence = ++tail_.sequence,
                           .batch = ++tail_.batch,
                           .kind = FrameKind::marker,
                           .payload = payload});
  return bytes;
}

std::uint64_t LockedSegment::append(const Group& group, std::span<const VoidNotice> notices) {
  std::string bytes = marker_frame();
  bytes.reserve(bytes_of(group, notices.size()));
  for (const VoidNotice& notice : notices) {
    const std::string payload = encode(notice);
    codec_.append_to(bytes, {.sequence = ++tail_.sequence,
                             .batch = tail_.batch,
                             .kind = FrameKind::void_notice,
                             .payload = payload});
  }
  const std::uint64_t first = tail_.sequence + 1;
  std::string_view payloads = group.payloads;
  for (const QueuedRecord& record : group.records) {
    codec_.append_to(bytes, {.sequence = ++tail_.sequence,
                             .batch = tail_.batch,
                             .type = record.type,
                             .payload = payloads.substr(0, record.bytes)});
    payloads.remove_prefix(record.bytes);
  }
  file_->write_at(tail_.offset, bytes);
  file_->sync_data();
  tail_.offset += bytes.size();
  previous_synced_ = true;
  synced_ = tail_.sequence;
  return first;
}

void LockedSegment::write_closing_marker() {
  if (!previous_synced_) return;
  const std::string bytes = marker_frame();
  file_->write_at(tail_.offset, bytes);
  tail_.offset += bytes.size();
  previous_synced_ = false;
}

void LockedSegment::close() {
  if (closed_) return;
  files_.rename(segment_path(directory_, id_, Shelf::open),
                segment_path(directory_, id_, Shelf::closed));
  closed_ = true;
}

}  // namespace shelduck::journal
