#include "shelduck/journal/segment_source.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/frame_cursor.hpp"
#include "shelduck/journal/restore_intent.hpp"
#include "shelduck/journal/segment_header.hpp"

namespace shelduck::journal {

namespace {

// Each try meets a restore, an owner that tidies, or a name that is taken: none of them stays.
constexpr int kTriesMax = 100;

}  // namespace

SegmentSource::SegmentSource(FileSystem& files, const WriterOptions& options)
    : files_(files), options_(options), directory_(journal_directory(options.database)) {}

Identity SegmentSource::identity() {
  const auto found = read_identity(files_, directory_);
  if (!found) {
    throw Error{
        ErrorKind::not_found,
        "there is no journal '" + directory_ + "'",
        {.field = "path", .value = directory_, .hint = "make it with open_or_create_journal"}};
  }
  if (found->domain != options_.domain) {
    throw Error{ErrorKind::conflict,
                "journal '" + directory_ + "' is of domain '" + found->domain + "', not '" +
                    options_.domain + "'",
                {.field = "path", .value = directory_}};
  }
  return *found;
}

void SegmentSource::wait_for_restore() {
  while (intent_stands(files_, options_.database)) {
    if (options_.wait_for_restore()) continue;
    throw Error{ErrorKind::busy,
                "a restore of '" + options_.database + "' is not finished",
                {.field = "path",
                 .value = intent_path(options_.database),
                 .hint = "wait for it; one that was interrupted is finished by shelduck db check"}};
  }
}

std::shared_ptr<LockedSegment> SegmentSource::take(std::uint64_t bytes) {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    wait_for_restore();
    const bool may_adopt = options_.shelf == Shelf::open;
    if (auto adopted = may_adopt ? adopt(bytes) : nullptr) return adopted;
    if (auto created = create()) return created;
  }
  throw Error{ErrorKind::busy,
              "no segment could be taken in '" + directory_ + "'",
              {.field = "path", .value = directory_, .hint = "try again"}};
}

std::shared_ptr<LockedSegment> SegmentSource::adopt(std::uint64_t bytes) {
  for (const SegmentFile& candidate : list_segments(files_, directory_)) {
    if (candidate.shelf != Shelf::open) continue;
    try {
      if (auto adopted = try_adopt(candidate, bytes)) return adopted;
    } catch (const Error& error) {
      // One that cannot be opened or read is no candidate; its owner finds and reports it.
      options_.log(LogLevel::debug, error.what());
    }
  }
  return nullptr;
}

// The lock is held: the name still leads to the file, so that no owner has archived it and no
// restore has set it aside, and no restore has begun before the lock was there to be seen.
bool SegmentSource::is_ours(File& file, const std::string& path) {
  if (intent_stands(files_, options_.database)) return false;
  const auto found = files_.status(path);
  return found && found->id == file.status().id;
}

std::shared_ptr<LockedSegment> SegmentSource::try_adopt(const SegmentFile& candidate,
                                                        std::uint64_t bytes) {
  auto file = files_.open(candidate.path, Access::write);
  if (!file || file->status().bytes + bytes > options_.segment_bytes) return nullptr;
  if (!file->try_lock() || !is_ours(*file, candidate.path)) return nullptr;
  const auto tail = clean_tail(*file, candidate);
  if (!tail || tail->offset + bytes > options_.segment_bytes) return nullptr;
  // No frame: whoever made it may have died before its name was on the disk.
  if (tail->sequence == 0) sync_names();
  auto segment = std::make_shared<LockedSegment>(files_, directory_, candidate.id);
  segment->begin(std::move(file), *tail);
  return segment;
}

// Clean: the header is of our version and journal, every frame is whole and known, and the last one
// is a closing marker, so nothing before it can be a write whose sync failed or never came, or the
// start of an execution whose process was killed.
std::optional<SegmentTail> SegmentSource::clean_tail(File& file, const SegmentFile& candidate) {
  std::string bytes(kSegmentHeaderBytes, '\0');
  bytes.resize(file.read_at(0, bytes));
  const ParsedHeader parsed = parse_header(bytes);
  if (parsed.state != HeaderState::good || parsed.header.version != kFormatVersion ||
      parsed.header.segment != candidate.id || parsed.header.identity != identity()) {
    return std::nullopt;
  }
  SegmentTail tail;
  bool closing = true;
  FrameCursor cursor(file, candidate);
  while (const auto frame = cursor.peek()) {
    const bool is_marker = frame->kind == FrameKind::marker;
    const auto marker = is_marker ? decode_marker(frame->payload) : std::nullopt;
    closing = marker && marker->closing;
    if (marker && marker->previous_synced) tail.synced = frame->sequence - 1;
    if (frame->kind == FrameKind::record &&
        std::ranges::none_of(options_.types, [&](auto& t) { return t.type == frame->type; })) {
      return std::nullopt;
    }
    tail.batch = frame->batch;
    cursor.advance(*frame);
  }
  if (!closing || cursor.bytes_left() != 0) return std::nullopt;
  tail.offset = cursor.offset();
  tail.sequence = cursor.sequence();
  return tail;
}

std::shared_ptr<LockedSegment> SegmentSource::create() {
  const Uuid id = new_uuid(options_.clock(), options_.random);
  const std::string unfinished = segment_path(directory_, id, Shelf::unfinished);
  const std::string path = segment_path(directory_, id, options_.shelf);
  auto file = files_.create(unfinished);
  // An owner that tidies may have seen the file before the lock was there.
  if (!file || !file->try_lock()) return nullptr;
  try {
    if (is_ours(*file, unfinished)) {
      write_header(*file, id);
      if (!files_.rename_new(unfinished, path)) return nullptr;
      sync_names();
      auto segment = std::make_shared<LockedSegment>(files_, directory_, id, options_.shelf);
      segment->begin(std::move(file), {.offset = kSegmentHeaderBytes});
      return segment;
    }
    if (files_.status(unfinished)) files_.remove(unfinished);
    return nullptr;
  } catch (const Error&) {
    // The disk may refuse this too: an owner removes or reads what is left.
    try {
      files_.remove(unfinished);
      files_.remove(path);
    } catch (const Error& error) {
      options_.log(LogLevel::debug, error.what());
    }
    throw;
  }
}

void SegmentSource::write_header(File& file, const Uuid& id) {
  file.write_at(0, encode(SegmentHeader{.identity = identity(), .segment = id}));
  file.sync_data();
}

// The names that lead to the segment are on the disk before its first frame is.
void SegmentSource::sync_names() {
  files_.sync_directory(directory_);
  files_.sync_directory(parent_of(directory_));
}

}  // namespace shelduck::journal
