#include "shelduck/journal/archive.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/pack.hpp"

namespace shelduck::journal {

namespace {

constexpr std::string_view kPackSuffix = ".pack";
constexpr std::string_view kUnfinishedSuffix = ".pack.tmp";

std::string kept_name(const SegmentFile& segment) {
  std::string name = to_string(segment.id);
  if (segment.void_after) name += ".upto-" + std::to_string(*segment.void_after);
  return name + ".seg";
}

bool all_in(const std::vector<SegmentFile>& segments, const std::set<Uuid>& named) {
  return std::ranges::all_of(
      segments, [&](const SegmentFile& segment) { return named.contains(segment.id); });
}

}  // namespace

Archive::Archive(FileSystem& files, std::string directory)
    : files_(files), directory_(std::move(directory)) {}

std::string Archive::shelf_directory(Shelf shelf) const {
  return directory_ + (shelf == Shelf::damaged ? "/damaged" : "/archive");
}

void Archive::make_shelf(Shelf shelf) {
  if (files_.make_directory(shelf_directory(shelf))) files_.sync_directory(directory_);
}

bool Archive::keep(SegmentReader& owned) { return move(owned, Shelf::archive); }

bool Archive::keep_damaged(SegmentReader& owned) { return move(owned, Shelf::damaged); }

bool Archive::is_in_journal(const Uuid& segment) const {
  return std::ranges::any_of(kJournalShelves, [&](Shelf shelf) {
    return files_.status(segment_path(directory_, segment, shelf)).has_value();
  });
}

// The new names first: at no moment does the disk know neither.
void Archive::sync() {
  for (const Shelf shelf : {Shelf::archive, Shelf::damaged}) {
    const std::string folder = shelf_directory(shelf);
    if (files_.status(folder)) files_.sync_directory(folder);
  }
  files_.sync_directory(directory_);
}

bool Archive::move(SegmentReader& owned, Shelf shelf) {
  const SegmentEnd end = owned.end();
  if (!owned.owned() || end == SegmentEnd::live || end == SegmentEnd::newer ||
      end == SegmentEnd::foreign) {
    throw Error{ErrorKind::bug,
                "segment '" + owned.file().path + "' is not read to its end",
                {.field = "path", .value = owned.file().path}};
  }
  for (const VoidNotice& notice : owned.void_notices()) {
    if (notice.segment != owned.file().id && is_in_journal(notice.segment)) return false;
  }
  // Where those segments have gone, durably, whoever moved them.
  if (!owned.void_notices().empty()) sync();
  make_shelf(shelf);
  SegmentFile kept = owned.file();
  kept.shelf = shelf;
  kept.path = shelf_directory(shelf) + "/" + kept_name(kept);
  files_.rename(owned.file().path, kept.path);
  // A power cut can have left a second name to the same file: nobody may adopt it again.
  for (const Shelf other : {Shelf::unfinished, Shelf::open, Shelf::import, Shelf::closed}) {
    const std::string name = segment_path(directory_, kept.id, other);
    const auto status = files_.status(name);
    if (status && status->id == owned.file_id()) files_.remove(name);
  }
  owned.moved_to(kept);
  return true;
}

void Archive::release_damaged(const Uuid& segment) {
  for (const SegmentFile& kept : list_damaged()) {
    if (kept.id != segment) continue;
    make_shelf(Shelf::archive);
    files_.rename(kept.path, shelf_directory(Shelf::archive) + "/" + kept_name(kept));
    files_.sync_directory(shelf_directory(Shelf::archive));
    files_.sync_directory(shelf_directory(Shelf::damaged));
  }
}

std::vector<ArchivedFile> Archive::list() const {
  const std::string folder = shelf_directory(Shelf::archive);
  std::vector<ArchivedFile> found;
  for (const std::string& name : files_.list(folder)) {
    const std::string path = folder + "/" + name;
    const auto status = files_.status(path);
    if (!status) continue;
    if (name.ends_with(kPackSuffix)) {
      found.push_back({path, status->bytes, read_pack(files_, path)});
    } else if (auto segment = parse_kept_name(name)) {
      segment->path = path;
      found.push_back({path, status->bytes, {*segment}});
    }
  }
  std::ranges::sort(found, {}, &ArchivedFile::path);
  return found;
}

std::vector<SegmentFile> Archive::list_damaged() const {
  const std::string folder = shelf_directory(Shelf::damaged);
  std::vector<SegmentFile> found;
  for (const std::string& name : files_.list(folder)) {
    auto segment = parse_kept_name(name);
    if (!segment) continue;
    segment->shelf = Shelf::damaged;
    segment->path = folder + "/" + name;
    found.push_back(*segment);
  }
  std::ranges::sort(found, {}, &SegmentFile::id);
  return found;
}

std::uint64_t Archive::bytes() const {
  std::uint64_t sum = 0;
  for (const ArchivedFile& file : list()) sum += file.bytes;
  return sum;
}

void Archive::pack(std::span<const ArchivedFile> small, const Clock& clock,
                   const RandomSource& random) {
  std::map<Uuid, SegmentFile> segments;
  for (const ArchivedFile& file : small) {
    for (const SegmentFile& segment : file.segments) segments.emplace(segment.id, segment);
  }
  if (small.size() < 2) return;
  // A segment that a power cut brings back into the journal may be adopted and grow; it must not be
  // in a pack then.
  sync();
  std::vector<SegmentFile> ordered;
  for (const auto& [id, segment] : segments) ordered.push_back(segment);
  const std::string folder = shelf_directory(Shelf::archive);
  const std::string stem = folder + "/" + to_string(new_uuid(clock(), random));
  const std::string unfinished = stem + std::string(kUnfinishedSuffix);
  write_pack(files_, unfinished, ordered);
  files_.rename(unfinished, stem + std::string(kPackSuffix));
  files_.sync_directory(folder);
  for (const ArchivedFile& file : small) files_.remove(file.path);
  files_.sync_directory(folder);
}

std::vector<Uuid> Archive::remove(std::span<const Uuid> covered) {
  const std::set<Uuid> named(covered.begin(), covered.end());
  std::set<Uuid> gone;
  std::set<Uuid> staying;
  for (const ArchivedFile& file : list()) {
    const bool goes = all_in(file.segments, named);
    if (goes) files_.remove(file.path);
    for (const SegmentFile& segment : file.segments) (goes ? gone : staying).insert(segment.id);
  }
  if (!gone.empty()) files_.sync_directory(shelf_directory(Shelf::archive));
  std::vector<Uuid> removed;
  std::ranges::set_difference(gone, staying, std::back_inserter(removed));
  return removed;
}

void Archive::tidy() {
  const std::string folder = shelf_directory(Shelf::archive);
  bool changed = false;
  for (const std::string& name : files_.list(folder)) {
    if (name.ends_with(kUnfinishedSuffix)) changed |= files_.remove(folder + "/" + name);
  }
  std::vector<ArchivedFile> kept = list();
  // The largest file of those that hold a segment keeps it.
  std::ranges::sort(kept, [](const ArchivedFile& a, const ArchivedFile& b) {
    return a.segments.size() > b.segments.size();
  });
  std::set<Uuid> seen;
  for (const ArchivedFile& file : kept) {
    if (all_in(file.segments, seen)) changed |= files_.remove(file.path);
    for (const SegmentFile& segment : file.segments) seen.insert(segment.id);
  }
  if (changed) files_.sync_directory(folder);
}

}  // namespace shelduck::journal
