#include "shelduck/journal/locked_segment.hpp"

#include "shelduck/core/error.hpp"
#include "shelduck/journal/segment_file.hpp"

namespace shelduck::journal {

namespace {

constexpr std::uint64_t kMarkerFrameBytes = kFrameHeaderBytes + 9;
constexpr std::uint64_t kNoticeFrameBytes = kFrameHeaderBytes + 24;

}  // namespace

std::uint64_t bytes_of(const Group& group, std::size_t notices) {
  // Room for the marker behind the batch and the closing one too.
  return 3 * kMarkerFrameBytes + notices * kNoticeFrameBytes +
         group.records.size() * kFrameHeaderBytes + group.payloads.size();
}

LockedSegment::LockedSegment(FileSystem& files, std::string directory, const Uuid& id, Shelf shelf)
    : files_(files), directory_(std::move(directory)), id_(id), shelf_(shelf), codec_(id) {}

void LockedSegment::begin(std::unique_ptr<File> file, const SegmentTail& tail) {
  file_ = std::move(file);
  tail_ = tail;
  synced_ = tail.synced;
}

// Begins the next batch.
std::string LockedSegment::marker_frame(Marker marker) {
  std::string bytes;
  marker.offset = tail_.offset;
  const std::string payload = encode(marker);
  codec_.append_to(bytes, {.sequence = ++tail_.sequence,
                           .batch = ++tail_.batch,
                           .kind = FrameKind::marker,
                           .payload = payload});
  return bytes;
}

void LockedSegment::write_at_tail(const std::string& bytes) {
  file_->write_at(tail_.offset, bytes);
  tail_.offset += bytes.size();
}

std::uint64_t LockedSegment::write(const Group& group, std::span<const VoidNotice> notices) {
  std::string bytes = batch_begun_ ? std::string() : marker_frame({});
  batch_begun_ = true;
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
  write_at_tail(bytes);
  return first;
}

void LockedSegment::sync() {
  file_->sync_data();
  synced_ = tail_.sequence;
  write_at_tail(marker_frame({.previous_synced = true}));
}

// It says nothing about the marker before it, which is not synced: a bad frame there is a torn
// tail.
void LockedSegment::write_closing_marker() {
  if (batch_begun_) write_at_tail(marker_frame({.closing = true}));
}

// Its new name is on the disk before any notice that the segment is void: under the old one it
// could come back from a power cut, be adopted, and hold what is acknowledged later behind the
// void.
void LockedSegment::close() {
  if (closed_) return;
  if (renamed_) {
    throw Error{ErrorKind::io,
                "the new name of journal segment " + to_string(id_) + " could not be synced",
                {.field = "path", .value = directory_}};
  }
  files_.rename(segment_path(directory_, id_, shelf_),
                segment_path(directory_, id_, Shelf::closed));
  renamed_ = true;
  files_.sync_directory(directory_);
  closed_ = true;
}

}  // namespace shelduck::journal
