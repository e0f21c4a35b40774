#include "shelduck/journal/segment_reader.hpp"

#include <algorithm>
#include <limits>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/frame_cursor.hpp"
#include "shelduck/journal/segment_header.hpp"

namespace shelduck::journal {

SegmentReader::SegmentReader(FileSystem& files, SegmentFile file, ReaderOptions options,
                             std::shared_ptr<File> opened)
    : files_(files),
      file_(std::move(file)),
      options_(std::move(options)),
      handle_(opened ? std::move(opened) : files_.open(file_.path, Access::read)) {
  if (!handle_) {
    throw Error{ErrorKind::not_found,
                "segment '" + file_.path + "' is gone",
                {.field = "path", .value = file_.path, .hint = "list the journal again"}};
  }
  id_ = handle_->status().id;
  start_over();
  survey();
}

SegmentReader::~SegmentReader() = default;

void SegmentReader::start_over() {
  surveyed_ = std::make_unique<FrameCursor>(*handle_, file_);
  reading_ = std::make_unique<FrameCursor>(*handle_, file_);
  header_checked_ = false;
  settled_bytes_.reset();
  stop_.reset();
  last_record_ = 0;
  synced_offset_ = surveyed_->offset();
  damaged_.clear();
  torn_ = {};
  notices_.clear();
}

// A header is on the disk before its file gets the name .seg, so a bad one is corruption.
void SegmentReader::check_header() {
  std::string bytes(kSegmentHeaderBytes, '\0');
  const std::uint64_t there = std::min<std::uint64_t>(
      bytes.size(), file_.bytes.value_or(std::numeric_limits<std::uint64_t>::max()));
  bytes.resize(static_cast<std::size_t>(there));
  bytes.resize(handle_->read_at(file_.offset, bytes));
  const ParsedHeader parsed = parse_header(bytes);
  if (parsed.state == HeaderState::newer) {
    stop_ = SegmentEnd::newer;
  } else if (parsed.state == HeaderState::damaged || parsed.header.segment != file_.id) {
    if (!owned_) return;
    damaged_.push_back({.segment = file_.id, .offset = 0, .bytes = bytes.size(), .frames = 0});
  } else if (parsed.header.identity != options_.identity) {
    stop_ = SegmentEnd::foreign;
  }
  header_checked_ = true;
}

bool SegmentReader::knows(const Frame& frame) const {
  return frame.kind != FrameKind::record || std::ranges::count(options_.types, frame.type) != 0;
}

bool SegmentReader::may_take(const Frame& frame) const {
  return !file_.void_after || frame.sequence <= *file_.void_after;
}

void SegmentReader::take(const Frame& frame) {
  switch (frame.kind) {
    case FrameKind::record:
      last_record_ = frame.sequence;
      break;
    case FrameKind::marker: {
      const auto marker = decode_marker(frame.payload);
      if (marker && marker->previous_synced && frame.sequence > synced_) {
        synced_ = frame.sequence - 1;
        synced_offset_ = surveyed_->offset();
      }
      break;
    }
    case FrameKind::void_notice:
      if (const auto notice = decode_void_notice(frame.payload)) notices_.push_back(*notice);
      break;
  }
  surveyed_->advance(frame);
}

void SegmentReader::survey() {
  if (stop_) return;
  surveyed_->forget();
  if (!header_checked_) check_header();
  while (header_checked_ && !stop_) {
    const std::optional<Frame> frame = surveyed_->peek();
    if (frame && !may_take(*frame)) return;
    if (frame && !knows(*frame)) {
      stop_ = SegmentEnd::newer;
    } else if (frame) {
      take(*frame);
    } else if (!owned_ || !judge_fault()) {
      return;
    }
  }
}

// The survey stands before bytes that are no next frame, and owns the segment: corruption if the
// bytes are known to have been on the disk, else an unfinished write.
bool SegmentReader::judge_fault() {
  const std::uint64_t left = surveyed_->bytes_left();
  const bool void_follows = file_.void_after && surveyed_->sequence() >= *file_.void_after;
  const bool was_synced = file_.void_after && !void_follows;
  if (void_follows || (left == 0 && !was_synced)) return false;
  const std::vector<FoundMarker> ahead = surveyed_->markers_ahead();
  const bool corrupt =
      was_synced || std::ranges::any_of(ahead, [](const auto& m) { return m.previous_synced; });
  if (!corrupt) {
    note_torn_tail();
    return false;
  }
  const std::uint64_t sequence = surveyed_->sequence();
  DamagedRange range{.segment = file_.id, .offset = surveyed_->offset(), .bytes = left};
  std::uint64_t next = was_synced ? *file_.void_after + 1 : sequence + 1;
  if (!ahead.empty()) {
    range.bytes = ahead.front().offset - range.offset;
    next = ahead.front().sequence;
  }
  range.frames = next - sequence - 1;
  damaged_.push_back(range);
  surveyed_->jump(range.offset + range.bytes, next - 1);
  return true;
}

void SegmentReader::note_torn_tail() {
  stop_ = SegmentEnd::torn;
  torn_ = {.offset = surveyed_->offset(), .bytes = surveyed_->bytes_left()};
  FrameCursor beyond(*handle_, file_);
  for (const FoundMarker& marker : surveyed_->markers_ahead()) {
    beyond.jump(marker.offset, marker.sequence - 1);
    while (const auto frame = beyond.peek()) {
      if (frame->kind == FrameKind::marker && beyond.offset() != marker.offset) break;
      torn_.records += frame->kind == FrameKind::record ? 1 : 0;
      beyond.advance(*frame);
    }
  }
}

bool SegmentReader::name_leads_here() const {
  const auto found = files_.status(file_.path);
  return found && found->id == id_;
}

bool SegmentReader::try_lock() {
  if (owned_) return true;
  const bool has_writers = file_.shelf != Shelf::archive && file_.shelf != Shelf::damaged;
  if (has_writers) {
    if (!handle_->try_lock()) return false;
    if (!name_leads_here()) {
      handle_->unlock();
      return false;
    }
  }
  owned_ = true;
  return true;
}

bool SegmentReader::has_writer() {
  if (owned_) return false;
  if (!handle_->try_lock()) return true;
  handle_->unlock();
  return false;
}

bool SegmentReader::try_own() {
  if (!try_lock()) return false;
  survey();
  return true;
}

void SegmentReader::disown() {
  if (!owned_) return;
  owned_ = false;
  if (stop_ == SegmentEnd::torn) stop_.reset();
  torn_ = {};
  handle_->unlock();
}

void SegmentReader::settle() {
  if (end() == SegmentEnd::clean) settled_bytes_ = file_.offset + surveyed_->offset();
}

bool SegmentReader::is_settled() { return settled_bytes_ && file_bytes() == *settled_bytes_; }

void SegmentReader::moved_to(SegmentFile file) {
  file_ = std::move(file);
  settled_bytes_.reset();
}

std::uint64_t SegmentReader::last_sequence() const {
  const std::uint64_t surveyed = surveyed_->sequence();
  if (limit_) return std::min(surveyed, *limit_);
  return owned_ ? surveyed : std::min(surveyed, synced_);
}

std::uint64_t SegmentReader::last_record() const { return last_record_; }

SegmentEnd SegmentReader::end() const {
  if (stop_) return *stop_;
  if (!owned_) return SegmentEnd::live;
  return file_.void_after ? SegmentEnd::void_after : SegmentEnd::clean;
}

void SegmentReader::obey_void_after(std::uint64_t sequence) {
  if (file_.void_after && *file_.void_after <= sequence) return;
  file_.void_after = sequence;
  synced_ = std::max(synced_, sequence);
  start_over();
  survey();
}

void SegmentReader::seek(std::uint64_t after) {
  if (after < reading_->sequence()) reading_ = std::make_unique<FrameCursor>(*handle_, file_);
  after_ = after;
}

bool SegmentReader::skip_damage() {
  for (const DamagedRange& range : damaged_) {
    if (range.offset != reading_->offset() || range.bytes == 0) continue;
    reading_->jump(range.offset + range.bytes, reading_->sequence() + range.frames);
    return true;
  }
  return false;
}

std::optional<StoredRecord> SegmentReader::next() {
  while (skip_damage() || reading_->sequence() < last_sequence()) {
    const std::optional<Frame> frame = reading_->peek();
    if (!frame || frame->sequence > last_sequence()) break;
    reading_->advance(*frame);
    if (frame->kind == FrameKind::record && frame->sequence > after_) {
      return StoredRecord{frame->sequence, frame->type, frame->payload};
    }
  }
  reading_->forget();
  return std::nullopt;
}

void SegmentReader::make_durable(std::uint64_t upto) {
  if (upto <= std::max(synced_, limit_.value_or(0))) return;
  const auto fail = [this](const std::string& why) -> Error {
    return {ErrorKind::conflict,
            "segment '" + file_.path + "' " + why + "; its frames stay unapplied",
            {.field = "path", .value = file_.path, .hint = "scan the journal again"}};
  };
  if (sync_failed_) throw fail("could not be synced before");
  if (!owned_) throw fail("is not known to be synced by its writer");
  const std::uint64_t mark = surveyed_->sequence();
  if (upto > mark) throw fail("was not read so far");
  try {
    sync_anew();
  } catch (const Error&) {
    sync_failed_ = true;
    throw;
  }
  synced_ = mark;
  synced_offset_ = surveyed_->offset();
}

// What lies in the archive was on the disk before it came there.
void SegmentReader::sync_anew() {
  const bool is_kept = file_.shelf == Shelf::archive || file_.shelf == Shelf::damaged;
  if (is_kept) return handle_->sync_data();
  const std::unique_ptr<File> file = files_.open(file_.path, Access::write);
  if (!file || file->status().id != id_) {
    throw Error{ErrorKind::conflict,
                "segment '" + file_.path + "' was renamed",
                {.field = "path", .value = file_.path, .hint = "scan the journal again"}};
  }
  file->write_at(file_.offset + synced_offset_, unproven_bytes());
  file->sync_data();
}

// From the first frame that may not be on the disk to the end of the survey, and still the same.
std::string SegmentReader::unproven_bytes() const {
  std::string bytes(static_cast<std::size_t>(surveyed_->offset() - synced_offset_), '\0');
  bytes.resize(handle_->read_at(file_.offset + synced_offset_, bytes));
  const FrameCodec codec{file_.id};
  std::string_view rest = bytes;
  while (const auto frame = codec.parse(rest).frame) rest.remove_prefix(frame->bytes());
  if (rest.empty() && synced_offset_ + bytes.size() == surveyed_->offset()) return bytes;
  throw Error{ErrorKind::io,
              "segment '" + file_.path + "' changed while it was read",
              {.field = "path", .value = file_.path}};
}

bool SegmentReader::ends_before_position() const {
  const SegmentEnd reached = end();
  return owned_ && (reached == SegmentEnd::clean || reached == SegmentEnd::torn) &&
         after_ > surveyed_->sequence();
}

}  // namespace shelduck::journal
