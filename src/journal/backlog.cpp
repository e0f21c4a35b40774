#include "shelduck/journal/backlog.hpp"

#include <algorithm>
#include <map>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/archive.hpp"

namespace shelduck::journal {

namespace {

// A segment can be renamed or archived between its listing and its opening.
constexpr int kListingsMax = 100;

}  // namespace

Backlog::Backlog(FileSystem& files, BacklogOptions options)
    : files_(files), options_(std::move(options)) {}

Backlog::~Backlog() = default;

// One place per segment: a crash may have left it in two. The journal's own can still grow.
std::vector<SegmentFile> Backlog::list() const {
  std::map<Uuid, SegmentFile> found;
  for (SegmentFile& file : list_segments(files_, options_.directory)) {
    if (file.shelf != Shelf::unfinished) found.emplace(file.id, std::move(file));
  }
  if (options_.include == Include::archive_and_journal) {
    const Archive archive(files_, options_.directory);
    for (const SegmentFile& file : archive.list_damaged()) found.emplace(file.id, file);
    for (const ArchivedFile& kept : archive.list()) {
      for (const SegmentFile& file : kept.segments) found.emplace(file.id, file);
    }
  }
  std::vector<SegmentFile> segments;
  for (auto& [id, file] : found) segments.push_back(std::move(file));
  return segments;
}

void Backlog::scan() {
  seen_.clear();
  seen_names_ = names();
  for (int tries = 0;; ++tries) {
    try {
      open_new(list());
      break;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found || tries == kListingsMax) throw;
    }
  }
  note_what_is_there();
  for (const auto& reader : readers_) {
    reader->survey();
    reader->limit_to(options_.synced_by_own_writer(reader->file().id));
  }
  obey_notices();
}

// Before anything is read: what comes while it is read is a change.
void Backlog::note_what_is_there() {
  live_.clear();
  for (const auto& reader : readers_) {
    seen_.push_back(
        {reader.get(), reader->file_bytes(), options_.synced_by_own_writer(reader->file().id)});
  }
}

std::vector<std::string> Backlog::names() const {
  std::vector<std::string> names = files_.list(options_.directory);
  std::ranges::sort(names);
  return names;
}

bool Backlog::is_unchanged() {
  if (options_.include != Include::journal || names() != seen_names_) return false;
  return std::ranges::all_of(seen_, [this](const Seen& seen) { return is_unchanged(seen); });
}

bool Backlog::is_unchanged(const Seen& seen) {
  const auto synced = options_.synced_by_own_writer(seen.reader->file().id);
  if (seen.reader->file_bytes() != seen.bytes || synced != seen.synced_by_own_writer) return false;
  return synced || !live_.contains(seen.reader->file().id) || seen.reader->has_writer();
}

void Backlog::open_new(const std::vector<SegmentFile>& present) {
  std::vector<std::unique_ptr<SegmentReader>> readers;
  for (const SegmentFile& file : present) {
    const auto known = std::ranges::find_if(
        readers_, [&](const auto& reader) { return reader && reader->file().id == file.id; });
    if (known == readers_.end()) {
      readers.push_back(reader_of(file));
    } else if ((*known)->file().path == file.path) {
      readers.push_back(std::move(*known));
    } else {
      // The same file under another name keeps its reader, whose descriptor has seen every error.
      const auto status = files_.status(file.path);
      if (status && status->id == (*known)->file_id() && file.offset == (*known)->file().offset) {
        (*known)->moved_to(file);
        readers.push_back(std::move(*known));
      } else {
        readers.push_back(reader_of(file));
      }
    }
  }
  readers_ = std::move(readers);
  std::erase_if(packs_, [](const auto& pack) { return pack.second.expired(); });
}

std::unique_ptr<SegmentReader> Backlog::reader_of(const SegmentFile& file) {
  if (!file.bytes) return std::make_unique<SegmentReader>(files_, file, options_.reader);
  std::weak_ptr<File>& known = packs_[file.path];
  std::shared_ptr<File> pack = known.lock();
  if (!pack) known = pack = files_.open(file.path, Access::read);
  return std::make_unique<SegmentReader>(files_, file, options_.reader, std::move(pack));
}

void Backlog::obey_notices() {
  for (const auto& saying : readers_) {
    for (const VoidNotice& notice : saying->void_notices()) {
      if (SegmentReader* const meant = find(notice.segment)) {
        meant->obey_void_after(notice.last_synced);
      }
    }
  }
}

std::vector<SegmentReader*> Backlog::segments() const {
  std::vector<SegmentReader*> segments;
  for (const auto& reader : readers_) segments.push_back(reader.get());
  return segments;
}

SegmentReader* Backlog::find(const Uuid& segment) const {
  const auto found = std::ranges::find_if(
      readers_, [&](const auto& reader) { return reader->file().id == segment; });
  return found == readers_.end() ? nullptr : found->get();
}

bool Backlog::try_own(SegmentReader& segment) {
  if (segment.owned()) return true;
  if (!segment.try_lock()) {
    live_.insert(segment.file().id);
    return false;
  }
  segment.limit_to(std::nullopt);
  // A notice may stand in a segment that is newer than the last scan.
  const Uuid wanted = segment.file().id;
  for (const SegmentFile& file : list()) {
    if (find(file.id) != nullptr) continue;
    try {
      readers_.push_back(reader_of(file));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
    }
  }
  for (const auto& reader : readers_) {
    if (reader->file().id != wanted) reader->survey();
  }
  obey_notices();
  segment.survey();
  return true;
}

void Backlog::close_beyond_end(SegmentReader& segment) {
  const Shelf shelf = segment.file().shelf;
  if (!segment.owned() || (shelf != Shelf::open && shelf != Shelf::import)) return;
  SegmentFile closed = segment.file();
  closed.shelf = Shelf::closed;
  closed.path = segment_path(options_.directory, closed.id, Shelf::closed);
  files_.rename(segment.file().path, closed.path);
  files_.sync_directory(options_.directory);
  segment.moved_to(closed);
  options_.log(LogLevel::error,
               "journal segment '" + closed.path +
                   "' ends before the position that the database holds: the disk lost what it had "
                   "reported as written; the segment is kept and written no more");
}

std::size_t Backlog::remove_leftovers() {
  std::size_t removed = 0;
  for (const SegmentFile& segment : list_segments(files_, options_.directory)) {
    if (segment.shelf != Shelf::unfinished) continue;
    const auto file = files_.open(segment.path, Access::read);
    if (!file || !file->try_lock()) continue;
    const auto named = files_.status(segment.path);
    if (!named || named->id != file->status().id) continue;
    removed += files_.remove(segment.path) ? 1 : 0;
  }
  return removed;
}

}  // namespace shelduck::journal
